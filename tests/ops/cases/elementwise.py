"""Rows of arithmetic and functions of one operand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, exactly, positive


def rows() -> Iterator[Case]:
    pair = ((2, 3), (2, 3))
    yield Case(ops.Add(), pair, lambda t, x, y: x + y)
    yield Case(ops.Add(), ((2, 3), (3,)), lambda t, x, y: x + y, "broadcast")
    yield Case(ops.Add(), ((), (2, 1, 3)), lambda t, x, y: x + y, "scalar")
    yield Case(ops.Sub(), ((4, 1), (1, 3)), lambda t, x, y: x - y)
    yield Case(ops.Mul(), ((2, 3), (2, 1)), lambda t, x, y: x * y)
    yield Case(ops.Div(), ((2, 3), positive(3)), lambda t, x, y: x / y)
    yield Case(ops.Pow(), (positive(2, 3), (3,)), lambda t, x, y: x**y)
    yield Case(
        ops.Pow(),
        (exactly(-2.0, 0.0, 3.0), lambda rng: np.array(2.0)),
        lambda t, x, y: x ** y.detach(),
        "square",
    )
    yield Case(ops.Maximum(), pair, lambda t, x, y: t.maximum(x, y))
    yield Case(ops.Minimum(), ((2, 3), (3,)), lambda t, x, y: t.minimum(x, y))
    yield Case(ops.Neg(), ((2, 3),), lambda t, x: -x)
    yield Case(ops.Exp(), ((2, 3),), lambda t, x: t.exp(x))
    yield Case(ops.Log(), (positive(2, 3),), lambda t, x: t.log(x))
    yield Case(ops.Sqrt(), (positive(2, 3),), lambda t, x: t.sqrt(x))
    yield Case(ops.Square(), ((2, 3),), lambda t, x: t.square(x))
    yield Case(ops.Abs(), ((2, 3),), lambda t, x: t.abs(x))
    yield Case(ops.Clip(low=-0.5, high=0.7), ((3, 4),), lambda t, x: t.clamp(x, -0.5, 0.7))
    yield Case(ops.Clip(high=0.1), ((3, 4),), lambda t, x: t.clamp(x, max=0.1), "one side")
