"""Normalization for NumPy: what the ops do, in few passes over arrays just made; sums may be rounded otherwise."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from graphscope.backends.host import HostArray
from graphscope.backends.numpy_quick import add_up
from graphscope.backends.numpy_rows import many

PLANE = 8
"""Elements of the shortest plane that is worth a sum of its own."""


def _large(x: HostArray, *others: HostArray | None) -> bool:
    """Whether a kernel in place is worth it, and all numbers are of one type that holds sums."""
    same = all(other is None or other.dtype == x.dtype for other in others)
    return many(x) and x.dtype.itemsize >= 4 and same and x.flags.c_contiguous


# ---- over the batch ---------------------------------------------------------------------------------------


def _planes(x: HostArray, axis: int) -> HostArray:
    """x as [before, channel, after]."""
    axis %= x.ndim
    return x.reshape(prod(x.shape[:axis]), x.shape[axis], -1)


def _pictures(op: Any, x: HostArray, *others: HostArray) -> bool:
    """Whether each channel has planes that are long enough to be summed one by one."""
    return _large(x, *others) and prod(x.shape[op.axis % x.ndim + 1 :]) >= PLANE


def _wide(vector: HostArray) -> HostArray:
    """A number a channel, as it stands in planes."""
    return vector.reshape(1, -1, 1)


def _normalized(op: Any, x: HostArray, scale: HostArray, bias: HostArray) -> tuple[HostArray, ...]:
    """out, and the mean, variance and deviation of each channel."""
    planes = _planes(x, op.axis)
    count = np.asarray(x.size // planes.shape[1], x.dtype)
    mean = add_up(planes, axis=(0, 2)) / count
    d = planes - _wide(mean)
    variance = np.vecdot(d, d).sum(axis=0) / count
    deviation = np.sqrt(variance + op.epsilon)
    d *= _wide(scale / deviation)
    d += _wide(bias)
    return d.reshape(x.shape), mean, variance, deviation


def _pulled_back(op: Any, g: HostArray, x: HostArray, scale: HostArray, saved: Any) -> tuple[HostArray, ...]:
    """The gradients of x, scale and bias."""
    planes, gs = _planes(x, op.axis), _planes(g, op.axis)
    mean, deviation = (each.reshape(-1) for each in saved)
    count = np.asarray(x.size // planes.shape[1], x.dtype)
    d = planes - _wide(mean)
    total = add_up(gs, axis=(0, 2))
    lean = np.vecdot(gs, d).sum(axis=0) / deviation
    d *= _wide(-lean / (count * deviation))
    d += gs
    d -= _wide(total / count)
    d *= _wide(scale / deviation)
    return d.reshape(x.shape), lean, total


def _channels(vector: HostArray, op: Any, x: HostArray) -> HostArray:
    """A number a channel, shaped as the ops save it."""
    return vector.reshape(tuple(x.shape[axis] if axis == op.axis % x.ndim else 1 for axis in range(x.ndim)))


def batch_norm_forward(
    op: Any, xp: Any, x: HostArray, scale: HostArray, bias: HostArray, *running: HostArray | None
) -> tuple[HostArray, ...]:
    """`BatchNorm`, while training."""
    if not op.training or not _pictures(op, x, scale, bias):
        return op.forward(xp, x, scale, bias, *running)
    out, mean, _, deviation = _normalized(op, x, scale, bias)
    return out, _channels(mean, op, x), _channels(deviation, op, x)


def batch_norm_vjp(
    op: Any, xp: Any, g: HostArray, out: Any, x: HostArray, scale: HostArray, *others: HostArray | None
) -> tuple[HostArray | None, ...]:
    """`BatchNorm`, while training."""
    if not op.training or not _pictures(op, x, g, scale) or not g.flags.c_contiguous:
        return op.vjp(xp, g, out, x, scale, *others)
    return (*_pulled_back(op, g, x, scale, out[1:]), None, None)


def running_batch_norm_forward(
    op: Any,
    xp: Any,
    x: HostArray,
    scale: HostArray,
    bias: HostArray,
    mean: HostArray,
    variance: HostArray,
) -> tuple[HostArray, ...]:
    """`RunningBatchNorm`."""
    if not _pictures(op, x, scale, bias, mean, variance):
        return op.forward(xp, x, scale, bias, mean, variance)
    out, batch_mean, batch_variance, deviation = _normalized(op, x, scale, bias)
    running = op.mixed(x, mean, variance, batch_mean, batch_variance)
    return out, *running, _channels(batch_mean, op, x), _channels(deviation, op, x)


def running_batch_norm_vjp(
    op: Any, xp: Any, g: Any, out: Any, x: HostArray, scale: HostArray, *others: HostArray
) -> tuple[HostArray | None, ...]:
    """`RunningBatchNorm`, where the loss does not depend on the running averages."""
    first, *averages = g
    alone = all(each is None for each in averages)
    if first is None or not alone or not _pictures(op, x, first, scale) or not first.flags.c_contiguous:
        return op.vjp(xp, g, out, x, scale, *others)
    return (*_pulled_back(op, first, x, scale, out[3:]), None, None)


# ---- over the last axes -----------------------------------------------------------------------------------


def _rows(op: Any, x: HostArray) -> int:
    """How long the rows are that are normalized."""
    return prod(x.shape[op.axis % x.ndim :])


def _fits(op: Any, x: HostArray, *others: HostArray | None) -> bool:
    """Whether scale and bias, where there are any, are one row."""
    shape = x.shape[op.axis % x.ndim :]
    return _large(x, *others) and all(other is None or other.shape == shape for other in others)


def layer_norm_forward(
    op: Any, xp: Any, x: HostArray, scale: HostArray | None = None, bias: HostArray | None = None
) -> tuple[HostArray, ...]:
    """`LayerNorm`, all in the array of the differences from the mean."""
    if not _fits(op, x, scale, bias):
        return op.forward(xp, x, scale, bias)
    size = _rows(op, x)
    rows, count = x.reshape(-1, size), np.asarray(size, x.dtype)
    mean = add_up(rows, axis=1, keepdims=True) / count
    d = rows - mean
    deviation = np.sqrt(np.vecdot(d, d)[:, None] / count + op.epsilon)
    d /= deviation
    if scale is not None:
        d *= scale.reshape(size)
    if bias is not None:
        d += bias.reshape(size)
    shape = (*x.shape[: op.axis % x.ndim], *(1 for _ in x.shape[op.axis % x.ndim :]))
    return d.reshape(x.shape), mean.reshape(shape), deviation.reshape(shape)


def layer_norm_vjp(
    op: Any,
    xp: Any,
    g: HostArray,
    out: Any,
    x: HostArray,
    scale: HostArray | None = None,
    bias: HostArray | None = None,
) -> tuple[HostArray | None, ...]:
    """`LayerNorm`, the gradient of x in that of the normalized x."""
    if not _fits(op, x, scale, bias) or g.dtype != x.dtype:
        return op.vjp(xp, g, out, x, scale, bias)
    size = _rows(op, x)
    rows, gs, count = x.reshape(-1, size), g.reshape(-1, size), np.asarray(size, x.dtype)
    mean, deviation = (each.reshape(-1, 1) for each in out[1:])
    n = rows - mean
    n /= deviation
    dscale = None if scale is None else (gs * n).reshape(x.shape)
    dn = gs.copy() if scale is None else gs * scale.reshape(size)
    total, lean = add_up(dn, axis=1, keepdims=True) / count, np.vecdot(dn, n)[:, None] / count
    n *= lean
    dn -= total
    dn -= n
    dn /= deviation
    return dn.reshape(x.shape), dscale, None if bias is None else g
