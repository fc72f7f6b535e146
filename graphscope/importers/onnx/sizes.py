"""Follows sizes that have only names through a file's arithmetic of shapes, so that it need not be drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from graphscope import ops
from graphscope.graph.spec import INTEGER, Dim
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs
from graphscope.ops.base import Op

Sizes = tuple[Dim, ...]


def followed(node: OnnxNode, made: Outputs) -> Outputs:
    """What a rule made, with the sizes that it stands for where it is a part of a shape."""
    follow = _FOLLOWED.get(node.kind)
    if (
        follow is None
        or not isinstance(made, Operand)
        or made.known
        or made.dtype not in INTEGER
        or made.rank > 1
    ):
        return made
    sizes = follow(node)
    if sizes is None or (made.rank == 1 and made.shape != (len(sizes),)):
        return made
    if all(isinstance(size, int) for size in sizes):
        return node.constant(sizes if made.rank else sizes[0], made.dtype)
    return replace(made, sizes=sizes)


def _of(operand: Operand | None) -> Sizes | None:
    """The numbers of a vector or a scalar, as far as known."""
    if operand is None or operand.rank > 1:
        return None
    if operand.array is not None:
        return tuple(int(size) for size in operand.array.reshape(-1))
    return operand.sizes


def _shape(node: OnnxNode) -> Sizes | None:
    return node.input(0).shape[node.attribute("start") : node.attribute("end")]


def _same(node: OnnxNode) -> Sizes | None:
    return _of(node.input(0))


def _gather(node: OnnxNode) -> Sizes | None:
    sizes, places = _of(node.input(0)), _of(node.input(1))
    if sizes is None or places is None or node.input(0).rank != 1:
        return None
    inside = all(isinstance(place, int) and -len(sizes) <= place < len(sizes) for place in places)
    return tuple(sizes[place] for place in places if isinstance(place, int)) if inside else None


def _slice(node: OnnxNode) -> Sizes | None:
    sizes, steps = _of(node.input(0)), _of(node.optional(4))
    starts, ends = _of(node.input(1)), _of(node.input(2))
    if sizes is None or starts is None or ends is None or len(starts) != 1 or len(ends) != 1:
        return None
    start, end, step = starts[0], ends[0], 1 if steps is None else steps[0]
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(step, int)) or step == 0:
        return None
    return sizes[start:end:step]


def _concat(node: OnnxNode) -> Sizes | None:
    parts = [_of(each) for each in node.all_inputs()]
    return tuple(size for part in parts if part is not None for size in part) if None not in parts else None


def _arithmetic(
    neutral: int, compute: Callable[[int, int], int], *, either: bool
) -> Callable[..., Sizes | None]:
    """Numbers are computed with; a name stays what it is against the neutral number.

    Args:
        either: whether the neutral number may stand on the left, too.
    """

    def combine(x: Dim, y: Dim) -> Dim:
        if isinstance(x, int) and isinstance(y, int):
            return compute(x, y)
        return x if y == neutral else y if either and x == neutral else None

    def follow(node: OnnxNode) -> Sizes | None:
        x, y = _of(node.input(0)), _of(node.input(1))
        if x is None or y is None or 0 in (len(x), len(y)):
            return None
        count = max(len(x), len(y))
        if any(len(each) not in (1, count) for each in (x, y)):
            return None
        return tuple(combine(x[i % len(x)], y[i % len(y)]) for i in range(count))

    return follow


def _quotient(x: int, y: int) -> int:
    """Rounded towards 0, as ONNX divides integers; of nothing where y is 0."""
    return 0 if y == 0 else abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)


_FOLLOWED: Mapping[str, Callable[[OnnxNode], Sizes | None]] = {
    "Add": _arithmetic(0, lambda x, y: x + y, either=True),
    "Cast": _same,
    "Concat": _concat,
    "Div": _arithmetic(1, _quotient, either=False),
    "Gather": _gather,
    "Identity": _same,
    "Mul": _arithmetic(1, lambda x, y: x * y, either=True),
    "Reshape": _same,
    "Shape": _shape,
    "Slice": _slice,
    "Squeeze": _same,
    "Sub": _arithmetic(0, lambda x, y: x - y, either=False),
    "Unsqueeze": _same,
}


def fitted(kind: type[Op], operands: tuple[Operand | None, ...], sizes: Sizes) -> tuple[int, ...] | None:
    """Sizes that have only names as the field of an op that can work them out itself; else None."""
    x = operands[0] if operands else None
    if x is None:
        return None
    if kind is ops.Reshape:
        return _reshaped(x.shape, sizes)
    return _expanded(x.shape, sizes) if kind is ops.Expand else None


def _reshaped(shape: Sizes, sizes: Sizes) -> tuple[int, ...] | None:
    """0 for a size that stays where it is, −1 for one that follows from the others."""
    kept: list[Any] = [
        0 if isinstance(size, str) and shape[place : place + 1] == (size,) else size
        for place, size in enumerate(sizes)
    ]
    open_ones = [place for place, size in enumerate(kept) if not isinstance(size, int)]
    if len(open_ones) > 1 or (open_ones and -1 in kept):
        return None
    return tuple(-1 if place in open_ones else size for place, size in enumerate(kept))


def _expanded(shape: Sizes, sizes: Sizes) -> tuple[int, ...] | None:
    """1 for a size that x has already."""
    padded = (1,) * (len(sizes) - len(shape)) + shape
    kept = [
        1 if isinstance(size, str) and own == size else size
        for own, size in zip(padded[-len(sizes) :], sizes, strict=True)
    ]
    numbers = tuple(size for size in kept if isinstance(size, int))
    return numbers if len(numbers) == len(sizes) else None
