"""What is inside the processor is told where the system tells it, and left out where it does not."""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from graphscope.backends import processor as module
from graphscope.backends.processor import blas_threads, caches, physical_cores, processor

TWO_CORES_OF_TWO_THREADS = "".join(
    f"processor\t: {thread}\nmodel name\t: A CPU\nphysical id\t: 0\nsiblings\t: 4\ncore id\t\t: {thread // 2}\n"
    f"cpu cores\t: 2\n\n"
    for thread in range(4)
)


@pytest.fixture(autouse=True)
def asked_anew():
    for question in (physical_cores, caches):
        question.cache_clear()
    yield
    for question in (physical_cores, caches):
        question.cache_clear()


def test_the_processor_of_this_computer_is_told() -> None:
    found = processor()
    assert found.name
    assert 1 <= found.usable <= found.threads
    assert found.cores is None or 1 <= found.cores <= found.threads


def linux(monkeypatch: pytest.MonkeyPatch, cpuinfo: str, *indices: tuple[str, str, str]) -> None:
    files = {"/proc/cpuinfo": cpuinfo}
    for number, index in enumerate(indices):
        for name, told in zip(("level", "type", "size"), index, strict=True):
            files[f"index{number}/{name}"] = told + "\n"

    def read(path: Path) -> str:
        return files.get(str(path), files.get("/".join(path.parts[-2:]), ""))

    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(module, "_read", read)
    folders = [Path("/sys/devices/system/cpu/cpu0/cache") / f"index{n}" for n in range(len(indices))]
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(folders))


def test_threads_of_one_core_are_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    linux(monkeypatch, TWO_CORES_OF_TWO_THREADS)
    assert physical_cores() == 2


def test_a_processor_that_tells_no_cores_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    linux(monkeypatch, "processor\t: 0\nCPU implementer\t: 0x41\n")  # an ARM
    assert physical_cores() is None


def test_caches_are_those_for_data(monkeypatch: pytest.MonkeyPatch) -> None:
    linux(
        monkeypatch,
        "",
        ("1", "Data", "32K"),
        ("1", "Instruction", "64K"),
        ("2", "Unified", "512K"),
        ("3", "Unified", "32M"),
        ("4", "Unified", "odd"),
    )
    assert caches() == {"L1": 32 * 2**10, "L2": 512 * 2**10, "L3": 32 * 2**20}


def test_a_mac_is_asked_by_its_own_command(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"hw.physicalcpu": "8", "hw.l1dcachesize": "65536", "hw.l2cachesize": "4194304"}

    def run(line: list[str], **_: object) -> SimpleNamespace:
        return SimpleNamespace(stdout=told.get(line[-1], ""))

    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(subprocess, "run", run)
    assert physical_cores() == 8
    assert caches() == {"L1": 65536, "L2": 4194304}


def test_a_command_that_is_not_there_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(subprocess, "run", fail)
    assert physical_cores() is None
    assert caches() == {}


def test_numpy_multiplies_matrices_on_as_many_threads_as_it_is_told() -> None:
    found = blas_threads()
    if found is None:
        pytest.skip("this NumPy brings no OpenBLAS of its own")
    assert 1 <= found <= 4 * (os.cpu_count() or 1)


def test_a_library_that_cannot_be_loaded_has_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise OSError

    monkeypatch.setattr(ctypes, "CDLL", fail)
    assert blas_threads() is None
