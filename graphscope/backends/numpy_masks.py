"""Numbers let through where a condition holds, else 0: by their bits, since random conditions make ``where`` slow."""

from __future__ import annotations

import numpy as np

from graphscope.backends.host import HostArray

_BITS = {2: np.int16, 4: np.int32, 8: np.int64}
"""The integer of the size of a floating number."""


def maskable(x: HostArray) -> bool:
    """Whether there are integers of the size of these numbers."""
    return x.dtype.itemsize in _BITS


def masked(condition: HostArray, x: HostArray, out: HostArray | None = None) -> HostArray:
    """x where the condition holds, else 0: all bits of a number, or none.

    Args:
        out: an array of the type of x to write to; a new one where None.
    """
    every = np.negative(condition.view(np.int8))  # 1 becomes −1, which has every bit
    bits = every.astype(_BITS[x.dtype.itemsize])
    np.bitwise_and(bits, x.view(bits.dtype), out=bits if out is None else out.view(bits.dtype))
    return bits.view(x.dtype) if out is None else out
