"""Rows of comparisons and of choices by them."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, exactly, truth, whole


def rows() -> Iterator[Case]:
    yield Case(ops.Greater(), ((2, 3), (3,)), lambda t, x, y: x > y)
    yield Case(ops.Less(), ((2, 3), (3,)), lambda t, x, y: x < y)
    yield Case(ops.Equal(), (whole(3, 2, 3), whole(3, 3)), lambda t, x, y: x == y)
    pair = (exactly(1, 2, 3), exactly([2], [3]))
    yield Case(ops.GreaterOrEqual(), pair, lambda t, x, y: x >= y)
    yield Case(ops.LessOrEqual(), pair, lambda t, x, y: x <= y)
    yield Case(ops.Less(), pair, lambda t, x, y: x < y, "whole")
    yield Case(ops.NotEqual(), pair, lambda t, x, y: x != y)
    yield Case(ops.Equal(), (truth(2, 3), truth(3)), lambda t, x, y: x == y, "truth")
    yield Case(ops.Where(), (truth(2, 3), (2, 3), (3,)), lambda t, c, x, y: t.where(c, x, y))
