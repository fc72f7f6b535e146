"""What kernels need and the array API standard lacks: padding, windows, adding up at indices.

Every backend offers these under the same names, out of place:

- ``einsum(subscripts, *arrays)``: Einstein's summation, as NumPy writes it.
- ``pad(x, widths, value=0.0)``: `widths` holds one pair (before, after) an axis; a negative width cuts off.
- ``sliding_windows(x, window, strides, dilations)``: the windows over the last ``len(window)`` axes,
  [..., places..., window...]; a window that would stick out is left away.
- ``scatter_add(shape, indices, values, axis)``: zeros(shape) with `values` added at `indices` along `axis`.
  Repeated indices add up, negative ones count from the end. It is the gradient of ``take`` when `indices` has
  one axis, and of ``take_along_axis`` when `indices` has the shape of `values`. An index out of range is an
  error on the CPU; a GPU cannot be asked without waiting for it, so there the result is not defined.
- ``erf(x)``: the error function, for floating x.
- ``errstate()``: a context to run kernels in: no warnings about NaN and Inf, no autograd, the right GPU.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from graphscope.errors import InputError, ShapeError

Pairs = Sequence[tuple[int, int]]


def pad(full: Callable[..., Any], x: Any, widths: Pairs, value: float = 0.0) -> Any:
    """Pad by filling a fresh array, which `full` makes; for libraries whose arrays can be written to."""
    widths = checked_widths(x.shape, widths)
    sides = list(zip(x.shape, widths, strict=True))
    cut = tuple(slice(max(-before, 0), size - max(-after, 0)) for size, (before, after) in sides)
    out = full(tuple(size + before + after for size, (before, after) in sides), value, dtype=x.dtype)
    inner = zip(out.shape, widths, strict=True)
    out[tuple(slice(max(before, 0), size - max(after, 0)) for size, (before, after) in inner)] = x[cut]
    return out


def checked_widths(shape: Sequence[int], widths: Pairs) -> Pairs:
    """The widths as pairs of integers, one an axis, that cut no axis to less than nothing."""
    pairs = [(int(before), int(after)) for before, after in widths]
    cut = [min(before, 0) + min(after, 0) for before, after in pairs]
    if len(cut) != len(shape) or any(size + less < 0 for size, less in zip(shape, cut, strict=True)):
        raise ShapeError(
            "pad: {shape} takes a pair of widths an axis that cuts off no more than is there, not {widths}.",
            shape=tuple(shape),
            widths=tuple(pairs),
        )
    return pairs


def places(
    shape: Sequence[int], window: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> tuple[int, ...]:
    """At how many places each window fits along its axis."""
    sizes = shape[len(shape) - len(window) :]
    spans = tuple(dilation * (width - 1) + 1 for width, dilation in zip(window, dilations, strict=True))
    if len(sizes) != len(window) or any(span > size for span, size in zip(spans, sizes, strict=True)):
        raise ShapeError(
            "sliding_windows: a window that spans {spans} does not fit into {shape}.",
            spans=spans,
            shape=tuple(shape),
        )
    sides = zip(sizes, spans, strides, strict=True)
    return tuple((size - span) // stride + 1 for size, span, stride in sides)


def windows_by_strides(
    as_strided: Any, x: Any, window: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> Any:
    """The windows as a view that copies nothing; for libraries that can make one from strides."""
    counts = places(x.shape, window, strides, dilations)
    kept = x.ndim - len(window)
    steps = x.strides[kept:]
    hops = tuple(step * stride for step, stride in zip(steps, strides, strict=True))
    gaps = tuple(step * dilation for step, dilation in zip(steps, dilations, strict=True))
    return as_strided(x, (*x.shape[:kept], *counts, *window), (*x.strides[:kept], *hops, *gaps))


def windows_by_take(
    xp: Any, x: Any, window: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> Any:
    """The windows as a copy, with standard functions only; for libraries without strides."""
    counts = places(x.shape, window, strides, dilations)
    kept = x.ndim - len(window)
    for i, (count, width) in enumerate(zip(counts, window, strict=True)):
        axis = kept + 2 * i
        starts = xp.reshape(xp.arange(count) * strides[i], (count, 1))
        positions = xp.reshape(starts + xp.arange(width) * dilations[i], (count * width,))
        taken = xp.take(x, positions, axis=axis)
        x = xp.reshape(taken, (*x.shape[:axis], count, width, *x.shape[axis + 1 :]))
    order = (*range(kept), *range(kept, x.ndim, 2), *range(kept + 1, x.ndim, 2))
    return xp.permute_dims(x, order)


def flat_positions(xp: Any, shape: Sequence[int], indices: Any, values: Any, axis: int) -> Any:
    """Where each of `values`, read in order, lands in ``zeros(shape)`` read in order; [values.size]."""
    axis = checked_axis(shape, indices, values, axis)
    size, count = shape[axis], values.shape[axis]
    before, after = prod(shape[:axis]), prod(shape[axis + 1 :])
    if indices.ndim == 1 and values.ndim != 1:
        indices = xp.reshape(indices, (1, count, 1))
    else:
        indices = xp.reshape(indices, (before, count, after))
    indices = xp.where(indices < 0, indices + size, indices)
    rows = xp.reshape(xp.arange(before) * size, (before, 1, 1))
    columns = xp.reshape(xp.arange(after), (1, 1, after))
    return xp.reshape((rows + indices) * after + columns, (-1,))


def checked_axis(shape: Sequence[int], indices: Any, values: Any, axis: int) -> int:
    """The axis counted from the front, once the shapes of a `scatter_add` fit together."""
    place = axis + len(shape) if axis < 0 else axis
    fits = len(shape) == values.ndim and 0 <= place < len(shape)
    if fits:
        expected = (*shape[:place], values.shape[place], *shape[place + 1 :])
        taken = indices.ndim == 1 and indices.shape[0] == values.shape[place]
        fits = tuple(values.shape) == expected and (taken or tuple(indices.shape) == expected)
    if not fits:
        raise ShapeError(
            "scatter_add: values {values} at indices {indices} along axis {axis} do not fit into {shape}.",
            values=tuple(values.shape),
            indices=tuple(indices.shape),
            axis=axis,
            shape=tuple(shape),
        )
    return place


def check_range(indices: Any, size: int) -> None:
    """Refuse indices that an axis of this size does not have; only where looking at them is free."""
    if prod(indices.shape) == 0:
        return
    lowest, highest = int(indices.min()), int(indices.max())
    if lowest < -size or highest >= size:
        raise InputError(
            "The indices reach from {lowest} to {highest}, but the axis has {size} places.",
            lowest=lowest,
            highest=highest,
            size=size,
        )
