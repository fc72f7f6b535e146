"""What a card shows of a tensor: its numbers where they are few, else a small heat map and statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

MATRIX = 4
"""Up to this many rows and columns the numbers themselves are shown."""
THUMBNAIL = 16
"""A heat map has at most this many rows and columns."""
NOTHING = np.zeros((0, 0))
NOTHING.setflags(write=False)


@dataclass(frozen=True, eq=False, slots=True)
class Summary:
    """Facts of one tensor.

    Args:
        cells: two axes; the whole tensor where ``exact``, else a sample of it for a heat map.
        exact: whether ``cells`` holds every number.
        norm: L2 norm, over the finite elements as are ``low``, ``high`` and ``mean``.
    """

    shape: tuple[int, ...]
    dtype: str
    cells: np.ndarray
    exact: bool
    norm: float
    low: float
    high: float
    mean: float
    zeros: int
    nan: int
    infinite: int

    @property
    def finite(self) -> bool:
        """Whether no element is NaN or infinite."""
        return not (self.nan or self.infinite)

    @property
    def scalar(self) -> bool:
        """Whether it is one number."""
        return self.cells.size == 1 and self.exact


def summarize(array: np.ndarray) -> Summary:
    """The summary of a host array."""
    flat = np.asarray(array, dtype=np.float64).ravel() if array.dtype.kind in "biu" else array.ravel()
    finite = flat
    nan = infinite = 0
    if flat.dtype.kind == "f" and not np.isfinite(flat).all():
        nan = int(np.isnan(flat).sum())
        infinite = int(np.isinf(flat).sum())
        finite = flat[np.isfinite(flat)]
    wide = finite.astype(np.float64, copy=False)
    low, high, mean = (
        (float(wide.min()), float(wide.max()), float(wide.mean())) if wide.size else (0.0, 0.0, 0.0)
    )
    cells, exact = thumbnail(array)
    norm = float(np.sqrt(np.dot(wide, wide)))
    zeros = int(flat.size - np.count_nonzero(flat))
    return Summary(
        tuple(array.shape), array.dtype.name, cells, exact, norm, low, high, mean, zeros, nan, infinite
    )


def places(xp: Any, size: int) -> Any:
    """Which rows of a long axis are shown, from end to end; whole numbers, so that every library agrees."""
    return xp.arange(THUMBNAIL) * (size - 1) // (THUMBNAIL - 1)


def thumbnail(array: np.ndarray) -> tuple[np.ndarray, bool]:
    """A matrix for a card: the array itself if it has at most two axes and is small, else a sample of it.

    Of more than two axes the first image is taken; long axes are sampled evenly.
    """
    if not array.size:
        return NOTHING, True
    exact = array.ndim <= 2 and max(array.shape, default=1) <= MATRIX
    picture = array[(0,) * (array.ndim - 2)]
    picture = np.atleast_2d(picture)
    for axis in (0, 1):
        if picture.shape[axis] > THUMBNAIL:
            picture = np.take(picture, places(np, picture.shape[axis]), axis=axis)
    cells = np.array(picture, dtype=np.float64)
    cells.setflags(write=False)
    return cells, exact
