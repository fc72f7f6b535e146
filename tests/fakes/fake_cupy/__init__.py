"""A CuPy without a GPU: NumPy inside, held to the real wheel's names and parameters, and stricter than it.

It raises where the real one lacks a name or a parameter, where an array of the host meets one of the
device, where an array would be copied to the host unasked, where assigning to repeated indices would have no
defined result, where an index is out of range (the real one wraps silently), and where an array of another
GPU is used.
It writes down where the real one would make the host wait (`watch`). A copy that does not block holds nothing
until somebody waits, page-locked memory is read late (`page_locked`), and memory runs out where there is little
(`little_memory`): freed blocks stay in the pool until they are asked back.

It has never been compared with a device. Where the two differ, the real one wins.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from tests.fakes.fake_cupy.ledger import Ledger, little_memory, page_locked, watch
from tests.fakes.fake_cupy.modules import build

__all__ = ["Ledger", "installed", "little_memory", "page_locked", "watch"]


def _ours(name: str) -> bool:
    return name.partition(".")[0] in ("cupy", "cupyx") or name.startswith("array_api_compat.cupy")


@contextmanager
def installed() -> Iterator[ModuleType]:
    """Make ``import cupy`` give the fake one; afterwards everything is as it was, a real CuPy included."""
    before = {name: module for name, module in sys.modules.items() if _ours(name)}
    for name in before:
        del sys.modules[name]
    sys.modules.update(build())
    try:
        yield sys.modules["cupy"]
    finally:
        for name in [name for name in sys.modules if _ours(name)]:
            del sys.modules[name]
        sys.modules.update(before)
