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
