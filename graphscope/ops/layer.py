"""A whole layer as one operation, where its parts would say no more."""

from __future__ import annotations

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, promote, same_size
from graphscope.ops.base import Op


class Linear(Op):
    """out = x · wᵀ + b over the last axis of x; w has a row for each element of the result.

    Source: PyTorch ``nn.Linear``.
    """

    says = "Multiply each row of {x} by the rows of {w} and add a bias to get {out}."
    backward_says = (
        "{x} gets the gradient of {out} times {w}; {w} gets the gradient times the rows that it saw, added up, "
        "and the bias gets the gradient as it is."
    )
    backward_parts = {
        "x": "{x} gets the gradient of {out} times {w}.",
        "w": "{w} gets the gradient of {out} times the rows of {x}, added up.",
        "b": "The bias gets the gradient of {out}, added up over the rows.",
    }
    why = "Every element of a row meets every row of {w}, so its gradient adds up one product for each."
    formulas = {"out": "x · wᵀ + b", "x": "g · w", "w": "gᵀ · x", "b": "Σ g over the rows"}

    def infer(self, x: TensorSpec, w: TensorSpec, b: TensorSpec | None = None) -> TensorSpec:
        if x.rank < 1 or w.rank != 2 or not same_size(x.shape[-1], w.shape[1]):
            raise ShapeError(
                "{operation}: w ({w}) must be a matrix with as many columns as the last axis of x ({x}) has elements",
                operation=self.title,
                w=w,
                x=x,
            )
        if b is not None and (b.rank != 1 or not same_size(b.shape[0], w.shape[0])):
            raise ShapeError(
                "{operation}: b ({b}) must have one number for each row of w ({w})",
                operation=self.title,
                b=b,
                w=w,
            )
        return TensorSpec((*x.shape[:-1], w.shape[0]), promote(x, w, *(() if b is None else (b,))))

    def forward(self, xp, x, w, b=None):
        out = xp.reshape(xp.matmul(self._rows(xp, x), xp.matrix_transpose(w)), (*x.shape[:-1], w.shape[0]))
        return out if b is None else out + b

    def vjp(self, xp, g, out, x, w, b=None, *, needs):
        rows, lead = self._rows(xp, g), tuple(range(g.ndim - 1))
        dx = xp.reshape(xp.matmul(rows, w), x.shape) if needs[0] else None
        dw = xp.matmul(xp.matrix_transpose(rows), self._rows(xp, x)) if needs[1] else None
        return dx, dw, xp.sum(g, axis=lead) if b is not None and needs[2] else None

    def _rows(self, xp, x):
        """All rows in one matrix."""
        count = 1
        for size in x.shape[:-1]:
            count *= size
        return xp.reshape(x, (count, x.shape[-1]))
