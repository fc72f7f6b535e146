"""NumPy kernels that give bit for bit what the op does, but faster: in place on arrays just made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graphscope.backends.host import HostArray
from graphscope.backends.numpy_recurrent import lstm_forward, lstm_vjp

SMALL = 1024
"""Up to so many elements the op's own kernel is as fast."""

_BITS = {2: np.int16, 4: np.int32, 8: np.int64}
"""The integer of the size of a floating number."""


def relu_vjp(op: Any, xp: Any, g: HostArray, out: HostArray, x: HostArray) -> tuple[HostArray]:
    """The gradient where x > 0, else 0: all bits of a number, or none. Random signs make ``where`` slow."""
    if x.size <= SMALL or g.dtype != x.dtype or g.dtype.itemsize not in _BITS:
        return op.vjp(xp, g, out, x)
    bits = np.greater(x, 0).view(np.int8).astype(_BITS[g.dtype.itemsize])
    np.negative(bits, out=bits)  # 1 becomes −1, which has every bit
    np.bitwise_and(bits, g.view(bits.dtype), out=bits)
    return (bits.view(g.dtype),)


def sgd_forward(op: Any, xp: Any, p: HostArray, g: HostArray) -> HostArray:
    """p − lr · g, the difference written over the product: one array of fresh memory instead of two."""
    if p.size <= SMALL or p.dtype != g.dtype or op.weight_decay:
        return op.forward(xp, p, g)
    step = op.lr * g
    return np.subtract(p, step, out=step)


OVERRIDES: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("LSTM", "forward"): lstm_forward,
    ("LSTM", "vjp"): lstm_vjp,
    ("Relu", "vjp"): relu_vjp,
    ("SGD", "forward"): sgd_forward,
}
"""By op and method."""
