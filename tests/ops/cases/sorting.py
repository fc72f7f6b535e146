"""Rows of the largest and the different elements."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, Host, exactly, whole


def rows() -> Iterator[Case]:
    yield Case(ops.TopK(2), ((3, 4),), lambda t, x: t.topk(x, 2))
    smallest = ops.TopK(1, axis=0, largest=False)
    yield Case(smallest, ((3, 2),), lambda t, x: t.topk(x, 1, 0, largest=False), "smallest")
    yield Case(ops.TopK(), ((2, 3), Host((3,))), lambda t, x, k: t.topk(x, 3), "count as operand")
    equal = (exactly([1, 3, 3, 1], [2, 2, 2, 2]),)
    yield Case(ops.TopK(3), equal, None, "the first of equals")
    yield Case(ops.TopK(0), ((2, 3),), lambda t, x: t.topk(x, 0), "nothing")
    yield Case(ops.Unique(), (whole(3, 2, 4),), None, waits=True)
    yield Case(
        ops.Unique(ordered=False), (exactly(2.0, 1.0, 1.0, 3.0, 4.0, 3.0),), None, "unordered", waits=True
    )
    rows_of = exactly([1, 0], [0, 2], [1, 0], [0, 1])
    yield Case(ops.Unique(axis=0), (rows_of,), None, "rows", waits=True)
    yield Case(
        ops.Unique(axis=-1, ordered=False), (exactly([5, 1, 5], [0, 2, 0]),), None, "columns", waits=True
    )
