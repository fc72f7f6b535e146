"""Plain facts about this computer's processor and memory."""

from __future__ import annotations

import os
import platform
import subprocess
from functools import cache
from pathlib import Path

from graphscope.backends.base import DeviceFacts, Memory


def cpu(versions: dict[str, str]) -> DeviceFacts:
    """The processor as a device."""
    return DeviceFacts(
        id="cpu", name=cpu_name(), kind="cpu", memory=total(), cores=cores(), versions=versions
    )


@cache
def cpu_name() -> str:
    """What the maker calls the processor, or its architecture where nobody tells."""
    return _name_on_linux() or _name_on_mac() or platform.processor() or platform.machine() or "CPU"


def _name_on_linux() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "")


def _name_on_mac() -> str:
    if platform.system() != "Darwin":
        return ""
    ask = ["sysctl", "-n", "machdep.cpu.brand_string"]
    try:
        return subprocess.run(ask, capture_output=True, text=True, timeout=2, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def total() -> int | None:
    """Bytes of memory in the machine, or None where the system does not tell."""
    if not hasattr(os, "sysconf"):
        return None
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def memory() -> Memory | None:
    """Bytes that this process holds and bytes in the machine, or None where the system does not tell."""
    whole = total()
    try:
        resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return None if whole is None else Memory(used=resident * os.sysconf("SC_PAGE_SIZE"), total=whole)
