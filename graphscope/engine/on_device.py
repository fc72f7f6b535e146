"""Statistics, thumbnail, histogram and plane of an array where it lives: only small blocks reach the host."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod, sqrt
from typing import Any

import numpy as np

from graphscope.backends.base import Backend
from graphscope.engine.memory import ran_out
from graphscope.engine.summary import MATRIX, NOTHING, THUMBNAIL, Summary, places, summarize

WHOLE = 2048
"""Bytes: a smaller array crosses as it is, which is quicker than any kernel."""
CHUNK = 2**22
"""Elements that are widened to float64 at once, so that statistics of a huge array need little memory."""
WIDEST = 512
"""A plane of more rows or columns is sampled evenly."""
BINS = 48
SUMS = 5
"""The first numbers of a block are added up over chunks: squares, total, zeros, NaN, finite; then low, high."""


def dtype_of(held: Any) -> str:
    """The name of an array's type, the same for every library: ``float32``."""
    return str(held.dtype).rpartition(".")[2]


def size_of(held: Any) -> int:
    """How many elements an array has; PyTorch's ``size`` is a method."""
    return prod(held.shape)


def bytes_in(held: Any) -> int:
    """The bytes of an array's numbers, as many as a copy to the host moves."""
    return held.nbytes if hasattr(held, "nbytes") else 8 * size_of(held)


def _crosses_whole(backend: Backend, held: Any) -> bool:
    return backend.device == "cpu" or bytes_in(held) <= WHOLE


# ---- statistics -------------------------------------------------------------------------------------------


def summary_of(backend: Backend, held: Any) -> Summary:
    """The summary of an array on its device; at most one block of `WHOLE` bytes or so crosses."""
    if not _crosses_whole(backend, held):
        try:
            return reduced(backend, held)
        except Exception as error:
            if not ran_out(error):
                raise
        backend.release()  # a device that is full can still be read
    return summarize(backend.get(held))


def reduced(backend: Backend, held: Any) -> Summary:
    """The summary of an array that is not empty, computed with the functions of its backend."""
    xp = backend.xp
    with xp.errstate():
        cells = _thumbnail(xp, held)
        block = xp.concat((_statistics(xp, xp.reshape(held, (-1,))), xp.reshape(cells, (-1,))))
        told = backend.get(block)
    square, total, zeros, nan, finite, low, high = told[: SUMS + 2].tolist()
    shown = told[SUMS + 2 :].reshape(tuple(cells.shape))
    shape = tuple(held.shape)
    return Summary(
        shape,
        dtype_of(held),
        shown,
        len(shape) <= 2 and max(shape, default=1) <= MATRIX,
        sqrt(square),
        low if finite else 0.0,
        high if finite else 0.0,
        total / finite if finite else 0.0,
        int(zeros),
        int(nan),
        size_of(held) - int(nan) - int(finite),
    )


def _statistics(xp: Any, flat: Any) -> Any:
    """Seven numbers in one array on the device; see `SUMS`."""
    rows = [_of_chunk(xp, chunk) for chunk in _chunks(flat)]
    if len(rows) == 1:
        return rows[0]
    table = xp.stack(rows)
    low, high = table[:, SUMS : SUMS + 1], table[:, SUMS + 1 :]
    return xp.concat((xp.sum(table[:, :SUMS], axis=0), xp.min(low, axis=0), xp.max(high, axis=0)))


def _chunks(flat: Any) -> Iterator[Any]:
    size = flat.shape[0]
    return (flat[start : min(start + CHUNK, size)] for start in range(0, size, CHUNK))


def _of_chunk(xp: Any, flat: Any) -> Any:
    wide = xp.astype(flat, xp.float64)
    finite = xp.isfinite(wide)
    safe = xp.where(finite, wide, xp.zeros_like(wide))
    infinite = xp.full_like(wide, xp.inf)
    numbers = (
        xp.sum(safe * safe),
        xp.sum(safe),
        _count(xp, wide == 0),
        _count(xp, xp.isnan(wide)),
        _count(xp, finite),
        xp.min(xp.where(finite, wide, infinite)),
        xp.max(xp.where(finite, wide, -infinite)),
    )
    return xp.stack(numbers)


