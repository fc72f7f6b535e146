"""Rows of logic, of bits, and of what is no ordinary number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, Source, exactly, truth, whole

ODD = exactly(np.nan, np.inf, -np.inf, 0.0)


def bits(high: int, *shape: int) -> Source:
    """Whole numbers without a sign."""
    return lambda rng: rng.integers(0, high, shape).astype("uint8")


def rows() -> Iterator[Case]:
    yield Case(ops.LogicalAnd(), (truth(2, 3), truth(3)), lambda t, x, y: t.logical_and(x, y))
    yield Case(ops.LogicalOr(), (truth(2, 3), truth(2, 1)), lambda t, x, y: t.logical_or(x, y))
    yield Case(ops.LogicalXor(), (truth(2, 3), truth()), lambda t, x, y: t.logical_xor(x, y))
    yield Case(ops.LogicalNot(), (truth(2, 3),), lambda t, x: ~x)
    pair = (whole(64, 2, 3, low=-64), whole(64, 3, low=-64))
    yield Case(ops.BitwiseAnd(), pair, lambda t, x, y: x & y)
    yield Case(ops.BitwiseAnd(), (truth(2, 3), truth(3)), lambda t, x, y: x & y, "truth")
    yield Case(ops.BitwiseOr(), pair, lambda t, x, y: x | y)
    yield Case(ops.BitwiseXor(), pair, lambda t, x, y: x ^ y)
    yield Case(ops.BitwiseNot(), (whole(64, 2, 3, low=-64),), lambda t, x: ~x)
    yield Case(ops.BitShift(), (bits(16, 2, 3), bits(4, 3)), lambda t, x, y: x << y)
    right = (bits(200, 2, 3), bits(4, 2, 1))
    yield Case(ops.BitShift("right"), right, lambda t, x, y: x >> y, "right")
    yield Case(ops.IsNaN(), (ODD,), lambda t, x: t.isnan(x))
    yield Case(ops.IsInf(), (ODD,), lambda t, x: t.isinf(x))
    yield Case(ops.IsInf(negative=False), (ODD,), lambda t, x: t.isposinf(x), "positive")
    yield Case(ops.IsInf(positive=False), (ODD,), lambda t, x: t.isneginf(x), "negative")
    yield Case(ops.IsInf(positive=False, negative=False), (ODD,), None, "neither")
