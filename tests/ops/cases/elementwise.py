"""Rows of arithmetic and functions of one operand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, Host, exactly, positive, whole


def rows() -> Iterator[Case]:
    yield from _arithmetic()
    yield from _whole_numbers()
    yield from _functions()
    yield from _clips()


def _arithmetic() -> Iterator[Case]:
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
        smooth=False,
    )
    yield Case(ops.Maximum(), pair, lambda t, x, y: t.maximum(x, y))
    yield Case(ops.Minimum(), ((2, 3), (3,)), lambda t, x, y: t.minimum(x, y))
    yield Case(ops.Mod(), ((2, 3), positive(3)), lambda t, x, y: t.remainder(x, y))
    below = (positive(2, 3), exactly(-0.7, 0.7, -5.0))
    yield Case(ops.Mod(), below, lambda t, x, y: t.remainder(x, y), "negative")
    yield Case(ops.Mod(fmod=True), ((2, 3), positive(3)), lambda t, x, y: t.fmod(x, y), "as in C")
    yield Case(ops.FloorDivide(), ((2, 3), positive(3)), lambda t, x, y: t.floor(x / y))


def _whole_numbers() -> Iterator[Case]:
    pair = (exactly(7, -7, 7, -7, 6), exactly(2, 2, -2, -2, 3))
    yield Case(ops.Div(), pair, lambda t, x, y: t.div(x, y, rounding_mode="trunc"), "whole")
    yield Case(ops.FloorDivide(), pair, lambda t, x, y: x // y, "whole")
    yield Case(ops.Mod(), pair, lambda t, x, y: t.remainder(x, y), "whole")
    yield Case(ops.Mod(fmod=True), pair, lambda t, x, y: t.fmod(x, y), "whole, as in C")
    bases = exactly([2, -2, 1, -1], [5, 0, 1, -1])
    yield Case(ops.Pow(), (bases, exactly(3, 2, -1, -3)), lambda t, x, y: x**y, "whole")
    yield Case(ops.Pow(), ((2, 3), exactly(2, 3, 0)), lambda t, x, y: x**y, "whole exponent")
    yield Case(ops.Pow(), (exactly(1, 2, 3), exactly(2.0, 0.5, 1.0)), None, "whole base")
    yield Case(ops.Add(), pair, lambda t, x, y: x + y, "whole")
    yield Case(ops.Mul(), pair, lambda t, x, y: x * y, "whole")
    yield Case(ops.Maximum(), pair, lambda t, x, y: t.maximum(x, y), "whole")
    yield Case(ops.Abs(), (exactly(-3, 0, 2),), lambda t, x: t.abs(x), "whole")


def _functions() -> Iterator[Case]:
    yield Case(ops.Neg(), ((2, 3),), lambda t, x: -x)
    yield Case(ops.Exp(), ((2, 3),), lambda t, x: t.exp(x))
    yield Case(ops.Log(), (positive(2, 3),), lambda t, x: t.log(x))
    yield Case(ops.Sqrt(), (positive(2, 3),), lambda t, x: t.sqrt(x))
    yield Case(ops.Square(), ((2, 3),), lambda t, x: t.square(x))
    yield Case(ops.Abs(), ((2, 3),), lambda t, x: t.abs(x))
    yield Case(ops.Reciprocal(), (positive(2, 3),), lambda t, x: t.reciprocal(x))
    yield Case(ops.Rsqrt(), (positive(2, 3),), lambda t, x: t.rsqrt(x))
    yield Case(ops.Log1p(), (positive(2, 3),), lambda t, x: t.log1p(x))
    yield Case(ops.Expm1(), ((2, 3),), lambda t, x: t.expm1(x))
    yield Case(ops.Log2(), (positive(2, 3),), lambda t, x: t.log2(x))
    yield Case(ops.Erf(), ((2, 3),), lambda t, x: t.erf(x))


def _clips() -> Iterator[Case]:
    yield Case(ops.Clip(low=-0.5, high=0.7), ((3, 4),), lambda t, x: t.clamp(x, -0.5, 0.7))
    yield Case(ops.Clip(high=0.1), ((3, 4),), lambda t, x: t.clamp(x, max=0.1), "one side")
    yield Case(ops.Clip(), ((3, 4), Host(-0.2), Host(0.3)), lambda t, x, a, b: t.clamp(x, a, b), "operands")
    yield Case(ops.Clip(), ((3, 4), None, Host(0.3)), lambda t, x, a, b: t.clamp(x, a, b), "one operand")
    yield Case(ops.Clip(0.5, -0.5), ((3, 4),), lambda t, x: t.clamp(x, 0.5, -0.5), "crossed", smooth=False)
    yield Case(ops.Clip(low=2), (whole(9, 5),), lambda t, x: t.clamp(x, 2), "whole")
