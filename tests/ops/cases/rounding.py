"""Rows of rounding, and of the sign."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, exactly

HALVES = exactly(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)


def rows() -> Iterator[Case]:
    yield Case(ops.Floor(), ((2, 3),), lambda t, x: t.floor(x))
    yield Case(ops.Ceil(), ((2, 3),), lambda t, x: t.ceil(x))
    yield Case(ops.Round(), ((2, 3),), lambda t, x: t.round(x))
    yield Case(ops.Round(), (HALVES,), lambda t, x: t.round(x), "halves", smooth=False)
    yield Case(ops.Trunc(), ((2, 3),), lambda t, x: t.trunc(x))
    yield Case(ops.Sign(), ((2, 3),), lambda t, x: t.sign(x))
    yield Case(ops.Sign(), (exactly(-3, 0, 2),), lambda t, x: t.sign(x), "whole")
