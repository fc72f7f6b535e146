"""Short ways to NumPy's own code: its public functions take detours that cost more than small arrays do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graphscope.backends.host import HostArray
from graphscope.backends.numpy_rows import SMALL, row_axes, row_maxima, row_sums

Axes = int | tuple[int, ...] | None

_sum: Any = np.add.reduce
_max: Any = np.maximum.reduce
_min: Any = np.minimum.reduce


def add_up(x: HostArray, /, *, axis: Axes = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """The standard's sum: what numpy.sum calls in the end; of many short rows first each by itself."""
    if axis is not None and dtype is None and x.size > SMALL and (count := row_axes(x, axis)):
        return _reduced(_sum, row_sums(x, count), count, axis, keepdims)
    return _sum(x, axis, dtype, None, keepdims)


def largest(x: HostArray, /, *, axis: Axes = None, keepdims: bool = False) -> Any:
    """The standard's max: what numpy.max calls in the end; of many short rows first each by itself."""
    if axis is not None and x.size > SMALL and (count := row_axes(x, axis)):
        return _reduced(_max, row_maxima(x, count), count, axis, keepdims)
    return _max(x, axis, None, None, keepdims)


def smallest(x: HostArray, /, *, axis: Axes = None, keepdims: bool = False) -> Any:
    """The standard's min: what numpy.min calls in the end."""
    return _min(x, axis, None, None, keepdims)


def mean(x: HostArray, /, *, axis: Axes = None, keepdims: bool = False) -> Any:
    """The standard's mean; of nothing it is NaN, about which numpy.mean would print a warning."""
    if axis is not None and x.size > SMALL and (count := row_axes(x, axis)):
        sums = _reduced(_sum, row_sums(x, count), count, axis, keepdims)
        return sums / np.asarray(x.size // max(sums.size, 1), x.dtype)
    if x.size:
        return np.mean(x, axis=axis, keepdims=keepdims)
    return add_up(x, axis=axis, keepdims=keepdims) * np.nan


def _reduced(reduce: Any, rows: HostArray, count: int, axis: Any, keepdims: bool) -> Any:
    """The rest of a reduction whose last axes have been reduced already."""
    if keepdims and count == (1 if isinstance(axis, int) else len(axis)):
        return rows
    return reduce(rows, axis, None, None, keepdims)


def matmul(x: HostArray, w: HostArray, /) -> HostArray:
    """The standard's matmul; many matrices times the same one are one tall matrix, a column times a row no sum."""
    if x.ndim > 1 and w.ndim > 1:
        if x.shape[-1] == w.shape[-2] == 1:
            return np.multiply(x, w)
        if w.ndim == 2 < x.ndim and x.flags.c_contiguous:
            return np.matmul(x.reshape(-1, x.shape[-1]), w).reshape(*x.shape[:-1], w.shape[1])
    return np.matmul(x, w)


def matrix_transpose(x: HostArray, /) -> HostArray:
    """The last two axes exchanged, as a view."""
    return x.mT


def reshape(x: HostArray, /, shape: tuple[int, ...], *, copy: bool | None = None) -> HostArray:
    """The standard's reshape."""
    return x.reshape(shape) if copy is None else np.reshape(x, shape, copy=copy)


def expand_dims(x: HostArray, /, *, axis: int | tuple[int, ...] = 0) -> HostArray:
    """The standard's expand_dims: one new axis by indexing, others as NumPy does it."""
    if axis == -1:
        return x[..., None]
    return np.expand_dims(x, axis)


QUICK: Mapping[str, Callable[..., Any]] = {
    "sum": add_up,
    "max": largest,
    "min": smallest,
    "mean": mean,
    "matmul": matmul,
    "matrix_transpose": matrix_transpose,
    "reshape": reshape,
    "expand_dims": expand_dims,
}
"""By the names of the standard."""
