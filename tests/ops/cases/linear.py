"""Rows of matrix products."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case


def rows() -> Iterator[Case]:
    product = lambda t, x, w: x @ w  # noqa: E731
    yield Case(ops.MatMul(), ((2, 3), (3, 4)), product)
    yield Case(ops.MatMul(), ((5, 2, 3), (3, 4)), product, "batched")
    yield Case(ops.MatMul(), ((1, 2, 3), (5, 3, 2)), product, "broadcast")
    yield Case(ops.MatMul(), ((2, 1, 2, 3), (4, 3, 2)), product, "broadcast both ways")
    yield Case(ops.MatMul(), ((3,), (3,)), product, "vectors")
    yield Case(ops.MatMul(), ((3,), (3, 4)), product, "vector and matrix")
    yield Case(ops.MatMul(), ((2, 3), (3,)), product, "matrix and vector")
    yield Case(ops.MatMul(), ((3,), (2, 5, 3, 4)), product, "vector and batch")
    yield Case(ops.MatMul(), ((2, 5, 4, 3), (3,)), product, "batch and vector")
    yield Case(ops.MatMul(), ((0, 3), (3, 2)), product, "no row")
    yield Case(ops.Gemm(), ((2, 3), (3, 4), (4,)), lambda t, x, w, c: t.addmm(c, x, w))
    yield Case(ops.Gemm(), ((2, 3), (3, 4)), product, "no bias")
    yield Case(
        ops.Gemm(0.5, 2.0, transpose_x=True, transpose_w=True),
        ((3, 2), (4, 3), (2, 1)),
        lambda t, x, w, c: t.addmm(c, x.T, w.T, alpha=0.5, beta=2.0),
        "all fields",
    )
    yield Case(
        ops.Gemm(transpose_w=True), ((2, 3), (4, 3), ()), lambda t, x, w, c: x @ w.T + c, "scalar bias"
    )
