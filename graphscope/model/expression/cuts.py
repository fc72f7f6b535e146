"""Cuts of a value as Python writes them in square brackets: ``x[0]``, ``x[:, 1:3]``, ``x[..., -1]``."""

from __future__ import annotations

import ast
from collections.abc import Callable

from graphscope.errors import InputError
from graphscope.ops.base import Op
from graphscope.ops.indexing import Slice
from graphscope.ops.shaping import Squeeze

END = 2**31 - 1
"""To the end of an axis."""
Whole = Callable[[ast.expr], int]


def cut(node: ast.Subscript, whole: Whole) -> tuple[Op, ...]:
    """The operations that cut a part out: a slice of some axes, then those with one number dropped.

    Args:
        whole: reads a whole number.

    Raises:
        GraphScopeError: the brackets name no parts.
    """
    parts = _parts(node)
    cuts = [(axis, *_bounds(each, whole)) for axis, each in parts if not _all(each)]
    gone = tuple(axis for axis, each in parts if not isinstance(each, ast.Slice))
    made: list[Op] = []
    if cuts:
        axes, starts, ends, steps = zip(*cuts, strict=True)
        made.append(Slice(starts, ends, axes, None if set(steps) == {1} else steps))
    if gone:
        made.append(Squeeze(gone))
    return tuple(made)


def _parts(node: ast.Subscript) -> list[tuple[int, ast.expr]]:
    """Each part with its axis: counted from the front, after ``...`` from the end."""
    listed = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    dots = [index for index, each in enumerate(listed) if _dots(each)]
    if len(dots) > 1 or not listed:
        raise InputError("square brackets name one part for each axis, and ... at most once")
    split = dots[0] if dots else len(listed)
    back = [(index - len(listed), listed[index]) for index in range(split + 1, len(listed))]
    return [*enumerate(listed[:split]), *back]


def _bounds(node: ast.expr, whole: Whole) -> tuple[int, int, int]:
    """Start, end and step along one axis."""
    if not isinstance(node, ast.Slice):
        start = whole(node)
        return start, (start + 1) or END, 1
    step = 1 if node.step is None else whole(node.step)
    if step == 0:
        raise InputError("a step of 0 leads nowhere")
    first, last = (0, END) if step > 0 else (END, -END)
    start = first if node.lower is None else whole(node.lower)
    return start, last if node.upper is None else whole(node.upper), step


def _all(node: ast.expr) -> bool:
    """Whether a part is all of its axis."""
    return isinstance(node, ast.Slice) and node.lower is None and node.upper is None and node.step is None


def _dots(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis
