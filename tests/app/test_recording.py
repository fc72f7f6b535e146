"""A recorded run is a plain file: what is written is read again, and anything else is refused in a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest

from graphscope.app import recording
from graphscope.app.opening import find_model
from graphscope.app.samples import samples
from graphscope.backends.base import DeviceFacts
from graphscope.debug.recording import record
from graphscope.engine.recorded import RecordedRun
from graphscope.errors import ModelError
from graphscope.view.text import Text
from tests.fakes import fake_cupy_backend

GPU = DeviceFacts(
    "cuda:0", "A GPU", "gpu", memory=8, cores=2560, multiprocessors=20, versions={"CUDA": "12.9"}
)
CPU = DeviceFacts("cpu", "A CPU", "cpu", cores=2, versions={"NumPy": "2.4"})


@pytest.fixture(scope="module")
def run() -> RecordedRun:
    made = record(find_model("xor"), fake_cupy_backend(), iterations=2, clock=perf_counter)
    about = ("xor", "cupy", "CuPy · GPU 0", "cuda:0", GPU, CPU, "2026-11-24", "0.1.0", "float32", 0)
    return RecordedRun(*about, *made)


@pytest.fixture
def shipped(run: RecordedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "xor").mkdir()
    monkeypatch.setattr(recording, "sample_models", lambda: tmp_path)
    path = tmp_path / "xor" / "recorded.json"
    recording.write(run, path)
    return path


def test_what_is_written_is_read_again(run: RecordedRun, shipped: Path) -> None:
    assert recording.read(shipped) == run
    assert recording.find("xor") == run
    assert run.iterations == 2


def test_the_file_is_json_that_everybody_can_read(shipped: Path) -> None:
    plain = json.loads(shipped.read_text(encoding="utf-8"))
    assert (plain["format"], plain["format_version"]) == ("graphscope recorded run", 1)
    assert plain["facts"]["name"] == "A GPU"
    assert plain["steps"][2]["op"] == "MatMul"


def test_a_sample_without_a_recorded_run_has_none(shipped: Path) -> None:
    assert recording.find("apple_shop") is None
    assert recording.find("../xor") is None


def test_a_run_on_a_stand_in_is_never_shown(run: RecordedRun, shipped: Path) -> None:
    recording.write(replace(run, rehearsal=True), shipped)
    assert recording.find("xor") is None


def test_every_recorded_run_that_ships_can_be_read() -> None:
    shipped = [sample for sample in samples() if (sample.folder / recording.FILE).exists()]
    assert all(recording.find(sample.name) is not None for sample in shipped)


def test_the_caption_says_whose_machine_it_was(run: RecordedRun) -> None:
    assert str(recording.caption(run)) == "Recorded on A GPU, 2026-11-24: not your machine."
    assert "이 컴퓨터에서" in Text("ko").tell(recording.caption(run))


BROKEN = {
    "another format": lambda plain: {**plain, "format": "something"},
    "a later version": lambda plain: {**plain, "format_version": 2},
    "no steps": lambda plain: {name: each for name, each in plain.items() if name != "steps"},
    "steps out of order": lambda plain: {**plain, "steps": plain["steps"][::-1]},
    "too few times": lambda plain: {**plain, "losses": [*plain["losses"], 1.0]},
    "a loss that is a text": lambda plain: {**plain, "losses": ["1", 2.0]},
    "an unknown kind": lambda plain: {
        **plain,
        "steps": [{**plain["steps"][0], "kind": "jump"}, *plain["steps"][1:]],
    },
    "a negative size": lambda plain: {**plain, "transfers": [{**plain["transfers"][0], "bytes": -1}]},
    "a copy in no iteration": lambda plain: {
        **plain,
        "transfers": [{**plain["transfers"][0], "iteration": 9}],
    },
    "an unknown device": lambda plain: {**plain, "facts": {**plain["facts"], "kind": "tpu"}},
    "a list": lambda plain: [plain],
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_refused_in_a_sentence(fault: str, shipped: Path) -> None:
    plain = json.loads(shipped.read_text(encoding="utf-8"))
    shipped.write_text(json.dumps(BROKEN[fault](plain)), encoding="utf-8")
    with pytest.raises(ModelError, match="was expected to be a recorded run"):
        recording.read(shipped)


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"format": "graphscope recorded run"}', "[" * 100_000])
def test_what_is_no_json_is_refused_too(text: str, shipped: Path) -> None:
    shipped.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"recorded\.json"):
        recording.read(shipped)


def test_a_file_that_is_too_large_is_not_read(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "LARGEST", 100)
    with pytest.raises(ModelError, match="more than 100 bytes"):
        recording.read(shipped)
