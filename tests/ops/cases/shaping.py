"""Rows of what only arranges elements anew."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, Host


def rows() -> Iterator[Case]:
    yield Case(ops.Reshape((3, -1)), ((2, 6),), lambda t, x: x.reshape(3, 4))
    yield Case(ops.Reshape((0, 2, -1)), ((3, 4),), lambda t, x: x.reshape(3, 2, 2), "kept")
    yield Case(ops.Reshape(()), ((1, 1),), lambda t, x: x.reshape(()), "scalar")
    yield Case(ops.Reshape((0, 4), allow_zero=True), ((3, 0, 2),), lambda t, x: x.reshape(0, 4), "zero")
    yield Case(ops.Reshape((4, -1)), ((0, 2),), lambda t, x: x.reshape(4, 0), "empty")
    yield Case(
        ops.Reshape(), ((2, 6), Host((4, 3))), lambda t, x, shape: x.reshape(shape), "shape as operand"
    )
    yield Case(ops.Flatten(), ((2, 3, 4),), lambda t, x: x.flatten(1))
    yield Case(ops.Flatten(axis=3), ((2, 3, 4),), lambda t, x: x.reshape(24, 1), "all rows")
    yield Case(ops.Flatten(axis=-1), ((2, 3, 4),), lambda t, x: x.reshape(6, 4), "negative")
    yield Case(ops.Flatten(axis=0), ((),), lambda t, x: x.reshape(1, 1), "scalar")
    yield Case(ops.Squeeze((1,)), ((2, 1, 3, 1),), lambda t, x: x.squeeze(1))
    yield Case(ops.Squeeze(), ((2, 1, 3, 1),), lambda t, x: x.squeeze(), "all")
    yield Case(
        ops.Squeeze(), ((2, 1, 3, 1), Host((-1,))), lambda t, x, axes: x.squeeze(-1), "axes as operand"
    )
    yield Case(ops.Unsqueeze((0, -1)), ((2, 3),), lambda t, x: x[None, ..., None])
    yield Case(ops.Unsqueeze((0,)), ((),), lambda t, x: x[None], "scalar")
    yield Case(ops.Unsqueeze(), ((2,), Host((1, 2))), lambda t, x, axes: x[:, None, None], "axes as operand")
    yield Case(ops.Transpose(), ((2, 3),), lambda t, x: x.T)
    yield Case(ops.Transpose(), ((),), lambda t, x: x, "scalar")
    yield Case(ops.Transpose((1, 2, 0)), ((2, 3, 4),), lambda t, x: x.permute(1, 2, 0), "order")
    yield Case(ops.Transpose((0, -1, 1)), ((2, 0, 4),), lambda t, x: x.permute(0, 2, 1), "empty")
    yield Case(ops.Expand((2, 3, 4)), ((3, 1),), lambda t, x: x.expand(2, 3, 4))
    yield Case(ops.Expand((1, 3)), ((2, 1, 1),), lambda t, x: x.expand(2, 1, 3), "both ways")
    yield Case(ops.Expand((2, 0)), ((),), lambda t, x: x.expand(2, 0), "to nothing")
    yield Case(
        ops.Expand(), ((2, 3), Host((5, 1, 1))), lambda t, x, shape: x.expand(5, 2, 3), "shape as operand"
    )
