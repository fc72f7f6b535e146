"""Rows of whole layers."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case


def rows() -> Iterator[Case]:
    yield Case(ops.Linear(), ((3, 4), (2, 4), (2,)), lambda t, x, w, b: t.nn.functional.linear(x, w, b))
    yield Case(
        ops.Linear(), ((2, 3, 4), (5, 4), (5,)), lambda t, x, w, b: t.nn.functional.linear(x, w, b), "axes"
    )
    yield Case(ops.Linear(), ((4,), (2, 4)), lambda t, x, w: t.nn.functional.linear(x, w), "one row")
    yield Case(
        ops.Linear(), ((0, 4), (2, 4), (2,)), lambda t, x, w, b: t.nn.functional.linear(x, w, b), "no rows"
    )
