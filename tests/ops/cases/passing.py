"""Rows of what hands its operand on, unchanged or in another type."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, exactly


def rows() -> Iterator[Case]:
    yield Case(ops.Identity(), ((2, 3),), lambda t, x: x)
    yield Case(ops.StopGradient(), ((2, 3),), lambda t, x: x.detach())
    yield Case(ops.Cast("float64"), ((2, 3),), lambda t, x: x.to(t.float64))
    yield Case(ops.Cast("int64"), (exactly(1.0, 2.0),), None, "to integer")
