"""Rows of reductions."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, Host, exactly


def rows() -> Iterator[Case]:
    yield Case(ops.ReduceSum(), ((2, 3),), lambda t, x: x.sum())
    yield Case(ops.ReduceSum(axes=(1,)), ((2, 3, 4),), lambda t, x: x.sum(1), "axis")
    yield Case(
        ops.ReduceSum(axes=(-1, 0), keepdims=True), ((2, 3, 4),), lambda t, x: x.sum((-1, 0), True), "kept"
    )
    yield Case(ops.ReduceSum(), ((2, 3, 4), Host((1,))), lambda t, x, axes: x.sum(axes), "axes as operand")
    yield Case(ops.ReduceMean(), ((2, 3),), lambda t, x: x.mean())
    yield Case(ops.ReduceMean(axes=(0, 2)), ((2, 3, 4),), lambda t, x: x.mean((0, 2)), "axes")
    yield Case(ops.ReduceMax(axes=(1,)), ((2, 3, 4),), lambda t, x: x.amax(1))
    ties = exactly([1.0, 3.0, 3.0], [2.0, 2.0, 2.0])
    yield Case(ops.ReduceMax(), ((2, 3),), lambda t, x: x.amax(), "all")
    yield Case(ops.ReduceMin(axes=(0,), keepdims=True), ((2, 3),), lambda t, x: x.amin(0, True))
    yield Case(ops.ReduceMean(axes=(-1,), keepdims=True), (ties,), lambda t, x: x.mean(-1, True), "kept")
