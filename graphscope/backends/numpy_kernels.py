"""NumPy kernels that give what the op does, but faster: in place on arrays just made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graphscope.backends.host import HostArray
from graphscope.backends.numpy_masks import maskable, masked
from graphscope.backends.numpy_normalization import (
    batch_norm_forward,
    batch_norm_vjp,
    layer_norm_forward,
    layer_norm_vjp,
    running_batch_norm_forward,
    running_batch_norm_vjp,
)
from graphscope.backends.numpy_pooling import max_pool_vjp
from graphscope.backends.numpy_recurrent import lstm_forward, lstm_vjp
from graphscope.backends.numpy_rows import many


def relu_vjp(op: Any, xp: Any, g: HostArray, out: HostArray, x: HostArray) -> tuple[HostArray]:
    """The gradient where x > 0, else 0."""
    if not many(x) or g.dtype != x.dtype or not maskable(g):
        return op.vjp(xp, g, out, x)
    return (masked(np.greater(x, 0), g),)


def softmax_forward(op: Any, xp: Any, x: HostArray) -> HostArray:
    """eˣ / Σ eˣ, each written over what was before it."""
    if not many(x) or not x.flags.c_contiguous:
        return op.forward(xp, x)
    e = x - xp.max(x, axis=op.axis, keepdims=True)
    np.exp(e, out=e)
    return np.divide(e, xp.sum(e, axis=op.axis, keepdims=True), out=e)


def sgd_forward(op: Any, xp: Any, p: HostArray, g: HostArray) -> HostArray:
    """p − lr · g, the difference written over the product: one array of fresh memory instead of two."""
    if not many(p) or p.dtype != g.dtype or op.weight_decay:
        return op.forward(xp, p, g)
    step = op.lr * g
    return np.subtract(p, step, out=step)


OVERRIDES: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("LSTM", "forward"): lstm_forward,
    ("LSTM", "vjp"): lstm_vjp,
    ("BatchNorm", "forward"): batch_norm_forward,
    ("BatchNorm", "vjp"): batch_norm_vjp,
    ("LayerNorm", "forward"): layer_norm_forward,
    ("LayerNorm", "vjp"): layer_norm_vjp,
    ("MaxPool", "vjp"): max_pool_vjp,
    ("MaxPool2d", "vjp"): max_pool_vjp,
    ("Relu", "vjp"): relu_vjp,
    ("RunningBatchNorm", "forward"): running_batch_norm_forward,
    ("RunningBatchNorm", "vjp"): running_batch_norm_vjp,
    ("SGD", "forward"): sgd_forward,
    ("Softmax", "forward"): softmax_forward,
}
"""By op and method."""
