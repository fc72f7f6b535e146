"""Damaged and hostile files: each gives one sentence, soon, in little memory; nothing is run, no other file read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from graphscope.app import reading
from graphscope.errors import GraphScopeError
from tests.hostile.bad import CANARY, SECRET, Bad
from tests.hostile.generator import everything, good_files

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="a process is limited and timed by POSIX alone"
)
LONGEST = 700
"""A sentence that nobody would read to its end is none."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def files(folder) -> list[tuple[Bad, Path]]:
    return [(bad, written(bad, folder / str(number))) for number, bad in enumerate(everything())]


def written(bad: Bad, folder: Path) -> Path:
    folder.mkdir()
    for name, content in bad.beside:
        (folder / name).write_bytes(content)
    path = folder / bad.name
    path.write_bytes(bad.content)
    return path


@pytest.fixture(scope="module")
def outcomes(files, folder) -> list[dict]:
    """What came of each file; a process that died is started again behind the file that killed it."""
    good = [
        written(Bad("good", name, content, False), folder / f"good-{name}")
        for name, content in good_files().items()
    ]
    waiting = [path for _, path in files]
    found: list[dict] = []
    while waiting:
        lines = "".join(json.dumps(str(path)) + "\n" for path in (*good, *waiting))
        process = subprocess.run(
            [sys.executable, "-m", "tests.hostile.reader", str(folder)],
            input=lines, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        told = [json.loads(line) for line in process.stdout.splitlines()]
        assert all(each["ended"] == "fine" for each in told[: len(good)]), told[: len(good)]
        told = told[len(good) :]
        if len(told) < len(waiting):
            told.append(
                {"ended": f"died: {process.returncode}", "said": process.stderr[-300:], "touched": []}
            )
        found += told
        waiting = waiting[len(told) :]
    return found


def shown(files, outcomes, unwanted) -> list[str]:
    return [
        f"{path.parent.name} {bad.title} ({bad.name}): {told['ended']} {told['said'][-300:]} {told['touched']}"
        for (bad, path), told in zip(files, outcomes, strict=True)
        if unwanted(bad, told)
    ]


def test_there_are_500_files_and_more(files):
    assert len(files) >= 500


def allowed(bad: Bad) -> tuple[str, ...]:
    """How reading it may end; what takes too long is ended from outside, in a sentence."""
    return ("fine", "refused", "too long") if bad.slow else ("fine", "refused")


def test_no_file_crashes_its_reader_hangs_it_or_escapes_a_sentence(files, outcomes):
    assert shown(files, outcomes, lambda bad, told: told["ended"] not in allowed(bad)) == []


def test_what_must_be_refused_is_refused(files, outcomes):
    assert shown(files, outcomes, lambda bad, told: bad.refused and told["ended"] == "fine") == []


def test_every_refusal_is_one_line_that_can_be_read(files, outcomes):
    assert shown(files, outcomes, lambda _, told: "\n" in told["said"] or len(told["said"]) > LONGEST) == []


def test_nothing_is_run_and_nothing_read_outside_the_folder(files, outcomes, folder):
    assert shown(files, outcomes, lambda _, told: told["touched"]) == []
    assert list(folder.rglob(CANARY)) == []
    assert not Path(CANARY).exists()


def test_most_damaged_files_are_noticed(files, outcomes):
    """So that the tests above do not hold because nothing is read at all."""
    refused = sum(told["ended"] == "refused" for told in outcomes)
    assert refused > len(files) / 2


def test_the_numbers_of_another_folder_never_come_in(files, outcomes):
    for (bad, _), told in zip(files, outcomes, strict=True):
        assert not (bad.beside and told["ended"] == "fine")
    assert SECRET


@pytest.mark.parametrize("name", ["small.onnx", "small.keras", "small.h5", "xor.gscope"])
def test_the_limited_process_reads_the_good_and_refuses_the_bad(tmp_path, name):
    good = written(Bad("good", name, good_files()[name], False), tmp_path / "good")
    assert reading.read(good).graph.nodes
    bad = written(Bad("bad", name, good_files()[name][:100], True), tmp_path / "bad")
    with pytest.raises(GraphScopeError):
        reading.read(bad)
