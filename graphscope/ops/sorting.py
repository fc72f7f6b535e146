"""Sorting: the largest elements of each line, and the different elements that there are."""

from __future__ import annotations

from math import prod
from typing import Any

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.places import put_size
from graphscope.ops.shaping import normal_axis


class TopK(Op):
    """values, indices = the k largest elements of each line of x, the largest first, and where they were.

    Of equal elements the first one comes first. The result is always in order.

    Source: ONNX operator ``TopK`` 24; PyTorch ``topk``.

    Args:
        k: how many.
        axis: the axis of the lines.
        largest: whether the largest are taken, else the smallest, the smallest first.
    """

    k: int = 1
    axis: int = -1
    largest: bool = True

    outputs = ("values", "indices")
    host = ("k",)
    symbol = "top k"
    says = "Take the largest elements of each line of {x} and their places to get {values} and {indices}."
    backward_says = "The gradient of {values} goes to the elements of {x} that were taken; the others get 0."
    why = "TopK is a router: only the elements that were taken can move the result."
    formulas = {"values": "sort(x)[:k]", "indices": "argsort(x)[:k]"}

    def infer(self, x: TensorSpec, k: TensorSpec | None = None) -> tuple[TensorSpec, ...]:
        axis = normal_axis(self.title, self.axis, x.rank)
        count = self.k if k is None else k.value and self._count(k.value)
        size = x.shape[axis]
        if isinstance(count, int) and (count < 0 or (isinstance(size, int) and count > size)):
            raise ShapeError(
                "top k: {k} elements cannot be taken of {size}, the size of axis {axis} of x ({x})",
                k=count,
                size=size,
                axis=axis,
                x=x,
            )
        shape = put_size(x.shape, axis, count)
        return x.like(shape=shape), x.like(shape=shape, dtype="int64")

    def _count(self, k: Any) -> int:
        given = self.k if k is None else k
        return given[0] if isinstance(given, tuple) else given

    def forward(self, xp, x, k=None):
        axis = self.axis % x.ndim
        order = xp.argsort(x, axis=axis, descending=self.largest, stable=True)
        front = (slice(None),) * axis
        indices = xp.astype(order[(*front, slice(0, self._count(k)), ...)], xp.int64, copy=False)
        return xp.take_along_axis(x, indices, axis=axis), indices

    def vjp(self, xp, g, out, x, k=None):
        if g[0] is None:
            return (xp.zeros_like(x),)
        return (xp.scatter_add(x.shape, out[1], g[0], self.axis % x.ndim),)


class Unique(Op):
    """values, indices, inverse, counts = the different elements of x, where each is first, which each is, how many.

    How many there are is only known once x is: a GPU must be waited for. No gradient passes.

    Source: ONNX operator ``Unique`` 11.

    Args:
        axis: compare the parts along this axis; None to compare the elements.
        ordered: whether they are sorted, else they come in the order of their first appearance.
    """

    axis: int | None = None
    ordered: bool = True

    outputs = ("values", "indices", "inverse", "counts")
    says = (
        "Find the different elements of {x}: {values}, where each is first: {indices}, which one each element is: "
        "{inverse}, and how often each is there: {counts}."
    )
    backward_says = "Which elements are equal jumps, and this operation passes no gradient on to {x}."
    why = "A small change of an element makes it a new one: how many there are has no slope."
    formulas = {
        "values": "unique(x)",
        "indices": "argmaxᵢ [x[i] = values]",
        "inverse": "argmaxᵢ [values[i] = x]",
        "counts": "Σ [x = values]",
    }

    def infer(self, x: TensorSpec) -> tuple[TensorSpec, ...]:
        axis = None if self.axis is None else normal_axis(self.title, self.axis, x.rank)
        shape = (None,) if axis is None else put_size(x.shape, axis, None)
        length = x.size if axis is None else x.shape[axis]
        number = TensorSpec((None,), "int64")
        return x.like(shape=shape, axes=()), number, TensorSpec((length,), "int64"), number

    def forward(self, xp, x):
        line = xp.reshape(x, (-1,)) if self.axis is None else x
        axis = 0 if self.axis is None else self.axis % x.ndim
        count = line.shape[axis]
        rows = xp.reshape(xp.moveaxis(line, axis, 0), (count, prod(line.shape) // max(count, 1)))
        order = _lexical(xp, rows)
        ranked = xp.take(rows, order, axis=0)
        fresh = xp.any(ranked[1:, :] != ranked[:-1, :], axis=1)
        fresh = xp.concat([xp.ones((min(count, 1),), dtype=xp.bool), fresh], axis=0)
        (starts,) = xp.nonzero(fresh)
        number = xp.cumulative_sum(xp.astype(fresh, xp.int64)) - 1
        counts = xp.concat([starts[1:], xp.full((min(count, 1),), count)], axis=0) - starts
        first = xp.take(order, starts, axis=0)
        if not self.ordered:
            early = xp.argsort(first, stable=True)
            first, counts = xp.take(first, early, axis=0), xp.take(counts, early, axis=0)
            number = xp.take(xp.argsort(early, stable=True), number, axis=0)
        inverse = xp.scatter_add((count,), order, number, 0)
        return xp.take(line, first, axis=axis), first, inverse, counts


def _lexical(xp, rows):
    """The order that sorts rows by their first number, equal ones by the second, and so on."""
    order = xp.arange(rows.shape[0])
    for column in reversed(range(rows.shape[1])):
        found = xp.argsort(xp.take(rows[:, column], order, axis=0), stable=True)
        order = xp.take(order, found, axis=0)
    return order
