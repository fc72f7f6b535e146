"""Pooling over everything: one number for each channel, or a grid of a fixed size."""

from __future__ import annotations

from math import prod

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.pooling import raised
from graphscope.ops.windows import Numbers


class GlobalPool(Op, abstract=True):
    """Each channel of x [sample, channel, …] becomes one number; the other axes stay, with size 1."""

    def infer(self, x: TensorSpec) -> TensorSpec:
        if x.rank < 3:
            raise ShapeError(
                "{operation}: x ({x}) must have the axes sample, channel and one or more to pool over",
                operation=self.title,
                x=x,
            )
        return x.like(shape=(*x.shape[:2], *(1 for _ in x.shape[2:])))

    def rest(self, x) -> tuple[int, ...]:
        """The axes that are pooled."""
        return tuple(range(2, x.ndim))


class GlobalAvgPool(GlobalPool):
    """out = Σ x / n over each channel of each sample.

    Source: ONNX operator ``GlobalAveragePool`` 22; PyTorch ``AdaptiveAvgPool2d(1)``.
    """

    symbol = "global avg pool"
    says = "Average each channel of {x} to get {out}."
    backward_says = "Each channel's gradient of {out} is shared evenly among its elements of {x}."
    why = "Each of n elements moves the mean by 1/n of its own move."
    formulas = {"out": "Σ x / n", "x": "g / n"}

    def forward(self, xp, x):
        return xp.mean(x, axis=self.rest(x), keepdims=True)

    def vjp(self, xp, g, out, x):
        return (xp.broadcast_to(g / prod(x.shape[2:]), x.shape),)


class GlobalMaxPool(GlobalPool):
    """out = the largest of each channel of each sample; of equal ones the first gets the gradient.

    Source: ONNX operator ``GlobalMaxPool`` 22; PyTorch ``AdaptiveMaxPool2d(1)``.
    """

    symbol = "global max pool"
    says = "Keep the largest element of each channel of {x} to get {out}."
    backward_says = "Each channel's gradient of {out} goes to its largest element of {x}."
    why = "Max is a router: only the winner of a channel can move the result."
    formulas = {
        "out": "max(x)",
        "x": "g ⊙ [i = argmax(x)]",
    }

    def forward(self, xp, x):
        return xp.max(x, axis=self.rest(x), keepdims=True)

    def vjp(self, xp, g, out, x):
        rows = xp.reshape(x, (*x.shape[:2], prod(x.shape[2:])))
        first = xp.argmax(rows, axis=2, keepdims=True)
        hit = xp.arange(rows.shape[2], dtype=first.dtype) == first
        return (xp.where(xp.reshape(hit, x.shape), g, 0),)


class GlobalLpPool(GlobalPool):
    """out = (Σ |x|ᵖ)^(1/p) over each channel of each sample.

    A channel of nothing but 0 gets no gradient.

    Source: ONNX operator ``GlobalLpPool`` 22.

    Args:
        power: p.
    """

    power: int = 2

    symbol = "global Lp pool"
    says = "Take the length of each channel of {x}, its p-norm, to get {out}."
    backward_says = (
        "Each channel's gradient of {out} goes to its elements of {x} according to their part in it."
    )
    why = "A norm lies between mean and max: the larger an element, the more it moves the length."
    formulas = {"out": "(Σ |x|ᵖ)^(1/p)", "x": "g ⊙ sign(x) ⊙ (|x| / out)ᵖ⁻¹"}

    def forward(self, xp, x):
        sums = xp.sum(raised(xp.abs(x), self.power), axis=self.rest(x), keepdims=True)
        return raised(sums, 1 / self.power)

    def vjp(self, xp, g, out, x):
        share = xp.where(out == 0, 0 * g, g / raised(out, self.power - 1))
        return (share * xp.sign(x) * raised(xp.abs(x), self.power - 1),)


class AdaptiveAvgPool(Op):
    """out = the mean of each cell, x cut along every axis into so many cells of about the same size.

    Cell i of k along an axis of size n reaches from ⌊i·n/k⌋ to ⌈(i + 1)·n/k⌉: neighbours may overlap.

    Source: PyTorch ``AdaptiveAvgPool1d``, ``AdaptiveAvgPool2d``, ``AdaptiveAvgPool3d``.

    Args:
        size: the number of cells along each of the last axes.
    """

    size: Numbers = (1, 1)

    symbol = "adaptive avg pool"
    says = "Cut {x} into a fixed number of cells and average each to get {out}."
    backward_says = "Each cell's gradient of {out} is shared evenly among its elements of {x}."
    why = "Each of n elements moves the mean by 1/n of its own move."
    formulas = {"out": "Σ x[W] / n", "x": "Σ g / n"}

    def infer(self, x: TensorSpec) -> TensorSpec:
        if x.rank < len(self.size) or not self.size or min(self.size) < 1:
            raise ShapeError(
                "{operation}: x ({x}) must have an axis for each of the sizes {size}, which are 1 or more",
                operation=self.title,
                x=x,
                size=self.size,
            )
        return x.like(shape=(*x.shape[: x.rank - len(self.size)], *self.size))

    def forward(self, xp, x):
        for back, cells in enumerate(reversed(self.size), 1):
            shares = self._shares(xp, x.shape[x.ndim - back], cells, x.dtype)
            x = self._along(xp, x, xp.matrix_transpose(shares), x.ndim - back)
        return x

    def vjp(self, xp, g, out, x):
        for back, cells in enumerate(reversed(self.size), 1):
            shares = self._shares(xp, x.shape[x.ndim - back], cells, x.dtype)
            g = self._along(xp, g, shares, g.ndim - back)
        return (g,)

    def _along(self, xp, x, matrix, axis: int):
        """The matrix applied along an axis."""
        return xp.moveaxis(xp.matmul(xp.moveaxis(x, axis, -1), matrix), -1, axis)

    def _shares(self, xp, count: int, cells: int, dtype):
        """What each element weighs in the mean of each cell: [cell, element]."""
        cell, element = xp.reshape(xp.arange(cells), (cells, 1)), xp.arange(count)
        first, end = cell * count // cells, ((cell + 1) * count + (cells - 1)) // cells
        inside = xp.astype((element >= first) & (element < end), dtype)
        return inside / xp.sum(inside, axis=1, keepdims=True)
