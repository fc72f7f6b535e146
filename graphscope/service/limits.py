"""What keeps the engine's process from taking the computer along: it ends with its parent, and has bounded memory."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from graphscope.backends import machine

SHARE = 0.8
"""The share of the computer's memory that the engine may take."""
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_GROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def end_with_parent() -> None:
    """Have the system end this process when the one that started it dies, even while a kernel holds Python.

    Linux only; elsewhere the end of standard input is what ends it.
    """
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            os._exit(0)


def bound_memory(share: float = SHARE) -> int | None:
    """Let allocation fail beyond a share of the computer's memory: an error in one step, not a computer that stops.

    Returns:
        The limit in bytes, or None where the system has no such limit.
    """
    total = memory_of_computer()
    if total is None or sys.platform == "win32":
        return None
    import resource

    limit = int(total * share)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
        return limit
    return None


def memory_of_computer() -> int | None:
    """How much memory there is for us in bytes: the computer's, or less where a container bounds it."""
    known = [machine.total(), *map(_group_limit, _GROUPS)]
    return min((size for size in known if size is not None), default=None)


def _group_limit(path: str) -> int | None:
    with suppress(OSError, ValueError):
        return int(Path(path).read_text(encoding="ascii"))
    return None
