"""Sums and largest elements of many short rows, for which NumPy's reductions pay anew at each row."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from graphscope.backends.host import HostArray

SMALL = 1024
"""Up to so many elements the usual way is as fast: a detour costs calls."""
SHORT = 1024
"""Longer rows NumPy's own reductions take quickly, and sums as exact as theirs want many parts."""
_TYPES = (np.dtype(np.float32), np.dtype(np.float64))


def many(x: Any) -> bool:
    """Whether a detour that costs calls may be worth it."""
    return x.size > SMALL


def row_axes(x: Any, axis: int | tuple[int, ...] | None) -> int:
    """How many of the last axes make up the rows that are reduced; 0 where the usual way is better."""
    if axis is None or not many(x) or x.dtype not in _TYPES or not x.flags.c_contiguous:
        return 0
    wanted = {axis % x.ndim} if isinstance(axis, int) else {each % x.ndim for each in axis}
    count = 0
    while x.ndim - 1 - count in wanted:
        count += 1
    return count if 1 < prod(x.shape[x.ndim - count :]) <= SHORT else 0


def row_sums(x: HostArray, count: int) -> HostArray:
    """The sum over the last axes, which stay with size 1: all rows times a column of ones."""
    size = prod(x.shape[x.ndim - count :])
    return np.matmul(x.reshape(-1, size), _ones(size, x.dtype)).reshape(_shape(x, count))


def row_maxima(x: HostArray, count: int) -> HostArray:
    """The largest over the last axes, which stay with size 1: looked up where it was found; NaN is larger."""
    size = prod(x.shape[x.ndim - count :])
    places = x.reshape(-1, size).argmax(axis=1)
    places += np.arange(0, x.size, size)
    return x.reshape(-1)[places].reshape(_shape(x, count))


def _shape(x: HostArray, count: int) -> tuple[int, ...]:
    return (*x.shape[: x.ndim - count], *(1 for _ in range(count)))


@lru_cache(maxsize=64)
def _ones(size: int, dtype: Any) -> HostArray:
    return np.ones(size, dtype)
