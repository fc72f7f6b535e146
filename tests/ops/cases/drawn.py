"""Rows of random ops whose draw is an operand."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, truth


def rows() -> Iterator[Case]:
    yield Case(ops.GivenDropout(0.25), ((3, 4), truth(3, 4)), lambda t, x, kept: x * kept / 0.75)
    yield Case(ops.GivenDropout(1.0), ((2, 3), truth(2, 3)), lambda t, x, kept: x * kept * 0, "everything")
