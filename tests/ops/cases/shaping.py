"""Rows of what only arranges elements anew."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, Host


def rows() -> Iterator[Case]:
    yield Case(ops.Reshape((3, -1)), ((2, 6),), lambda t, x: x.reshape(3, 4))
    yield Case(ops.Reshape((0, 2, -1)), ((3, 4),), lambda t, x: x.reshape(3, 2, 2), "kept")
    yield Case(
        ops.Reshape(), ((2, 6), Host((4, 3))), lambda t, x, shape: x.reshape(shape), "shape as operand"
    )
    yield Case(ops.Flatten(), ((2, 3, 4),), lambda t, x: x.flatten(1))
    yield Case(ops.Flatten(axis=3), ((2, 3, 4),), lambda t, x: x.reshape(24, 1), "all rows")
    yield Case(ops.Squeeze((1,)), ((2, 1, 3, 1),), lambda t, x: x.squeeze(1))
    yield Case(ops.Squeeze(), ((2, 1, 3, 1),), lambda t, x: x.squeeze(), "all")
    yield Case(ops.Unsqueeze((0, -1)), ((2, 3),), lambda t, x: x[None, ..., None])
    yield Case(ops.Transpose(), ((2, 3),), lambda t, x: x.T)
    yield Case(ops.Transpose((1, 2, 0)), ((2, 3, 4),), lambda t, x: x.permute(1, 2, 0), "order")
    yield Case(ops.Expand((2, 3, 4)), ((3, 1),), lambda t, x: x.expand(2, 3, 4))
    yield Case(
        ops.Expand(), ((2, 3), Host((5, 1, 1))), lambda t, x, shape: x.expand(5, 2, 3), "shape as operand"
    )
    yield Case(ops.Concat(axis=-1), ((2, 3), (2, 1), (2, 2)), lambda t, *xs: t.cat(xs, -1))
    yield Case(ops.Concat(), ((2, 3),), lambda t, *xs: t.cat(xs, 0), "one")
    yield Case(ops.Split(axis=1), ((2, 4),), lambda t, x: t.split(x, 2, 1))
    yield Case(
        ops.Split(sizes=(1, 3, 2), axis=-1), ((2, 6),), lambda t, x: t.split(x, (1, 3, 2), -1), "sizes"
    )
    yield Case(ops.Split(parts=1), ((2, 4),), lambda t, x: t.split(x, 2), "one part")
    yield Case(ops.Split(parts=3), ((5, 2),), lambda t, x: t.split(x, 2), "unequal")
