"""Every way in which a GPU can be missing has its own sentence, and advice."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from graphscope.backends import cupy_status, probe
from graphscope.backends.cupy_status import (
    BY_STATUS,
    Problem,
    driver_too_old,
    examine_device,
    of_status,
    wheel,
)
from graphscope.backends.cupy_status import NO_DRIVER as NO_DRIVER_PROBLEM
from graphscope.view.text import Text
from tests.fakes import installed

ROOT = Path(__file__).parents[2]

REASONS = {
    2: "The GPU has no memory left in which CuPy could start.",
    34: "A stub of the CUDA driver was found in place of the driver itself.",
    46: "The GPU is busy, or reserved for another program.",
    100: "The NVIDIA driver is installed, but it found no GPU.",
    802: "The GPU is there, but the service that connects it is not running.",
    803: "The NVIDIA driver and its library have different versions, as they do right after an update.",
    804: "The CUDA compatibility libraries that were found do not work with this GPU and its driver.",
}
NO_DRIVER = "CuPy is installed, but no NVIDIA driver was found."


@pytest.mark.parametrize("status", REASONS)
def test_each_status_that_cuda_reports_has_its_own_sentence(status: int) -> None:
    assert str(of_status(status, "", driver=12080, needed=12090).reason) == REASONS[status]


def test_no_driver_and_an_old_driver_are_told_apart_by_the_version_of_the_driver() -> None:
    assert str(of_status(35, "", driver=0, needed=12090).reason) == NO_DRIVER
    old = of_status(35, "", driver=11040, needed=12090)
    assert str(old.reason) == "The NVIDIA driver is too old: it supports CUDA 11.4, and CuPy needs CUDA 12.9."


def test_a_cupy_for_a_newer_cuda_is_told_with_the_package_that_the_driver_can_run() -> None:
    found = driver_too_old(12080, 13000, ("cupy-cuda13x",))
    assert str(found.reason) == (
        "CuPy was built for CUDA 13.0, but the NVIDIA driver supports only CUDA 12.8."
    )
    assert str(found.fix) == (
        'Run pip uninstall cupy-cuda13x and then pip install "cupy-cuda12x[ctk]", or update the NVIDIA driver.'
    )


@pytest.mark.parametrize(
    ("driver", "package"),
    [
        (11080, None),
        (12000, "cupy-cuda12x"),
        (12090, "cupy-cuda12x"),
        (13010, "cupy-cuda13x"),
        (14000, "cupy-cuda13x"),
    ],
)
def test_a_driver_runs_the_package_for_its_own_cuda(driver: int, package: str | None) -> None:
    assert wheel(driver) == package


@pytest.mark.parametrize("found", [*BY_STATUS.values(), NO_DRIVER_PROBLEM, driver_too_old(12080, 13000)])
def test_every_problem_has_a_reason_and_a_fix_in_both_languages(found: Problem) -> None:
    for sentence in (found.reason, found.fix):
        told = str(Text("ko").tell(sentence))
        assert re.search("[가-힣]", told)
        assert told != str(sentence)


def test_a_status_that_nobody_foresaw_is_told_with_its_number() -> None:
    found = of_status(719, "cudaErrorLaunchFailure: unspecified launch failure", driver=12080, needed=12090)
    assert str(found.reason) == (
        "CUDA reported the error 719: cudaErrorLaunchFailure: unspecified launch failure."
    )


class StatusError(RuntimeError):
    """What a CUDA call fails with."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


def cupy_with(count: Callable[[], int], ones: Callable[[Any], Any]) -> Any:
    """As much of CuPy as is looked at."""
    runtime = SimpleNamespace(
        getDeviceCount=count,
        driverGetVersion=lambda: 12080,
        runtimeGetVersion=lambda: 12090,
        CUDARuntimeError=StatusError,
    )
    return SimpleNamespace(cuda=SimpleNamespace(runtime=runtime), ones=ones)


def failing(error: Exception) -> Callable[..., Any]:
    """A function that raises."""

    def fail(*_: object) -> Any:
        raise error

    return fail


def reason(found: Problem | None) -> str:
    """What is wrong, as English."""
    return "" if found is None else str(found.reason)


def test_an_error_of_the_first_call_is_told() -> None:
    assert (
        reason(examine_device(cupy_with(failing(StatusError(100)), failing(StatusError(0))))) == REASONS[100]
    )


def test_no_gpu_at_all_is_told_even_if_cuda_calls_it_no_error() -> None:
    assert reason(examine_device(cupy_with(lambda: 0, failing(StatusError(0))))) == REASONS[100]


def test_a_gpu_that_is_counted_but_cannot_be_used_is_told() -> None:
    assert reason(examine_device(cupy_with(lambda: 1, failing(StatusError(46))))) == REASONS[46]


def test_a_missing_cuda_library_is_told_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    not_on_a_mac(monkeypatch, ("cupy-cuda12x",))
    error = RuntimeError("CuPy failed to load libnvrtc.so.12: OSError\nand much more")
    found = examine_device(cupy_with(lambda: 1, failing(error)))
    assert reason(found) == (
        "CuPy found the GPU, but could not run a kernel on it: CuPy failed to load libnvrtc.so.12: OSError."
    )
    assert found is not None
    assert str(found.fix) == 'Install the CUDA libraries with: pip install "cupy-cuda12x[ctk]"'


def test_a_gpu_without_memory_for_two_by_two_numbers_is_told() -> None:
    class OutOfMemoryError(MemoryError):
        """As CuPy's own."""

    found = examine_device(
        cupy_with(lambda: 1, failing(OutOfMemoryError("Out of memory allocating 512 bytes")))
    )
    assert reason(found) == REASONS[2]


def test_a_gpu_that_computes_has_no_problem() -> None:
    with installed() as cupy:
        assert examine_device(cupy) is None


def not_on_a_mac(monkeypatch: pytest.MonkeyPatch, packages: tuple[str, ...]) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(cupy_status, "installed", lambda: packages)


def test_two_cupy_packages_are_told_before_either_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    not_on_a_mac(monkeypatch, ("cupy-cuda11x", "cupy-cuda12x"))
    with installed():
        found = cupy_status.examine()
    assert found is not None
    assert str(found.reason) == (
        "Several CuPy packages are installed over each other: cupy-cuda11x, cupy-cuda12x."
    )
    assert str(found.fix) == (
        "Remove them all with: pip uninstall cupy-cuda11x cupy-cuda12x, then install one again."
    )


def test_the_packages_counted_are_those_that_hold_cupy_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("numpy", "cupy-cuda12x", "cupy-xarray", "CuPy", "cupy-rocm-5-0", "cupyx")
    found = [SimpleNamespace(metadata={"Name": name}) for name in names]
    monkeypatch.setattr(cupy_status, "distributions", lambda: found)
    assert cupy_status.installed() == ("cupy", "cupy-cuda12x", "cupy-rocm-5-0")


def test_a_missing_package_is_told_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    not_on_a_mac(monkeypatch, ())
    monkeypatch.setattr(cupy_status, "find_spec", lambda name: None)
    found = cupy_status.examine()
    assert found is cupy_status.NOT_INSTALLED
    assert str(cupy_status.NOT_INSTALLED.fix) == 'Install it with: pip install "cupy-cuda12x[ctk]"'


def test_a_package_that_cannot_be_imported_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    not_on_a_mac(monkeypatch, ("cupy-cuda13x",))
    monkeypatch.setattr(cupy_status, "import_module", failing(ImportError("libfoo is missing\nsee ...")))
    with installed():
        found = cupy_status.examine()
    assert found is not None
    assert str(found.reason) == "The package cupy could not be loaded: libfoo is missing."
    assert str(found.fix) == 'Install it again with: pip install --force-reinstall "cupy-cuda13x[ctk]"'


def test_a_mac_is_not_told_to_install_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cupy_status.examine() is cupy_status.NOT_ON_A_MAC


