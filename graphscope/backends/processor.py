"""What is inside this computer's processor: its cores, its caches, and the threads that multiply matrices."""

from __future__ import annotations

import ctypes
import os
import platform
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from graphscope.backends import machine


@dataclass(frozen=True)
class Processor:
    """What is known about it; None where the system does not tell.

    Args:
        usable: threads of the processor that this process may use; there are `threads` of them on `cores`.
        caches: bytes by level, "L1" to "L4": of one core, where the cores do not share.
        blas_threads: on how many threads NumPy multiplies matrices.
    """

    name: str
    usable: int
    threads: int
    cores: int | None = None
    caches: Mapping[str, int] = field(default_factory=dict[str, int])
    blas_threads: int | None = None


def processor() -> Processor:
    """The processor of this computer."""
    return Processor(
        name=machine.cpu_name(),
        usable=machine.cores(),
        threads=os.cpu_count() or machine.cores(),
        cores=physical_cores(),
        caches=caches(),
        blas_threads=blas_threads(),
    )


@cache
def physical_cores() -> int | None:
    """Cores, each of which may run several threads; None where the system does not tell."""
    if platform.system() == "Darwin":
        return _number_on_mac("hw.physicalcpu")
    text = _read(Path("/proc/cpuinfo"))
    places = {(each[1], each[2]) for each in re.finditer(_CORE, text)}
    return len(places) or None


_CORE = re.compile(r"^physical id\s*: (\d+)$(?:\n.+)*?\ncore id\s*: (\d+)$", re.MULTILINE)
"""One for each thread; those of one core have the same two numbers."""


@cache
def caches() -> Mapping[str, int]:
    """Bytes of each level of cache that the first core uses; instructions have one of their own, left out."""
    if platform.system() == "Darwin":
        found = {name: _number_on_mac(f"hw.{key}") for name, key in _MAC_CACHES.items()}
        return {name: size for name, size in found.items() if size}
    sizes: dict[str, int] = {}
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = (_read(folder / name).strip() for name in ("level", "type", "size"))
        units = {"K": 2**10, "M": 2**20}
        if kind != "Instruction" and size[:-1].isdecimal() and size[-1] in units:
            sizes[f"L{level}"] = int(size[:-1]) * units[size[-1]]
    return sizes


_MAC_CACHES = {"L1": "l1dcachesize", "L2": "l2cachesize", "L3": "l3cachesize"}
_ASK_THREADS = (
    "scipy_openblas_get_num_threads64_",
    "scipy_openblas_get_num_threads",
    "openblas_get_num_threads64_",
    "openblas_get_num_threads",
)
"""What OpenBLAS calls the question, in NumPy's wheels and elsewhere."""


def blas_threads() -> int | None:
    """On how many threads OpenBLAS multiplies matrices, or None where NumPy comes with another library."""
    numpy = find_spec("numpy")
    if numpy is None or numpy.origin is None:
        return None
    home = Path(numpy.origin).parent
    for path in (*home.parent.glob("numpy.libs/*openblas*"), *home.glob(".dylibs/*openblas*")):
        try:
            library = ctypes.CDLL(str(path))
        except OSError:
            continue
        for name in _ASK_THREADS:
            if hasattr(library, name):
                return int(getattr(library, name)())
    return None


def _number_on_mac(key: str) -> int | None:
    try:
        ask = ["sysctl", "-n", key]
        told = subprocess.run(ask, capture_output=True, text=True, timeout=2, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return None
    return int(told) if told.isdecimal() else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
