"""How much memory arrays take, views and headers included."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

HEADER = 112
"""Bytes of an array besides its numbers; measured with NumPy 2."""


def bytes_of(arrays: Iterable[Any]) -> int:
    """The memory of arrays; of a view that of what it looks at, and that only once."""
    present = {id(array): array for array in arrays if array is not None}
    owners: dict[int, int] = {}
    for array in present.values():
        owner = array
        while hasattr(getattr(owner, "base", None), "nbytes"):
            owner = owner.base
        owners[id(owner)] = _size(owner)
    return HEADER * len(present) + sum(owners.values())


def shown(size: float) -> str:
    """A number of bytes as people read it: ``24 B``, ``512 KB``, ``23.5 GB``."""
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if size < 1024 or unit == "TB":
            break
        size /= 1024
    return f"{size:.0f} {unit}" if unit == "B" or size >= 100 or size == int(size) else f"{size:.1f} {unit}"


def _size(array: Any) -> int:
    """The bytes of an array's numbers; the array API does not tell, but every library that is in use does."""
    return array.nbytes if hasattr(array, "nbytes") else 8 * array.size