def _count(xp: Any, true: Any) -> Any:
    return xp.sum(xp.astype(true, xp.float64))


def _thumbnail(xp: Any, held: Any) -> Any:
    """The cells that `summary.thumbnail` gives, as float64 on the device."""
    picture = _matrix(xp, held, (0,) * (len(held.shape) - 2))
    for axis in (0, 1):
        if picture.shape[axis] > THUMBNAIL:
            picture = xp.take(picture, places(xp, picture.shape[axis]), axis=axis)
    return xp.astype(picture, xp.float64)


def _matrix(xp: Any, held: Any, plane: tuple[int, ...]) -> Any:
    """The last two axes at ``plane``; what has fewer is one row."""
    picture = held[(*plane, ...)]
    missing = 2 - len(picture.shape)
    return picture if missing <= 0 else xp.reshape(picture, (*(1,) * missing, *picture.shape))


# ---- one plane, and all numbers in bins -------------------------------------------------------------------


def plane_of(backend: Backend, held: Any, plane: tuple[int, ...]) -> tuple[np.ndarray, tuple[int, int]]:
    """The last two axes at ``plane``, at most 512 rows and columns of them, and of how many one is taken."""
    leading = held.shape[:-2]
    if 0 in leading:
        return np.array(NOTHING), (1, 1)
    wanted = (*plane, *(0,) * len(leading))[: len(leading)]
    index = tuple(min(at, size - 1) for at, size in zip(wanted, leading, strict=True))
    with backend.xp.errstate():
        matrix = _matrix(backend.xp, held, index)
        rows, columns = (max(1, -(-size // WIDEST)) for size in matrix.shape)
        return np.array(backend.get(matrix[::rows, ::columns])), (rows, columns)


def histogram_of(backend: Backend, held: Any, summary: Summary) -> tuple[np.ndarray, np.ndarray]:
    """How many finite elements lie in each bin, and the edges of the bins, as ``numpy.histogram`` has them."""
    bins = min(BINS, max(8, size_of(held)))
    if not _crosses_whole(backend, held):
        some = size_of(held) > summary.nan + summary.infinite
        try:
            return binned(backend, held, (summary.low, summary.high) if some else (0.0, 1.0), bins)
        except Exception as error:
            if not ran_out(error):
                raise
        backend.release()
    flat = np.asarray(backend.get(held), dtype=np.float64).ravel()
    return np.histogram(flat[np.isfinite(flat)], bins=bins)


def binned(
    backend: Backend, held: Any, bounds: tuple[float, float], bins: int
) -> tuple[np.ndarray, np.ndarray]:
    """The histogram of the finite elements, counted on the device."""
    xp = backend.xp
    edges = np.histogram_bin_edges(np.array(bounds), bins=bins)
    there = backend.put(edges)
    with xp.errstate():
        counts = [_bins(xp, chunk, there, bins) for chunk in _chunks(xp.reshape(held, (-1,)))]
        told = backend.get(counts[0] if len(counts) == 1 else xp.sum(xp.stack(counts), axis=0))
    return told.astype(np.intp), edges


def _bins(xp: Any, flat: Any, edges: Any, bins: int) -> Any:
    """An element on an edge belongs to the bin that begins there; the last bin holds its end, too."""
    wide = xp.astype(flat, xp.float64)
    finite = xp.isfinite(wide)
    wide = xp.where(finite, wide, xp.zeros_like(wide))
    index = xp.searchsorted(edges, wide, side="right") - 1
    index = xp.clip(index, 0, bins - 1)
    return xp.scatter_add((bins,), index, xp.astype(finite, xp.float64))
