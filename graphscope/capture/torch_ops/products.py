"""Matrix products of PyTorch, and attention as the products that it consists of."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from graphscope.capture.lowering import Lowering, Tensor, Unsayable
from graphscope.capture.operands import dtype_of, op, rank_of, shape_of


def linear(g: Lowering, x: Tensor, w: Tensor, b: Tensor | None = None) -> Any:
    """x · wᵀ + b: a layer's weight holds one row per output."""
    if rank_of(w) == 2:
        return g.call(op("Linear"), x, w, b)
    made = matmul(g, x, w)
    return made if b is None else g.call(op("Add"), made, b)


def matmul(g: Lowering, x: Tensor, w: Tensor) -> Any:
    """A vector on the left is a row, one on the right a column; the axis goes again."""
    left, right = rank_of(x) == 1, rank_of(w) == 1
    x = g.call(op("Unsqueeze", axes=(0,)), x) if left else x
    w = g.call(op("Unsqueeze", axes=(1,)), w) if right else w
    made = g.call(op("MatMul"), x, w)
    gone = (*((-2,) if left else ()), *((-1,) if right else ()))
    return g.call(op("Squeeze", axes=gone), made) if gone else made


def addmm(g: Lowering, b: Tensor, x: Tensor, w: Tensor, *, beta: float = 1, alpha: float = 1) -> Any:
    """A product and what is added to it, each with a factor."""
    made = matmul(g, x, w)
    if alpha != 1:
        made = g.call(op("Mul"), made, g.cast(alpha, dtype_of(made)))
    if beta == 0:
        return made
    if beta != 1:
        b = g.call(op("Mul"), b, g.cast(beta, dtype_of(b)))
    return g.call(op("Add"), made, b)


def outer(g: Lowering, x: Tensor, y: Tensor) -> Any:
    """Each element with each."""
    column, row = g.call(op("Unsqueeze", axes=(1,)), x), g.call(op("Unsqueeze", axes=(0,)), y)
    return g.call(op("Mul"), column, row)


def einsum(g: Lowering, equation: str, operands: list[Tensor], **_: Any) -> Any:
    """Einstein's sum."""
    return g.call(op("Einsum", equation=equation.replace(" ", "")), *operands)


def attention(
    g: Lowering,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    """softmax(q · kᵀ · scale + mask) · v, each product to be seen."""
    if enable_gqa:
        raise Unsayable
    kind, rank, mask = dtype_of(query), rank_of(key), attn_mask
    order = (*range(rank - 2), rank - 1, rank - 2)
    scores = g.call(op("MatMul"), query, g.call(op("Transpose", order=order), key))
    factor = 1 / sqrt(shape_of(query)[-1]) if scale is None else scale
    scores = g.call(op("Mul"), scores, g.cast(factor, kind))
    mask = _causal(shape_of(query)[-2], shape_of(key)[-2]) if is_causal else mask
    if mask is not None:
        scores = _masked(g, scores, mask, kind)
    weights = g.call(op("Softmax", axis=-1), scores)
    if dropout_p:
        weights = g.call(op("GivenDropout", rate=dropout_p), weights, g.now.mask)
    return g.call(op("MatMul"), weights, value)


def _causal(rows: int, columns: int) -> np.ndarray:
    """Each place sees itself and what was before."""
    return np.tril(np.ones((rows, columns), bool))


def _masked(g: Lowering, scores: Any, mask: Tensor, kind: str) -> Any:
    """Minus infinity where the mask is false; a mask of numbers is added."""
    if dtype_of(mask) == "bool":
        return g.call(op("Where"), mask, scores, g.cast(-np.inf, kind))
    return g.call(op("Add"), scores, mask)


RULES = {
    "linear": linear,
    **dict.fromkeys(("matmul", "mm", "bmm", "mv", "dot"), matmul),
    **dict.fromkeys(("addmm", "baddbmm", "addmv"), addmm),
    "outer": outer,
    "einsum": einsum,
    "scaled_dot_product_attention": attention,
}
