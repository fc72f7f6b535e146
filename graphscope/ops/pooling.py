"""Pooling: one number for each window of a picture, the largest or the mean."""

from __future__ import annotations

from functools import reduce
from math import inf
from operator import add

from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.windows import Pair, fold, padded, places, sides, slices


class Pool2d(Op, abstract=True):
    """A window slides over each channel of a picture [sample, channel, height, width].

    Args:
        window: the size of the window, (height, width).
        stride: how far it moves, (height, width); None for the window itself.
        padding: the border, (height, width) or (top, left, bottom, right).
        dilation: the distance between the elements of the window, (height, width).
    """

    window: Pair = (2, 2)
    stride: Pair | None = None
    padding: tuple[int, ...] = (0, 0)
    dilation: Pair = (1, 1)

    def infer(self, x: TensorSpec) -> TensorSpec:
        size = places(self.title, x, self.window, self.steps, self.padding, self.dilation)
        return x.like(shape=(*x.shape[:2], *size))

    @property
    def steps(self) -> Pair:
        """The stride, or the window where none is given."""
        return self.stride or self.window

    def cut(self, xp, x, value=0.0):
        """What all windows have at each place."""
        return slices(padded(xp, x, self.padding, value), self.window, self.steps, self.dilation)

    def lay_back(self, xp, parts, x):
        """The gradient of x from what each place of the window gets."""
        (top, bottom), (left, right) = sides(self.padding)
        size = (x.shape[2] + top + bottom, x.shape[3] + left + right)
        whole = fold(xp, parts, size, self.window, self.steps, self.dilation)
        return padded(xp, whole, (-top, -left, -bottom, -right))


class MaxPool2d(Pool2d):
    """out = the largest of each window; of equal ones the first, row by row, gets the gradient.

    The border counts as −∞.

    Source: ONNX operator ``MaxPool`` 12; PyTorch ``MaxPool2d``.

    Args:
        window: the size of the window, (height, width).
        stride: how far it moves, (height, width); None for the window itself.
        padding: the border, (height, width) or (top, left, bottom, right).
        dilation: the distance between the elements of the window, (height, width).
    """

    symbol = "max pool"
    says = "Keep the largest element of each window of {x} to get {out}."
    backward_says = "Each window's gradient goes to the element of {x} that was the largest."
    why = "Max is a router: only the winner of a window can move the result."
    formulas = {"out": "max of each window of x", "x": "g at the largest element of each window, 0 elsewhere"}

    def forward(self, xp, x):
        return reduce(xp.maximum, self.cut(xp, x, -inf))

    def vjp(self, xp, g, out, x):
        parts, free = [], None
        for part in self.cut(xp, x, -inf):
            hit = part == out
            parts.append(xp.where(hit if free is None else hit & free, g, 0))
            free = ~hit if free is None else free & ~hit
        return (self.lay_back(xp, parts, x),)


class AvgPool2d(Pool2d):
    """out = the mean of each window; the border counts as 0, or not at all.

    Source: ONNX operator ``AveragePool`` 19; PyTorch ``AvgPool2d``.

    Args:
        window: the size of the window, (height, width).
        stride: how far it moves, (height, width); None for the window itself.
        padding: the border, (height, width) or (top, left, bottom, right).
        dilation: the distance between the elements of the window, (height, width).
        border_counts: whether the border's zeros count in the mean.
    """

    border_counts: bool = True

    symbol = "avg pool"
    says = "Average each window of {x} to get {out}."
    backward_says = "Each window's gradient is shared evenly among its elements of {x}."
    why = "Each of n elements moves the mean by 1/n of its own move."
    formulas = {"out": "Σ of each window of x / n", "x": "Σ g / n over the windows that hold the element"}

    def forward(self, xp, x):
        return reduce(add, self.cut(xp, x)) / self._count(xp, x)

    def vjp(self, xp, g, out, x):
        share = g / self._count(xp, x)
        return (self.lay_back(xp, [share] * (self.window[0] * self.window[1]), x),)

    def _count(self, xp, x):
        if self.border_counts or not any(self.padding):
            return self.window[0] * self.window[1]
        return reduce(add, self.cut(xp, xp.ones((1, 1, *x.shape[2:]), dtype=x.dtype)))