def test_two_packages_that_are_really_there_are_told_in_the_process_that_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cupy").mkdir()
    (tmp_path / "cupy" / "__init__.py").write_text("raise SystemExit('imported')\n", encoding="utf-8")
    for name in ("cupy_cuda12x", "cupy_cuda11x"):
        facts = tmp_path / f"{name}-13.4.0.dist-info"
        facts.mkdir()
        title = name.replace("_", "-")
        (facts / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {title}\nVersion: 13.4.0\n", encoding="utf-8"
        )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (found,) = probe.survey(timeout=60, only=("cupy",))
    assert not found.available
    assert "cupy-cuda11x, cupy-cuda12x" in str(found.reason)
    assert "pip uninstall cupy-cuda11x cupy-cuda12x" in str(found.fix)


@pytest.fixture(scope="module")
def stub_driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a libcuda.so.1 that reports whatever it is told to: the real CuPy believes it."""
    compiler = shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("no gcc to compile a stub of the NVIDIA driver with")
    if importlib.util.find_spec("cupy") is None:
        pytest.skip("the real CuPy is not installed: its sentences are tested without it above")
    folder = tmp_path_factory.mktemp("driver")
    source = Path(__file__).parent / "stub_libcuda.c"
    build = [compiler, "-shared", "-fPIC", "-o", str(folder / "libcuda.so.1"), str(source)]
    subprocess.run(build, check=True)
    return folder


def told_by_the_real_cupy(driver: Path, **settings: str) -> tuple[str, str]:
    """Reason and fix, from the real CuPy in a process of its own that finds this driver."""
    variables = {**os.environ, **settings, "LD_LIBRARY_PATH": str(driver)}
    ask = [sys.executable, "-m", "graphscope.backends.probe", "--only", "cupy"]
    told = subprocess.run(
        ask, capture_output=True, text=True, check=True, env=variables, cwd=ROOT, timeout=60
    )
    return told.stdout, told.stderr


@pytest.mark.parametrize("status", REASONS)
def test_the_real_cupy_reports_what_the_driver_says(stub_driver: Path, status: int) -> None:
    told, _ = told_by_the_real_cupy(stub_driver, STUB_STATUS=str(status), STUB_VERSION="13090")
    assert REASONS[status] in told


def test_the_real_cupy_reports_an_old_driver(stub_driver: Path) -> None:
    told, _ = told_by_the_real_cupy(stub_driver, STUB_STATUS="0", STUB_VERSION="11040")
    assert "The NVIDIA driver is too old: it supports CUDA 11.4, and CuPy needs CUDA 1" in told


def test_a_driver_for_an_older_cuda_than_cupy_was_built_for_is_told(stub_driver: Path) -> None:
    told, _ = told_by_the_real_cupy(stub_driver, STUB_STATUS="0", STUB_VERSION="11080")
    assert "supports CUDA 11.8, and CuPy needs CUDA 1" in told


def test_a_driver_that_never_answers_is_given_up(stub_driver: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", str(stub_driver))
    monkeypatch.setenv("STUB_VERSION", "13090")
    monkeypatch.setenv("STUB_HANG", "1")
    (found,) = probe.survey(timeout=8, only=("cupy",))
    assert str(found.reason) == "CuPy · GPU did not answer within 8 seconds."
    assert "graphscope.backends.probe --only cupy" in str(found.fix)


def test_a_driver_that_takes_its_process_along_is_told(
    stub_driver: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", str(stub_driver))
    monkeypatch.setenv("STUB_VERSION", "13090")
    monkeypatch.setenv("STUB_CRASH", "1")
    (found,) = probe.survey(timeout=60, only=("cupy",))
    assert str(found.reason) == "CuPy · GPU ended its process while it was being tried (status -6)."


def test_the_real_cupy_reports_that_there_is_no_driver(stub_driver: Path, tmp_path: Path) -> None:
    told, _ = told_by_the_real_cupy(tmp_path)
    if probe.survey(timeout=60, only=("cupy",))[0].available:
        pytest.skip("this machine has a driver")
    assert NO_DRIVER in told
