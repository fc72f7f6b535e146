"""Rows of products, of sizes of vectors, of logarithms of sums and of how far elements are spread."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, Host, exactly, positive, whole


def rows() -> Iterator[Case]:
    yield from _products()
    yield from _sizes()
    yield from _logarithms()
    yield from _spreads()


def _products() -> Iterator[Case]:
    yield Case(ops.ReduceProd(), ((2, 3),), lambda t, x: x.prod())
    yield Case(ops.ReduceProd(axes=(-1,), keepdims=True), ((2, 3, 2),), lambda t, x: x.prod(-1, True), "kept")
    zeros = exactly([0.0, 2.0, 3.0], [0.0, 0.0, 3.0], [1.0, 2.0, 3.0])
    yield Case(ops.ReduceProd(axes=(1,)), (zeros,), lambda t, x: x.prod(1), "zeros")
    yield Case(ops.ReduceProd(axes=(0,)), ((0, 3),), lambda t, x: x.prod(0), "of none")
    yield Case(ops.ReduceProd(), (whole(5, 2, 3, low=1),), lambda t, x: x.prod(), "whole")


def _sizes() -> Iterator[Case]:
    yield Case(ops.ReduceSumSquare(axes=(1,)), ((2, 3),), lambda t, x: (x * x).sum(1))
    yield Case(ops.ReduceSumSquare(axes=()), ((2, 3),), lambda t, x: x * x, "no axes")
    yield Case(ops.ReduceL1(), ((2, 3),), lambda t, x: x.abs().sum())
    yield Case(
        ops.ReduceL1(axes=(0,)),
        (exactly([-1.0, 0.0], [0.0, 2.0]),),
        lambda t, x: t.norm(x, 1, 0),
        "at 0",
        smooth=False,
    )
    yield Case(ops.ReduceL2(axes=(0, -1)), ((2, 3, 2),), lambda t, x: t.linalg.vector_norm(x, 2, (0, -1)))
    at_zero = exactly([0.0, 0.0], [3.0, 4.0])
    yield Case(
        ops.ReduceL2(axes=(1,)), (at_zero,), lambda t, x: t.linalg.vector_norm(x, 2, 1), "at 0", smooth=False
    )
    yield Case(ops.ReduceL2(), ((2, 3), Host((1,))), lambda t, x, axes: x.norm(2, axes), "axes as operand")


def _logarithms() -> Iterator[Case]:
    yield Case(ops.ReduceLogSum(axes=(0,)), (positive(2, 3),), lambda t, x: x.sum(0).log())
    yield Case(ops.ReduceLogSumExp(), ((2, 3),), lambda t, x: x.logsumexp((0, 1)))
    far = exactly([1000.0, 999.0], [-1000.0, -1000.5])
    yield Case(
        ops.ReduceLogSumExp(axes=(-1,), keepdims=True), (far,), lambda t, x: x.logsumexp(-1, True), "far"
    )
    never = exactly([-np.inf, 0.0, 1.0])
    yield Case(ops.ReduceLogSumExp(axes=(1,)), (never,), lambda t, x: x.logsumexp(1), "far out", smooth=False)
    odd = exactly([np.nan, 0.0], [1.0, 2.0])
    yield Case(
        ops.ReduceLogSumExp(axes=(1,)), (odd,), lambda t, x: x.logsumexp(1), "not a number", smooth=False
    )
    yield Case(ops.ReduceLogSumExp(axes=(1,)), ((2, 0),), lambda t, x: x.logsumexp(1), "of none")


def _spreads() -> Iterator[Case]:
    yield Case(ops.ReduceVariance(), ((2, 3),), lambda t, x: x.var(correction=0))
    one = ops.ReduceVariance(axes=(1,), keepdims=True, correction=1.0)
    yield Case(one, ((2, 3, 2),), lambda t, x: x.var(1, keepdim=True), "corrected")
    yield Case(ops.ReduceDeviation(axes=(0,)), ((4, 2),), lambda t, x: x.std(0, correction=0))
    equal = exactly([1.0, 1.0], [2.0, 5.0])
    std = ops.ReduceDeviation(axes=(-1,), correction=1.0)
    yield Case(std, (equal,), lambda t, x: x.std(-1), "at 0", smooth=False)
