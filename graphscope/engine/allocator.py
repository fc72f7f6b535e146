"""Keeps memory that large arrays gave back for the next ones: an option for programs that run an engine."""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Names of parameters in glibc's malloc.h."""
_KEPT, _LARGEST = 2**30, 32 * 2**20
"""Bytes: how much is kept while it is free, and how large an array may come from there (glibc's largest)."""


def keep_freed_memory() -> bool:
    """Let the C library reuse the memory of freed arrays instead of returning it to the system each time.

    Fresh memory costs a page fault for every 4 KB written, which made training steps with arrays of megabytes
    up to twice as long. It holds for the whole process, so a library should not ask for it; a program may.

    Returns:
        Whether it was possible: only with glibc, which is what most Linux systems have.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST)) and bool(mallopt(_TRIM_THRESHOLD, _KEPT))
