"""Plain facts about this computer's processor and memory."""

from __future__ import annotations

import os
import platform
import re
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
    return None if whole is None else Memory(resident * os.sysconf("SC_PAGE_SIZE"), whole, free())


def free() -> int | None:
    """Bytes that can be taken before the system has to end a program, or None where it does not tell."""
    known = (_free_of_system(), _free_of_group())
    return min((size for size in known if size is not None), default=None)


def _free_of_system() -> int | None:
    found = re.search(r"^MemAvailable:\s+(\d+) kB", _read("/proc/meminfo"), re.MULTILINE)
    return None if found is None else 1024 * int(found[1])


def _free_of_group() -> int | None:
    """What a container leaves; the files that Linux keeps in memory make room when they must."""
    for limit, used, kept, name in CONTAINERS:
        bound, taken = _read(limit), _read(used)
        files = re.search(rf"^{name} (\d+)", _read(kept), re.MULTILINE)
        if bound.strip().isdecimal() and taken.strip().isdecimal():
            return max(0, int(bound) - int(taken) + (int(files[1]) if files else 0))
    return None


CONTAINERS = (
    (
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory.current",
        "/sys/fs/cgroup/memory.stat",
        "inactive_file",
    ),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        "/sys/fs/cgroup/memory/memory.stat",
        "total_inactive_file",
    ),
)
"""Where Linux tells of a container its bound, what it holds, and under which name the files in it; two versions."""


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
