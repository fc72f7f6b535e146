"""Looking for backends happens elsewhere: a library that hangs, crashes or chatters does us no harm."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from graphscope.backends import probe
from graphscope.backends.base import DeviceFacts
from graphscope.backends.probe import Availability, from_plain, survey, to_plain
from graphscope.errors import Sentence

ROOT = Path(__file__).parents[2]


@pytest.fixture
def broken_jax(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that ``import jax`` runs in the process that looks."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "jax.py"


def found(name: str, *, timeout: float = 60) -> Availability:
    """What the survey says about one backend."""
    (availability,) = survey(timeout=timeout, only=(name,))
    return availability


def test_numpy_is_always_there_with_the_facts_of_its_processor() -> None:
    numpy = found("numpy")
    assert numpy.available
    assert (numpy.reason, numpy.fix) == (None, None)
    (cpu,) = numpy.devices
    assert (cpu.id, cpu.kind) == ("cpu", "cpu")
    assert cpu.name
    assert (cpu.cores or 0) >= 1
    assert set(cpu.versions) == {"NumPy", "BLAS"}
    assert "?" not in cpu.versions.values()


def test_every_backend_for_the_menu_is_told_about_and_none_for_tests_only() -> None:
    seen = survey(timeout=60)
    assert [each.name for each in seen] == ["numpy", "cupy", "torch", "jax"]
    for each in seen:
        assert each.available == (each.reason is None) == bool(each.devices)
        assert each.available == (each.fix is None)


def test_a_library_that_hangs_is_given_up_after_the_time_limit(broken_jax: Path) -> None:
    broken_jax.write_text("import time\ntime.sleep(600)\n", encoding="utf-8")
    jax = found("jax", timeout=3)
    assert not jax.available
    assert str(jax.reason) == "JAX did not answer within 3 seconds."
    assert str(jax.fix) == (
        "Try python -m graphscope.backends.probe --only jax in a terminal to see where it stops."
    )


def test_a_survey_that_nobody_wants_any_more_waits_for_nobody(broken_jax: Path) -> None:
    broken_jax.write_text("import time; time.sleep(600)", encoding="utf-8")
    survey(timeout=600, only=("jax",), unwanted=lambda: True)


def test_a_library_that_ends_the_process_is_told_with_its_status(broken_jax: Path) -> None:
    broken_jax.write_text("import os\nos._exit(3)\n", encoding="utf-8")
    jax = found("jax")
    assert str(jax.reason) == "JAX ended its process while it was being tried (status 3)."


def test_a_library_that_raises_is_told_with_its_message(broken_jax: Path) -> None:
    broken_jax.write_text("raise OSError('libtpu.so is missing')\n", encoding="utf-8")
    assert str(found("jax").reason) == "The package jax could not be loaded: libtpu.so is missing."


def test_a_library_that_is_not_what_it_seems_is_told_with_the_error(broken_jax: Path) -> None:
    broken_jax.write_text("", encoding="utf-8")
    reason = str(found("jax").reason)
    assert reason.startswith("JAX could not be tried: AttributeError: ")
    assert reason.endswith("has no attribute '__version__'.")


def test_what_a_library_prints_does_not_disturb_the_answer(broken_jax: Path) -> None:
    broken_jax.write_text(
        "import os\nprint('{[hello')\nos.write(1, b'more')\nraise ImportError('no')\n", encoding="utf-8"
    )
    assert str(found("jax").reason) == "The package jax could not be loaded: no."


def test_a_module_in_the_folder_where_one_works_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "sprung"
    for name in ("cupy", "torch", "jax", "numpy"):
        (tmp_path / f"{name}.py").write_text(f"open({str(trap)!r}, 'w').close()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert found("numpy").available
    assert not trap.exists()


def test_the_process_that_asks_imports_none_of_the_libraries() -> None:
    ask = (
        "import sys; from graphscope.backends.probe import survey; found = survey(timeout=60); "
        "print(len(found), [name for name in ('cupy', 'torch', 'jax') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "4 []"


def test_the_survey_can_be_printed_as_json_and_as_text() -> None:
    ask = [sys.executable, "-m", "graphscope.backends.probe", "--only", "numpy"]
    text = subprocess.run(ask, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert text == "NumPy · CPU: available\n"
    told = subprocess.run([*ask, "--json"], capture_output=True, check=True, cwd=ROOT).stdout
    assert from_plain(json.loads(told)[0]) == found("numpy")


def test_an_answer_is_the_same_after_a_trip_through_json() -> None:
    gpu = DeviceFacts(
        "cuda:0", "A GPU", "gpu", memory=8, cores=2560, multiprocessors=20, versions={"CUDA": "12"}
    )
    told = Availability(
        "cupy",
        "CuPy · GPU",
        available=False,
        reason=Sentence("The package {package} is not installed.", package="cupy"),
        fix=Sentence("Restart the computer."),
        devices=(gpu,),
    )
    assert from_plain(json.loads(json.dumps(to_plain(told)))) == told


def test_an_answer_that_is_no_answer_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = [sys.executable, "-c", "print('[]')"]
    real = subprocess.Popen

    def start(_: list[str], **options: object) -> subprocess.Popen[bytes]:
        return real(silent, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(probe.subprocess, "Popen", start)
    assert {str(each.reason) for each in survey(timeout=60)} == {
        f"{title} ended its process while it was being tried (status 0)."
        for title in ("NumPy · CPU", "CuPy · GPU", "PyTorch", "JAX")
    }
