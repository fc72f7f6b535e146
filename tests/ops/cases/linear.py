"""Rows of matrix products."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case


def rows() -> Iterator[Case]:
    yield Case(ops.MatMul(), ((2, 3), (3, 4)), lambda t, x, w: x @ w)
    yield Case(ops.MatMul(), ((5, 2, 3), (3, 4)), lambda t, x, w: x @ w, "batched")
    yield Case(ops.MatMul(), ((1, 2, 3), (5, 3, 2)), lambda t, x, w: x @ w, "broadcast")
