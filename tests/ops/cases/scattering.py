"""Rows of updates put into a tensor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case, exactly, whole

REDUCED = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin"}
"""PyTorch's names."""


def rows() -> Iterator[Case]:
    elements = exactly([2, 0], [1, -1], [3, 2])
    once = ((3, 4), elements, (3, 2))
    yield Case(ops.ScatterElements(axis=1), once, lambda t, x, i, u: x.scatter(1, i % 4, u))
    small = ((3, 4), exactly([1, 0, 2]), (1, 3))
    yield Case(ops.ScatterElements(axis=0), small, lambda t, x, i, u: x.scatter(0, i, u), "smaller")
    yield Case(ops.ScatterElements(), ((3,), whole(3, 0), (0,)), lambda t, x, i, u: x + 0, "nothing")
    yield Case(ops.ScatterElements(), ((3,), exactly(1, 1), (2,)), _last, "the last counts")
    meeting = ((3, 3), exactly([0, 0], [2, 2], [1, 0], [0, 0]), (4, 2))
    for reduction in REDUCED:
        op = ops.ScatterElements(axis=0, reduction=reduction)  # type: ignore[arg-type]
        yield Case(op, meeting, _reduced(reduction), reduction)
    ties = (exactly(1.0, 2.0, 5.0), exactly(0, 0, 2), exactly(1.0, 1.0, 3.0))
    yield Case(ops.ScatterElements(reduction="max"), ties, None, "ties", smooth=False)
    zeros = (exactly(1.0, 2.0), exactly(0, 0, 0, 1), exactly(0.0, 3.0, 2.0, 0.0))
    yield Case(ops.ScatterElements(reduction="mul"), zeros, None, "zeros")
    yield from _positions()


def _positions() -> Iterator[Case]:
    places = ((3, 2, 2), exactly([0], [-1]), (2, 2, 2))
    yield Case(ops.ScatterND(), places, lambda t, x, i, u: x.index_put((i[:, 0],), u))
    one = ((2, 3), exactly([1, 2], [0, -3]), (2,))
    yield Case(
        ops.ScatterND(), one, lambda t, x, i, u: x.index_put((i[:, 0], i[:, 1]), u), "elements", known=True
    )
    twice = ((3, 2), exactly([1], [1], [0]), (3, 2))
    add = ops.ScatterND(reduction="add")
    yield Case(add, twice, lambda t, x, i, u: x.index_put((i[:, 0],), u, accumulate=True), "add")
    for reduction in ("mul", "max", "min"):
        yield Case(ops.ScatterND(reduction=reduction), twice, None, reduction)  # type: ignore[arg-type]
    yield Case(ops.ScatterND(), ((2,), whole(2, 0, 1), (0,)), None, "nothing")


def _reduced(reduction: str) -> Callable[..., Any]:
    return lambda t, x, i, u: x.scatter_reduce(0, i, u, REDUCED[reduction])


def _last(t: Any, x: Any, i: Any, u: Any) -> Any:
    return t.stack([x[0], u[1], x[2]])
