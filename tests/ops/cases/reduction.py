"""Rows of reductions."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, Host, exactly, truth


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
    yield Case(ops.ReduceSum(axes=()), ((2, 3),), lambda t, x: x, "no axes")
    yield Case(ops.ReduceSum(axes=(1,)), ((2, 0, 3),), lambda t, x: x.sum(1), "of none")
    yield Case(ops.ReduceSum(), ((),), lambda t, x: x.sum(), "scalar")
    small = lambda rng: rng.integers(0, 9, (2, 3)).astype("int32")  # noqa: E731
    yield Case(ops.ReduceSum(axes=(0,)), (small,), lambda t, x: x.sum(0), "whole")
    yield Case(ops.ReduceMean(axes=(1,)), (exactly([-7, 2], [7, 2]),), None, "whole")
    yield Case(ops.ReduceMean(axes=(0,)), ((0, 3),), lambda t, x: x.mean(0), "of none")
    yield Case(ops.ReduceMax(axes=(1,)), (ties,), lambda t, x: x.amax(1), "tied", smooth=False)
    yield Case(ops.ReduceMin(), (ties,), lambda t, x: x.amin(), "tied", smooth=False)
    yield Case(ops.ReduceMax(axes=(1,)), ((2, 0),), None, "of none")
    yield Case(ops.ReduceMin(axes=(0,), keepdims=True), ((0, 2),), None, "of none")
    yield Case(ops.ReduceMax(axes=(1,)), (truth(2, 3),), lambda t, x: x.any(1), "truth")
    yield Case(ops.ReduceMin(), (truth(2, 3),), lambda t, x: x.all(), "truth")
    yield Case(ops.ReduceMax(axes=()), ((2, 3),), lambda t, x: x, "no axes")
