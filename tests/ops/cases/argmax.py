"""Rows of where the largest and the smallest element stand."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, exactly

TIED = exactly([1.0, 3.0, 3.0], [2.0, 2.0, 0.0])


def rows() -> Iterator[Case]:
    yield Case(ops.ArgMax(), ((2, 3),), lambda t, x: x.argmax())
    yield Case(ops.ArgMax(axis=1), (TIED,), lambda t, x: x.argmax(1), "tied")
    yield Case(ops.ArgMax(axis=1, last=True), (TIED,), lambda t, x: 2 - x.flip(1).argmax(1), "last")
    yield Case(ops.ArgMax(axis=-2, keepdims=True), ((2, 3, 2),), lambda t, x: x.argmax(-2, True), "kept")
    yield Case(ops.ArgMax(keepdims=True), ((2, 3),), lambda t, x: x.argmax().reshape(1, 1), "all kept")
    yield Case(ops.ArgMin(axis=0), ((4, 3),), lambda t, x: x.argmin(0))
    yield Case(ops.ArgMin(last=True), (exactly(3, 1, 1, 2),), None, "last")
