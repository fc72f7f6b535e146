"""Rows of the small ops that begin and end frames; the ops that hold bodies have no kernel, see tests/engine."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, exactly


def rows() -> Iterator[Case]:
    yield Case(ops.Decide(), (exactly(True),), lambda t, c: c.long())
    yield Case(ops.Decide(3), (exactly(True), exactly(3)), lambda t, c, n: (n > 3).long(), "count is over")
    yield Case(ops.CountTrips(), (exactly(5),), lambda t, n: n)
    yield Case(ops.CountTrips(), (exactly(-2),), lambda t, n: n * 0, "never")
    yield Case(ops.CountLayers(1), ((2, 3),), lambda t, x: t.tensor(x.shape[1]))
    yield Case(ops.TripNumber(4), (), lambda t: t.tensor(4))
    yield Case(ops.NoLayers((0, 3), "float64"), (), lambda t: t.zeros((0, 3), dtype=t.float64))
    yield Case(ops.Leave(), ((2, 3),), lambda t, x: x)
