"""The gradient of max pooling for NumPy: each window's gradient written where its largest element lies."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphscope.backends.host import HostArray
from graphscope.backends.numpy_masks import maskable, masked
from graphscope.backends.numpy_rows import many
from graphscope.ops import windows

_windows: Any = windows  # its functions take arrays of any library


def max_pool_vjp(op: Any, xp: Any, g: HostArray, out: HostArray, x: HostArray) -> tuple[HostArray]:
    """The op's gradient without the arrays in between: windows that do not overlap write, others add."""
    if not many(x) or g.dtype != x.dtype or not maskable(x):
        return op.vjp(xp, g, out, x)
    around = op.around(x)
    sizes = [size + sum(border) for size, border in zip(x.shape[2:], around, strict=True)]
    dx = np.zeros((*x.shape[:2], *sizes), x.dtype)
    apart = op.steps == op.window and not any(gap > 1 for gap in op.gaps)
    free = np.ones(out.shape, bool)
    for part, hole in zip(
        op.cut(xp, x, -np.inf), _windows.slices(dx, op.window, op.steps, op.gaps), strict=True
    ):
        hit = part == out
        hit &= free
        free ^= hit
        if apart:
            masked(hit, g, hole)
        else:
            np.add(hole, masked(hit, g), out=hole)
    return (_windows.padded(xp, dx, tuple((-before, -after) for before, after in around)),)
