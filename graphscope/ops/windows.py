"""Sliding windows over the last two axes of a picture: cut out, and laid back by adding."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import Any

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, format_shape

Pair = tuple[int, int]


def sides(padding: tuple[int, ...]) -> tuple[Pair, Pair]:
    """(top, bottom), (left, right) from (height, width) or (top, left, bottom, right), as ONNX writes it."""
    if len(padding) == 2:
        return (padding[0], padding[0]), (padding[1], padding[1])
    return (padding[0], padding[2]), (padding[1], padding[3])


def padded(xp, x, padding: tuple[int, ...], value: float = 0.0):
    """x with a border; x itself where there is none. Negative padding cuts off."""
    return xp.pad(x, ((0, 0), (0, 0), *sides(padding)), value) if any(padding) else x


def places(
    operation: str,
    x: TensorSpec,
    window: tuple[Dim, ...],
    stride: Pair,
    padding: tuple[int, ...],
    dilation: Pair,
) -> tuple[Dim, ...]:
    """How many windows fit along height and width.

    Raises:
        ShapeError: x is no batch of pictures, or smaller than the window.
    """
    if x.rank != 4:
        raise ShapeError(
            "{operation}: x ({x}) must have the axes sample, channel, height, width; reshape it",
            operation=operation,
            x=x,
        )
    spans = tuple(_span(size, gap) for size, gap in zip(window, dilation, strict=True))
    found: list[Dim] = []
    for size, span, step, border in zip(x.shape[2:], spans, stride, sides(padding), strict=True):
        if not isinstance(size, int) or span is None:
            found.append(None)
            continue
        if size + sum(border) < span:
            raise ShapeError(
                "{operation}: the window spans {spans} but x ({x}) with its border is smaller; "
                "make the window smaller or pad more",
                operation=operation,
                spans=format_shape(spans),
                x=x,
            )
        found.append((size + sum(border) - span) // step + 1)
    return tuple(found)


def _span(size: Dim, gap: int) -> int | None:
    """From the first to the last element of a window whose elements are ``gap`` apart."""
    return gap * (size - 1) + 1 if isinstance(size, int) else None


def slices(x, window: Pair, stride: Pair, dilation: Pair) -> list[Any]:
    """For each place in the window, row by row, a view of what all windows have there."""
    height, width = x.shape[-2:]
    rows = (height - dilation[0] * (window[0] - 1) - 1) // stride[0] + 1
    columns = (width - dilation[1] * (window[1] - 1) - 1) // stride[1] + 1
    return [
        x[
            ...,
            top : top + stride[0] * (rows - 1) + 1 : stride[0],
            left : left + stride[1] * (columns - 1) + 1 : stride[1],
        ]
        for top in range(0, dilation[0] * window[0], dilation[0])
        for left in range(0, dilation[1] * window[1], dilation[1])
    ]


def fold(xp, parts: list[Any], size: Pair, window: Pair, stride: Pair, dilation: Pair):
    """The adjoint of `slices`: each part added where it was cut out, in a picture of the given size.

    With a stride, the places that are hit form stride × stride interleaved grids: each is summed by itself
    and then they are woven together, so that nothing is written in place and no zeros are multiplied.
    """
    grid = (-(-size[0] // stride[0]), -(-size[1] // stride[1]))
    heaps: dict[Pair, list[Any]] = {(a, b): [] for a in range(stride[0]) for b in range(stride[1])}
    offsets = [(i * dilation[0], j * dilation[1]) for i in range(window[0]) for j in range(window[1])]
    for part, (top, left) in zip(parts, offsets, strict=True):
        border = (top // stride[0], left // stride[1])
        heaps[top % stride[0], left % stride[1]].append(_placed(xp, part, border, grid))
    empty: Any = (
        None if all(heaps.values()) else xp.zeros((*parts[0].shape[:-2], *grid), dtype=parts[0].dtype)
    )
    sums: dict[Pair, Any] = {phase: reduce(add, heap) if heap else empty for phase, heap in heaps.items()}
    woven = _woven(xp, sums, stride)
    return woven if woven.shape[-2:] == size else woven[..., : size[0], : size[1]]


def _placed(xp, part, border: Pair, grid: Pair):
    """A part with zeros around it, so that it fills the grid."""
    (top, left), (rows, columns) = border, part.shape[-2:]
    widths = ((top, grid[0] - top - rows), (left, grid[1] - left - columns))
    return xp.pad(part, ((0, 0), (0, 0), *widths)) if any(map(any, widths)) else part


def _woven(xp, sums: Mapping[Pair, Any], stride: Pair):
    """The grids of all phases, interleaved."""
    if stride == (1, 1):
        return sums[0, 0]
    lines = []
    for a in range(stride[0]):
        line = xp.stack([sums[a, b] for b in range(stride[1])], axis=-1)
        lines.append(xp.reshape(line, (*line.shape[:-2], -1)))
    picture = xp.stack(lines, axis=-2)
    return xp.reshape(picture, (*picture.shape[:-3], -1, picture.shape[-1]))
