"""Matrix products."""

from __future__ import annotations

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, broadcast, promote, same_size
from graphscope.ops.base import Op


class MatMul(Op):
    """out = x · w over the last axis of x and the second to last of w; leading axes are broadcast.

    Source: array API standard 2024.12, ``matmul``, for operands of two or more axes.
    """

    symbol = "@"
    says = (
        "Multiply the matrices {x} and {w} to get {out}: each element is a row of {x} times a column of {w}."
    )
    backward_says = (
        "Multiply the gradient of {out} by the other matrix transposed, on the side where it stood."
    )
    why = "Each element of {x} meets every column of {w}, so its gradient adds up one product per column."

    def infer(self, x: TensorSpec, w: TensorSpec) -> TensorSpec:
        if x.rank < 2 or w.rank < 2:
            raise ShapeError("matmul: x ({x}) and w ({w}) must have two axes or more; reshape them", x=x, w=w)
        if not same_size(x.shape[-1], w.shape[-2]):
            raise ShapeError(
                "matmul: x has {columns} columns but w has {rows} rows (x is {x}, w is {w}); "
                "transpose one of them?",
                columns=x.shape[-1],
                rows=w.shape[-2],
                x=x,
                w=w,
            )
        lead = broadcast("matmul", x=x.like(shape=x.shape[:-2]), w=w.like(shape=w.shape[:-2]))
        return TensorSpec((*lead, x.shape[-2], w.shape[-1]), promote(x, w))

    def forward(self, xp, x, w):
        return xp.matmul(x, w)

    def vjp(self, xp, g, out, x, w, *, needs):
        dx = xp.matmul(g, xp.matrix_transpose(w)) if needs[0] else None
        dw = xp.matmul(xp.matrix_transpose(x), g) if needs[1] else None
        return dx, dw
