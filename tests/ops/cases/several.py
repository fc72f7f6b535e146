"""Rows of elementwise operations of any number of operands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from graphscope import ops
from tests.ops.cases.base import Case, exactly

TIED = (exactly(1.0, 2.0, 3.0), exactly(1.0, 3.0, 3.0), exactly(1.0, 0.0, 3.0))


def rows() -> Iterator[Case]:
    three = ((2, 3), (3,), ())
    yield Case(ops.SumOf(), three, lambda t, *xs: sum(xs))
    yield Case(ops.SumOf(), ((2, 3),), lambda t, x: x, "one")
    yield Case(ops.MeanOf(), three, lambda t, *xs: sum(xs) / 3)
    yield Case(ops.MaxOf(), three, lambda t, *xs: reduce(t.maximum, xs))
    yield Case(ops.MaxOf(), TIED, lambda t, *xs: t.stack(xs).amax(0), "tied", smooth=False)
    yield Case(ops.MinOf(), ((4, 1), (1, 3)), lambda t, *xs: reduce(t.minimum, xs))
    yield Case(ops.MinOf(), TIED, lambda t, *xs: t.stack(xs).amin(0), "tied", smooth=False)
    yield Case(ops.MaxOf(), (exactly(3, 1), exactly(2)), lambda t, x, y: t.maximum(x, y), "whole")
