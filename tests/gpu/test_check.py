"""The check for a GPU, tried on the fake one: what it looks at, what it finds, what it writes, how it ends."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphscope import ops
from graphscope.app import recording
from graphscope.backends.base import backend_file, open_backend
from graphscope.errors import Sentence
from tests.fakes import FAKE, fake_cupy_backend
from tests.gpu import __main__ as command
from tests.gpu import check as checking
from tests.gpu import correctness, installing, report, timings
from tests.gpu.check import Report, Thoroughness, check
from tests.ops.cases import Case
from tests.ops.running import NUMPY

QUICK = Thoroughness(
    iterations=2,
    seconds=0.0,
    samples=("xor",),
    cases=(Case(ops.Tanh(), ((2, 3),)), Case(ops.Greater(), ((2,), (2,))), Case(ops.Add(), ((2,), (2,)))),
    large=(Case(ops.Add(), ((64, 64), (64,)), variant="broadcast"),),
    size=4096,
    side=8,
)


@pytest.fixture(scope="module")
def found() -> Report:
    return check(FAKE, QUICK, lambda _: None)


def test_every_part_is_looked_at(found: Report) -> None:
    assert [(each.what, each.dtype) for each in found.ops] == [
        (name, dtype) for dtype in ("float32", "float64") for name in ("Tanh", "Greater", "Add")
    ]
    assert [(each.what, each.dtype) for each in found.samples] == [("xor", "float32"), ("xor", "float64")]
    assert len(found.probes) > 200
    assert found.figures is not None
    assert found.host_figures is not None
    assert found.figures.got is not None
    assert [(each.op, each.size, each.kernel) for each in found.timings] == [
        ("Tanh", "tiny", "forward"),
        ("Tanh", "tiny", "backward"),
        ("Greater", "tiny", "forward"),
        ("Add", "tiny", "forward"),
        ("Add", "tiny", "backward"),
        ("Add-broadcast", "large", "forward"),
        ("Add-broadcast", "large", "backward"),
    ]
    assert found.recorded is not None
    assert (found.recorded.model, found.recorded.iterations) == ("digits_cnn", 2)


def test_the_fake_passes_and_is_called_a_rehearsal(found: Report) -> None:
    assert found.failures == ()
    assert found.rehearsal == "a fake CuPy that computes with NumPy"
    assert found.recorded is not None
    assert found.recorded.rehearsal


def test_the_report_is_written_for_programs_and_for_people(found: Report, tmp_path: Path) -> None:
    data, page, run = report.write(found, tmp_path / "deeper" / "gpu-report")
    plain = json.loads(data.read_text(encoding="utf-8"))
    assert plain["facts"]["name"] == "Fake GPU"
    assert len(plain["probes"]) == len(found.probes)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Fake GPU, ")
    assert (
        "A rehearsal on a fake CuPy that computes with NumPy: nothing here says anything about a GPU." in text
    )
    assert "6 of 6 agree with NumPy" in text
    assert "sample_models/" not in text  # nobody is told to ship a rehearsal
    assert recording.read(run) == found.recorded


def test_what_differs_stands_in_the_verdict(found: Report) -> None:
    wrong = replace(found.ops[0], agrees=False, error="float64 (2,) in place of float32 (2,)")
    probe = replace(found.probes[0], real="float", verdict="new")
    bad = replace(
        found, ops=(wrong, *found.ops[1:]), probes=(probe, *found.probes[1:]), faults=("times: OSError: no",)
    )
    assert bad.failures == (
        "times: OSError: no",
        "Tanh (float32) differs from NumPy. float64 (2,) in place of float32 (2,)",
        "“the sum of all”: the fake answers “array () float64”, CuPy “float”.",
    )
    text = "\n".join(report.lines(bad))
    assert all(f"- {failure}" in text for failure in bad.failures)
    assert "foreseen: the fake is to be changed: 1 of" in text


def test_numbers_that_json_does_not_know_are_written_as_texts(found: Report, tmp_path: Path) -> None:
    odd = replace(found, ops=(replace(found.ops[0], worst=float("inf"), relative=float("nan")),))
    data, *_ = report.write(odd, tmp_path)
    plain = json.loads(data.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert (plain["ops"][0]["worst"], plain["ops"][0]["relative"]) == ("inf", "nan")


def test_a_part_that_fails_is_noted_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("an illegal memory access")

    monkeypatch.setattr(correctness, "every_sample", fail)
    found = check(FAKE, QUICK, lambda _: None)
    assert found.failures == ("every sample: RuntimeError: an illegal memory access",)
    assert found.ops
    assert found.recorded is not None


# ---- numbers ------------------------------------------------------------------------------------------------


@pytest.fixture
def off_by_a_little(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A device whose additions are wrong."""
    backend = fake_cupy_backend()
    right = backend.xp.tanh
    monkeypatch.setattr(backend.xp, "tanh", lambda x: right(x) * 1.01)
    return backend


def test_a_device_that_computes_wrongly_is_found_out(off_by_a_little: Any) -> None:
    (tanh,) = [
        each for each in correctness.every_op(off_by_a_little, QUICK.cases[:1]) if each.dtype == "float32"
    ]
    assert not tanh.agrees
    assert 0.005 < (tanh.relative or 0) < 0.05
    (xor, _) = correctness.every_sample(off_by_a_little, ("xor",), 2)
    assert not xor.agrees


