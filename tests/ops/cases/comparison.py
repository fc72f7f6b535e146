"""Rows of comparisons and of choices by them."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, truth, whole


def rows() -> Iterator[Case]:
    yield Case(ops.Greater(), ((2, 3), (3,)), lambda t, x, y: x > y)
    yield Case(ops.Less(), ((2, 3), (3,)), lambda t, x, y: x < y)
    yield Case(ops.Equal(), (whole(3, 2, 3), whole(3, 3)), lambda t, x, y: x == y)
    yield Case(ops.Where(), (truth(2, 3), (2, 3), (3,)), lambda t, c, x, y: t.where(c, x, y))
