"""Matrix products, of matrices, of batches of them and of vectors."""

from __future__ import annotations

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, broadcast, promote, same_size
from graphscope.ops.base import Op


class MatMul(Op):
    """out = x · w over the last axis of x and the second to last of w; leading axes are broadcast.

    A vector x is a row and a vector w a column, whose axis of size 1 the result does not have.

    Source: array API standard 2024.12, ``matmul``; ONNX operator ``MatMul`` 13.
    """

    symbol = "@"
    says = (
        "Multiply the matrices {x} and {w} to get {out}: each element is a row of {x} times a column of {w}."
    )
    backward_says = (
        "Multiply the gradient of {out} by the other matrix transposed, on the side where it stood."
    )
    backward_parts = {
        "x": "{x} gets the gradient of {out} times {w} transposed, on the side where {w} stood.",
        "w": "{w} gets the gradient of {out} times {x} transposed, on the side where {x} stood.",
    }
    why = "Each element of {x} meets every column of {w}, so its gradient adds up one product per column."

    def infer(self, x: TensorSpec, w: TensorSpec) -> TensorSpec:
        if not x.rank or not w.rank:
            raise ShapeError(
                "matmul: x ({x}) and w ({w}) must have an axis or more; multiply scalars with *", x=x, w=w
            )
        rows: Dim = w.shape[-2] if w.rank > 1 else w.shape[0]
        if not same_size(x.shape[-1], rows):
            raise ShapeError(
                "matmul: x has {columns} columns but w has {rows} rows (x is {x}, w is {w}); "
                "transpose one of them?",
                columns=x.shape[-1],
                rows=rows,
                x=x,
                w=w,
            )
        lead = broadcast("matmul", x=x.like(shape=x.shape[:-2]), w=w.like(shape=w.shape[:-2]))
        return TensorSpec((*lead, *x.shape[-2:-1], *(w.shape[-1:] if w.rank > 1 else ())), promote(x, w))

    def forward(self, xp, x, w):
        return xp.matmul(x, w)

    def vjp(self, xp, g, out, x, w, *, needs):
        if x.ndim < 2 or w.ndim < 2:
            return self._of_vectors(xp, g, x, w, needs)
        dx = xp.matmul(g, xp.matrix_transpose(w)) if needs[0] else None
        dw = xp.matmul(xp.matrix_transpose(x), g) if needs[1] else None
        return dx, dw

    def _of_vectors(self, xp, g, x, w, needs):
        """A vector counts as a row on the left and as a column on the right."""
        if x.ndim == 1 and w.ndim == 1:
            return g * w, g * x
        if w.ndim == 1:
            dx = xp.expand_dims(g, axis=-1) * w if needs[0] else None
            return dx, xp.expand_dims(g, axis=-1) * x if needs[1] else None
        dx = xp.matmul(w, xp.expand_dims(g, axis=-1))[..., 0] if needs[0] else None
        return dx, xp.expand_dims(x, axis=-1) * xp.expand_dims(g, axis=-2) if needs[1] else None


class Gemm(Op):
    """out = alpha · x · w + beta · c, x and w transposed where it is said so; c is broadcast.

    Source: ONNX operator ``Gemm`` 13; PyTorch ``addmm``.

    Args:
        alpha: what the product is multiplied by.
        beta: what c is multiplied by.
        transpose_x: whether x is transposed first.
        transpose_w: whether w is transposed first.
    """

    alpha: float = 1.0
    beta: float = 1.0
    transpose_x: bool = False
    transpose_w: bool = False

    symbol = "gemm"
    says = "Multiply the matrices {x} and {w} and add a bias to get {out}."
    backward_says = (
        "Multiply the gradient of {out} by the other matrix transposed, on the side where it stood; the bias gets "
        "it as it is."
    )
    backward_parts = {
        "x": "{x} gets the gradient of {out} times {w} transposed, on the side where {w} stood.",
        "w": "{w} gets the gradient of {out} times {x} transposed, on the side where {x} stood.",
        "c": "The bias gets the gradient of {out} as it is.",
    }
    why = "A product and a sum in one: each part gets the gradient that it would get on its own."

    def infer(self, x: TensorSpec, w: TensorSpec, c: TensorSpec | None = None) -> TensorSpec:
        if x.rank != 2 or w.rank != 2:
            raise ShapeError(
                "gemm: x ({x}) and w ({w}) must be matrices; use matmul for other ranks", x=x, w=w
            )
        rows, columns = reversed(x.shape) if self.transpose_x else x.shape
        height, width = reversed(w.shape) if self.transpose_w else w.shape
        if not same_size(columns, height):
            raise ShapeError(
                "matmul: x has {columns} columns but w has {rows} rows (x is {x}, w is {w}); "
                "transpose one of them?",
                columns=columns,
                rows=height,
                x=x,
                w=w,
            )
        out = TensorSpec((rows, width), promote(x, w, *(() if c is None else (c,))))
        if c is not None:
            wide = broadcast("gemm", product=out, c=c)
            if len(wide) > 2 or not all(map(same_size, wide, out.shape)):
                raise ShapeError("gemm: c ({c}) must fit the product ({out}); reshape it", c=c, out=out)
        return out

    def forward(self, xp, x, w, c=None):
        x, w = self._turned(xp, x, w)
        out = xp.matmul(x, w)
        out = out if self.alpha == 1 else self.alpha * out
        return out if c is None else out + (c if self.beta == 1 else self.beta * c)

    def vjp(self, xp, g, out, x, w, c=None, *, needs):
        left, right = self._turned(xp, x, w)
        scaled = g if self.alpha == 1 else self.alpha * g
        dx = dw = None
        if needs[0]:
            dx = xp.matmul(scaled, xp.matrix_transpose(right))
            dx = xp.matrix_transpose(dx) if self.transpose_x else dx
        if needs[1]:
            dw = xp.matmul(xp.matrix_transpose(left), scaled)
            dw = xp.matrix_transpose(dw) if self.transpose_w else dw
        dc = None if c is None else g if self.beta == 1 else self.beta * g
        return dx, dw, dc

    def _turned(self, xp, x, w):
        """Both matrices as they are multiplied."""
        x = xp.matrix_transpose(x) if self.transpose_x else x
        return x, xp.matrix_transpose(w) if self.transpose_w else w
