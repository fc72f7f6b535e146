"""What the command line says: whatever the terminal, and whatever goes wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graphscope.app.cli import console
from graphscope.errors import InputError

FULL = Path("/dev/full")
COMMANDS = ("samples", "run", "steps", "show", "check", "doctor")


def start(*words, environment=None, **options):
    changed = {**os.environ, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", **(environment or {})}
    line = [sys.executable, "-m", "graphscope", *words]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(line, env=changed, check=False, timeout=60, **options)


# ---- streams ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp949"])
def test_a_terminal_without_our_signs_gets_others(encoding):
    done = start("steps", "xor", environment={"PYTHONIOENCODING": encoding})
    lines = done.stdout.decode(encoding).splitlines()
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(lines) == 19
    assert "|2.574|" in lines[2]


def test_a_terminal_without_hangul_is_spoken_to_in_english():
    environment = {"PYTHONIOENCODING": "ascii", "GRAPHSCOPE_LANGUAGE": "ko"}
    assert b"Chain rule" in start("samples", environment=environment).stdout
    assert (
        "연쇄 법칙".encode()
        in start("samples", environment={**environment, "PYTHONIOENCODING": "utf-8"}).stdout
    )


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "LANG": "C"}])
def test_json_is_json_in_every_encoding(environment):
    rows = json.loads(start("steps", "xor", "--json", environment=environment).stdout)
    assert "∂(m2→0)" in [name for row in rows for name in row["outputs"]]


@pytest.mark.skipif(os.name == "nt", reason="a stream is closed by a POSIX shell here")
@pytest.mark.parametrize("words", ["steps xor", "samples --json", "--help", "run nothing"])
def test_closed_streams_are_no_problem(words):
    line = f'"{sys.executable}" -m graphscope {words} >&- 2>&-'
    assert subprocess.run(line, shell=True, check=False).returncode == (words == "run nothing")


@pytest.mark.skipif(os.name == "nt", reason="a stream is closed by a POSIX shell here")
def test_an_error_stays_off_standard_output_where_standard_error_is_closed():
    line = f'"{sys.executable}" -m graphscope run nothing 2>&-'
    assert subprocess.run(line, shell=True, check=False, capture_output=True).stdout == b""


def test_a_reader_that_has_seen_enough_is_no_problem():
    reader, writer = os.pipe()
    os.close(reader)
    done = start("steps", "xor", stdout=writer)
    os.close(writer)
    assert done.stderr == b""


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [["steps", "xor"], ["samples", "--json"]])
def test_a_full_disk_is_told_in_one_sentence(words):
    with FULL.open("w") as full:
        done = start(*words, stdout=full)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert b"the output cannot be written" in done.stderr


def test_names_from_models_cannot_steer_the_terminal():
    assert console.one_line("a\x1b[31m\tb\nc\u202e") == "a\\x1b[31m b c\\u202e"


# ---- what goes wrong --------------------------------------------------------------------------------------


def raising(error):
    def work():
        raise error

    return work


def test_an_unexpected_error_is_one_sentence_that_says_how_to_report_it(capsys, monkeypatch):
    monkeypatch.delenv("GRAPHSCOPE_DEBUG", raising=False)
    assert console.guarded(raising(KeyError("h"))) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "a mistake in GraphScope itself: KeyError in test_console.py:" in line
    assert "GRAPHSCOPE_DEBUG=1" in line


def test_developers_can_see_the_traceback(capsys, monkeypatch):
    monkeypatch.setenv("GRAPHSCOPE_DEBUG", "1")
    console.guarded(raising(KeyError("h")))
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (KeyboardInterrupt(), 130, "stopped by Ctrl+C"),
        (MemoryError("1 PiB"), 1, "there is not enough memory (1 PiB)"),
        (InputError("{name} has no array and no initializer; give it one", name="w"), 1, "w has no array"),
        (RecursionError("deep"), 1, "a mistake in GraphScope itself"),
    ],
)
def test_whatever_goes_wrong_is_one_sentence_and_one_document(capsys, error, status, told):
    assert console.guarded(raising(error), json_too=True) == status
    out, err = capsys.readouterr()
    assert told in json.loads(out)["error"]
    assert len(err.splitlines()) == 1


# ---- help -------------------------------------------------------------------------------------------------

WITHOUT = """
import sys
for missing in ("PySide6", "shiboken6", "pyqtgraph", "numpy", "PIL", "array_api_compat"):
    sys.modules[missing] = None
from graphscope.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    sys.exit(ended.code)
"""


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("words", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)])
def test_help_and_version_need_neither_qt_nor_numpy(words, language):
    environment = {**os.environ, "GRAPHSCOPE_LANGUAGE": language, "PYTHONIOENCODING": "utf-8"}
    line = [sys.executable, "-c", WITHOUT, *words]
    done = subprocess.run(line, env=environment, capture_output=True, check=False, timeout=60)
    out = done.stdout.decode("utf-8")
    assert (done.returncode, done.stderr) == (0, b"")
    assert out.startswith(
        "graphscope 0." if "--version" in words else ("사용법: " if language == "ko" else "usage: ")
    )
    if language == "ko" and "--help" in words:
        assert not [line for line in out.splitlines() if line in ("options:", "positional arguments:")]
        assert "show" not in out.replace("graphscope show", "").replace(" show ", "")
