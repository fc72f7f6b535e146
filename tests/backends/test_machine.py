"""Facts about the processor are told where the system tells them, and left out where it does not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from graphscope.backends import machine


def test_the_processor_has_a_name_and_at_least_one_core() -> None:
    cpu = machine.cpu({"NumPy": "2"})
    assert cpu.name
    assert (cpu.cores or 0) >= 1
    assert cpu.versions == {"NumPy": "2"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's /proc")
def test_the_memory_of_this_process_is_part_of_the_machines() -> None:
    memory = machine.memory()
    assert memory is not None
    assert 10**6 < memory.used < memory.total == machine.total()


def test_a_system_that_tells_nothing_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise OSError

    machine.cpu_name.cache_clear()
    monkeypatch.setattr(Path, "read_text", refuse)
    monkeypatch.delattr(os, "sysconf")
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert machine.memory() is None
    assert machine.total() is None
    assert machine.cpu_name()
    assert machine.cores() >= 1
    machine.cpu_name.cache_clear()


def files(monkeypatch: pytest.MonkeyPatch, told: dict[str, str]) -> None:
    """Let the system tell this and nothing else."""

    def read(path: Path, *_: object, **__: object) -> str:
        if str(path) not in told:
            raise FileNotFoundError(path)
        return told[str(path)]

    monkeypatch.setattr(Path, "read_text", read)


SYSTEM = {"/proc/meminfo": "MemTotal:  16000 kB\nMemFree:  100 kB\nMemAvailable:   8000 kB\n"}
NEW = {
    "/sys/fs/cgroup/memory.max": "5000000\n",
    "/sys/fs/cgroup/memory.current": "4000000\n",
    "/sys/fs/cgroup/memory.stat": "anon 1\ninactive_file 1500000\nactive_file 7\n",
}
OLD = {
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": "5000000\n",
    "/sys/fs/cgroup/memory/memory.usage_in_bytes": "4500000\n",
    "/sys/fs/cgroup/memory/memory.stat": "inactive_file 7\ntotal_inactive_file 500000\n",
}


@pytest.mark.parametrize(
    ("told", "free"),
    [
        (SYSTEM, 8000 * 1024),
        ({**SYSTEM, **NEW}, 2_500_000),
        ({**SYSTEM, **NEW, "/sys/fs/cgroup/memory.max": "max\n"}, 8000 * 1024),
        ({**SYSTEM, **OLD}, 1_000_000),
        (NEW, 2_500_000),
        ({}, None),
    ],
)
def test_free_memory_is_what_the_system_and_the_container_leave(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str], free: int | None
) -> None:
    files(monkeypatch, told)
    assert machine.free() == free
