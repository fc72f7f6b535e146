"""What the READMEs show really works: every command line, every Python snippet, every link."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from graphscope.app import cli

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.ko.md")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text(name), re.DOTALL)


def lines(name: str) -> list[str]:
    """The command lines, without what is said about them."""
    shown = [shlex.split(line, comments=True) for block in blocks(name, "sh") for line in block.splitlines()]
    return [shlex.join(words) for words in shown if words]


def snippets(name: str) -> list[str]:
    """The Python of a README, without comments in words: numbers in comments are results."""
    return [
        re.sub(r" +#(?! −?-?[\d.]+$).*", "", block, flags=re.MULTILINE) for block in blocks(name, "python")
    ]


COMMANDS = [line for line in lines("README.md") if line.startswith("graphscope ")]


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


def test_both_languages_show_the_same_lines_and_the_same_python() -> None:
    assert lines("README.md") == lines("README.ko.md")
    assert snippets("README.md") == snippets("README.ko.md")


def test_there_are_lines_and_snippets_to_try() -> None:
    assert {line.split()[1] for line in COMMANDS} == set(cli.commands())
    assert len(snippets("README.md")) == 3


def written(line: str) -> str:
    """The file that a command writes, or ""."""
    words = shlex.split(line)
    return words[words.index("--out") + 1] if "--out" in words else ""


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_line_works_as_it_stands(line: str, tmp_path: Path) -> None:
    words = shlex.split(line)
    for earlier in COMMANDS[: COMMANDS.index(line)]:
        if written(earlier) in words:  # what it opens was written by that line
            run("-m", *shlex.split(earlier), cwd=tmp_path)
    done = run("-m", *words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    if file := written(line):
        assert (tmp_path / file).stat().st_size > 500
    else:
        assert done.stdout


@pytest.mark.parametrize("name", READMES)
def test_every_command_that_opens_a_model_of_ones_own_says_that_it_is_trusted(name: str) -> None:
    shown = re.findall(r"graphscope[^`#\n]*\.py[^`#\n]*", text(name))
    opened = [line for line in shown if not re.search(r"--out \S+\.py", line)]
    assert len(opened) >= 3
    assert [line for line in opened if "--trust" not in line] == []


def test_the_commands_that_are_said_to_take_json_do(tmp_path: Path) -> None:
    (sentence,) = re.findall(r"^(.*)take `--json`", text("README.md"), re.MULTILINE)
    named = re.findall(r"`(\w+)`", sentence)
    assert sorted(named) == ["check", "doctor", "run", "samples", "steps"]
    for name in named:
        words = [name, "--json"] if name in ("doctor", "samples") else [name, "fan_out", "--json"]
        assert json.loads(run("-m", "graphscope", *words, cwd=tmp_path).stdout)


def test_the_session_prints_the_numbers_that_stand_beside_it(tmp_path: Path) -> None:
    snippet = snippets("README.md")[0]
    done = run("-c", snippet, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    told = re.findall(r"print\(.*\) +# (.*)$", snippet, re.MULTILINE)
    assert told
    for number in told:
        assert float(number) in [
            round(float(line), 5) for line in done.stdout.splitlines() if is_number(line)
        ]


def is_number(line: str) -> bool:
    return re.fullmatch(r"-?[\d.]+(e-?\d+)?", line) is not None


def test_the_model_can_be_saved_and_opened(tmp_path: Path) -> None:
    (line,) = set(re.findall(r"`graphscope (mine\.py[^`]*)`", text("README.md")))
    words = line.split()
    assert cli.parse(words).command == "window"
    (tmp_path / words[0]).write_text(snippets("README.md")[1], encoding="utf-8")
    done = run("-m", "graphscope", "run", *words, "--iterations", "300", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    losses = [row["loss"] for row in json.loads(done.stdout)["iterations"]]
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize("line", [line for line in lines("README.md") if line.startswith("make ")])
def test_make_has_what_is_named(line: str) -> None:
    target = line.split()[1]
    assert re.search(rf"^[\w ]*\b{target}\b[\w ]*:", text("Makefile"), re.MULTILINE)
    assert f"py dev.py {target}" in text("README.md")


@pytest.mark.parametrize("name", READMES)
def test_links_and_pictures_lead_somewhere(name: str) -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text(name)) if "://" not in target]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_a_run_of_pytorch_is_captured_shown_and_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch", reason="captures a run of PyTorch")
    from graphscope.debug import showing

    shown: list[Path] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(showing, "check", lambda: None)
    monkeypatch.setattr(showing, "show", shown.append)
    model, x, y = torch.nn.Linear(3, 2), torch.ones(4, 3), torch.tensor([0, 1, 1, 0])
    optimizer = torch.optim.Adam(model.parameters())
    names = {"model": model, "x": x, "y": y, "optimizer": optimizer, "loader": [(x, y)] * 3}
    exec(snippets("README.md")[2], {**names, "nn": torch.nn, "loss": torch.nn.CrossEntropyLoss()})
    assert (tmp_path / "run.gscope").stat().st_size > 500
    assert [file.name for file in shown] == ["Linear.gscope"]
    assert not (tmp_path / "nan.gscope").exists()