def test_a_device_that_raises_is_found_out(off_by_a_little: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("CUBLAS_STATUS_EXECUTION_FAILED")

    monkeypatch.setattr(off_by_a_little.xp, "tanh", fail)
    tanh = correctness.one_op(QUICK.cases[0], "float32", off_by_a_little)
    assert (tanh.agrees, tanh.error) == (False, "RuntimeError: CUBLAS_STATUS_EXECUTION_FAILED")
    (xor, _) = correctness.every_sample(off_by_a_little, ("xor",), 1)
    assert "CUBLAS_STATUS_EXECUTION_FAILED" in xor.error


def test_another_type_or_shape_is_no_agreement() -> None:
    pairs = [(np.zeros(2, "float64"), np.zeros(2, "float32"))]
    found = correctness.agreement("x", "float32", pairs, (1.0, 1.0))
    assert (found.agrees, found.error) == (False, "float64 (2,) in place of float32 (2,)")
    assert correctness.agreement("x", "float32", [(None, np.zeros(2))], (1.0, 1.0)).error == (
        "nothing in place of float64 (2,)"
    )


def test_nan_agrees_with_nan_and_with_nothing_else() -> None:
    nan, one = np.array([np.nan, 1.0]), np.array([1.0, 1.0])
    assert correctness.agreement("x", "float64", [(nan, nan)], (0.0, 0.0)).agrees
    assert not correctness.agreement("x", "float64", [(nan, one)], (0.0, 0.0)).agrees


def test_the_faster_kernels_of_a_backend_are_those_that_are_checked() -> None:
    def wrong(op: Any, xp: Any, x: Any) -> Any:
        return xp.zeros_like(x)

    backend = replace(open_backend("numpy"), overrides={("Tanh", "forward"): wrong})  # type: ignore[type-var]
    assert not correctness.one_op(QUICK.cases[0], "float32", backend).agrees


def test_every_sample_goes_on_and_back_on_both() -> None:
    assert [each.agrees for each in correctness.every_sample(NUMPY, ("fan_out", "xor"), 3)] == [True] * 4


@pytest.mark.parametrize("case", tuple(timings.large(64)), ids=lambda case: case.id)
def test_every_large_case_can_be_timed(case: Case) -> None:
    made = list(timings.of(case, "large", NUMPY, 0.0))
    assert made
    assert all(each.rounds == timings.LEAST and each.done >= each.called > 0 for each in made)


# ---- the command --------------------------------------------------------------------------------------------


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    file = backend_file("cupy")
    monkeypatch.setattr(
        file, "problem", lambda: Sentence("CuPy is installed, but no NVIDIA driver was found.")
    )
    monkeypatch.setattr(file, "fix", lambda: Sentence("Restart the computer."))


def test_without_a_gpu_it_says_so_in_one_line_and_ends_with_1(
    no_gpu: None, capsys: Any, tmp_path: Path
) -> None:
    assert command.main(["--out", str(tmp_path / "report")]) == 1
    told = capsys.readouterr()
    assert told.err == (
        "gpu-check: CuPy is installed, but no NVIDIA driver was found. Restart the computer.\n"
    )
    assert told.out == ""
    assert not (tmp_path / "report").exists()


def test_a_device_that_is_not_there_is_told_too(capsys: Any) -> None:
    assert command.main(["--backend", "numpy:gpu"]) == 1
    assert capsys.readouterr().err == "gpu-check: NumPy · CPU has no device “gpu”; choose one of cpu.\n"


def test_a_wrong_line_ends_with_2() -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--bogus"])
    assert ended.value.code == 2


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "Thoroughness", lambda iterations, seconds: QUICK)


def test_a_rehearsal_goes_through_the_command(quick: None, capsys: Any, tmp_path: Path) -> None:
    assert command.main(["--backend", "fake", "--out", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "0 things to look into (a rehearsal on a fake CuPy that computes with NumPy)." in told
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.json",
        "report.md",
        "recorded-digits_cnn.json",
    }


def test_something_to_look_into_ends_with_1(
    quick: None, capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_probes", lambda name: 1 / 0)
    assert command.main(["--backend", "fake", "--out", str(tmp_path)]) == 1
    assert "how it behaves: ZeroDivisionError" in capsys.readouterr().err


# ---- installing ---------------------------------------------------------------------------------------------


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []

    class Done:
        returncode = 0

    def run(line: list[str], **_: Any) -> Done:
        lines.append(" ".join(line[1:]))
        return Done()

    monkeypatch.setattr(installing.subprocess, "run", run)
    monkeypatch.setattr(installing, "find_spec", lambda name: None)
    return lines


@pytest.mark.parametrize(("driver", "package"), [(12040, "cupy-cuda12x"), (13000, "cupy-cuda13x")])
def test_the_package_is_chosen_by_the_driver(
    pip: list[str], monkeypatch: pytest.MonkeyPatch, driver: int, package: str
) -> None:
    monkeypatch.setattr(installing, "driver_version", lambda: driver)
    assert installing.install(lambda _: None) == ""
    assert pip == [f"-m pip install --quiet --no-input {package}[ctk]>=14"]


@pytest.mark.parametrize(
    ("driver", "reason"), [(0, "No NVIDIA driver was found"), (11040, "supports CUDA 11.4")]
)
def test_nothing_is_installed_where_it_could_not_run(
    pip: list[str], monkeypatch: pytest.MonkeyPatch, driver: int, reason: str
) -> None:
    monkeypatch.setattr(installing, "driver_version", lambda: driver)
    assert reason in installing.install(lambda _: None)
    assert pip == []


def test_nothing_is_installed_where_a_cupy_is(pip: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "find_spec", lambda name: object())
    assert installing.install(lambda _: None) == ""
    assert pip == []


def test_a_driver_that_is_not_there_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "DRIVER", "libthere-is-none.so.1")
    monkeypatch.setattr(installing, "DRIVERS", {})
    assert installing.driver_version() == 0
