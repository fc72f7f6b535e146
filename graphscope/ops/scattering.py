"""Scattering: a tensor with some of its elements replaced, or others added to them, at given positions."""

from __future__ import annotations

from math import prod
from typing import Literal

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, promote, same_size
from graphscope.ops.base import Op
from graphscope.ops.picking import check_lines, check_tuples, flat_places
from graphscope.ops.places import check_whole, checked, spread, strides
from graphscope.ops.shaping import normal_axis

Meeting = Literal["none", "add", "mul", "max", "min"]


class _Scatter(Op, abstract=True):
    """x as rows, into which the rows of the updates fall at numbered places.

    Updates that fall on one place are brought together by sorting them by place, stably, and folding each run
    into its last; so the result depends on the order of the updates alone, on every library.
    """

    reduction: Meeting = "none"

    backward_says = (
        "The gradient of {out} goes to {updates} from where each was put, and to {x} where it still counts."
    )
    backward_parts = {
        "x": "{x} gets the gradient of {out} where it still counts.",
        "updates": "{updates} gets the gradient of {out} from where each was put.",
    }
    why = "Every element of the result asks who made it: what was there, what was put there, or both."
    formulas = {
        "out": "scatter(x, indices, updates)",
        "x": "∂out/∂x ⊙ g",
        "updates": "∂out/∂updates ⊙ g[indices]",
    }

    def infer(self, x: TensorSpec, indices: TensorSpec, updates: TensorSpec) -> TensorSpec:
        if self.reduction not in ("none", "add", "mul", "max", "min"):
            raise ShapeError(
                "{operation}: the reduction must be none, add, mul, max or min, not {given}",
                operation=self.title,
                given=str(self.reduction),
            )
        check_whole(self.title, indices)
        wanted = self._updates(x, indices)
        if x.dtype == "bool" and self.reduction != "none":
            raise ShapeError(
                "{operation}: truth values cannot be joined, only replaced", operation=self.title
            )
        if len(wanted) != updates.rank or not all(map(same_size, wanted, updates.shape)):
            raise ShapeError(
                "{operation}: the updates ({updates}) do not fit the indices ({indices}) and x ({x})",
                operation=self.title,
                updates=updates,
                indices=indices,
                x=x,
            )
        return x.like(dtype=promote(x, updates))

    def _updates(self, x, indices):
        """The shape that the updates must have."""
        raise NotImplementedError

    def _rows(self, xp, x, indices, updates):
        """x as rows, the number of the row that each update falls on, and the updates as rows."""
        raise NotImplementedError

    def forward(self, xp, x, indices, updates):
        rows, places, new = self._rows(xp, x, indices, updates)
        if not places.shape[0]:
            return x
        if self.reduction == "add":
            return xp.reshape(rows + xp.scatter_add(rows.shape, places, new, 0), x.shape)
        hit, last, order, ranked = _runs(xp, places, rows.shape[0])
        heap = xp.take(new, order, axis=0)
        if self.reduction != "none":
            heap = _folded(xp, self._meet(xp), heap, ranked)
        arrived = xp.take(heap, last, axis=0)
        met = arrived if self.reduction == "none" else self._meet(xp)(rows, arrived)
        return xp.reshape(xp.where(hit, met, rows), x.shape)

    def _meet(self, xp):
        return {"mul": xp.multiply, "max": xp.maximum, "min": xp.minimum}[self.reduction]

    def vjp(self, xp, g, out, x, indices, updates):
        rows, places, new = self._rows(xp, x, indices, updates)
        if not places.shape[0]:
            return g, None, xp.zeros_like(updates)
        gradient = xp.reshape(g, rows.shape)
        match self.reduction:
            case "add":
                kept, sent = gradient, xp.take(gradient, places, axis=0)
            case "none":
                kept, sent = _of_last(xp, gradient, places)
            case "mul":
                kept, sent = _of_product(xp, gradient, rows, places, new)
            case _:
                kept, sent = _of_extreme(xp, gradient, xp.reshape(out, rows.shape), rows, places, new)
        return xp.reshape(kept, x.shape), None, xp.reshape(sent, updates.shape)


def _runs(xp, places, count):
    """The updates sorted by place: which places are hit, the last update of each, the order, the places."""
    order = xp.argsort(places, stable=True)
    ranked = xp.take(places, order, axis=0)
    every = xp.arange(count)
    last = xp.searchsorted(ranked, every, side="right") - 1
    last = xp.where(last < 0, 0, last)
    hit = xp.take(ranked, last, axis=0) == every
    return xp.expand_dims(hit, axis=1), last, order, ranked


def _folded(xp, meet, heap, ranked):
    """Each update folded with those before it on the same place: runs of 1, 2, 4, … are joined."""
    step, count = 1, ranked.shape[0]
    while step < count:
        same = xp.expand_dims(ranked[step:] == ranked[:-step], axis=1)
        joined = xp.where(same, meet(heap[:-step, :], heap[step:, :]), heap[step:, :])
        heap = xp.concat([heap[:step, :], joined], axis=0)
        step *= 2
    return heap


def _of_last(xp, g, places):
    """Gradients where the last update of a place replaces what was there: the earlier ones never counted."""
    hit, last, order, _ = _runs(xp, places, g.shape[0])
    winner = xp.take(xp.take(order, last, axis=0), places, axis=0)
    wins = xp.expand_dims(winner == xp.arange(places.shape[0]), axis=1)
    return xp.where(hit, 0, g), xp.where(wins, xp.take(g, places, axis=0), 0)


def _of_extreme(xp, g, out, rows, places, new):
    """Gradients of a maximum or minimum: all that are equal to it share evenly."""
    stays = xp.astype(rows == out, g.dtype)
    wins = xp.astype(new == xp.take(out, places, axis=0), g.dtype)
    share = g / (stays + xp.scatter_add(rows.shape, places, wins, 0))
    return share * stays, xp.take(share, places, axis=0) * wins


def _of_product(xp, g, rows, places, new):
    """Gradients of a product: g times all the other factors, which also holds where some are 0."""
    hit, last, order, ranked = _runs(xp, places, rows.shape[0])
    heap = xp.take(new, order, axis=0)
    whole = _folded(xp, xp.multiply, heap, ranked)
    before = _shifted(xp, whole, ranked)
    behind = xp.flip(heap, axis=0), xp.flip(ranked, axis=0)
    after = xp.flip(_shifted(xp, _folded(xp, xp.multiply, *behind), behind[1]), axis=0)
    others = xp.take(before * after, xp.argsort(order, stable=True), axis=0)
    kept = xp.where(hit, g * xp.take(whole, last, axis=0), g)
    return kept, xp.take(g * rows, places, axis=0) * others


def _shifted(xp, whole, ranked):
    """For each update what those before it on the same place made; 1 for the first."""
    same = xp.expand_dims(ranked[1:] == ranked[:-1], axis=1)
    return xp.concat([xp.ones_like(whole[:1, :]), xp.where(same, whole[:-1, :], 1)], axis=0)


class ScatterElements(_Scatter):
    """out = x, but with the updates at indices along one axis: in place of the elements there, or joined to them.

    Where several updates fall on one element and replace it, the last one counts, and only it gets a gradient.

    Source: ONNX operator ``ScatterElements`` 18; PyTorch ``scatter`` and ``scatter_reduce``.

    Args:
        axis: the axis along which the indices count; negative indices count from its end.
        reduction: "none" to replace, or how updates join what is there: "add", "mul", "max", "min".
    """

    axis: int = 0

    symbol = "scatter elements"
    says = "Put {updates} into {x} at {indices} along one axis to get {out}."

    def _updates(self, x, indices):
        axis = normal_axis(self.title, self.axis, x.rank)
        check_lines(self.title, axis, x, indices)
        return indices.shape

    def _rows(self, xp, x, indices, updates):
        axis, steps = self.axis % x.ndim, strides(x.shape)
        places = checked(xp, indices, x.shape[axis]) * steps[axis]
        for other, (size, step) in enumerate(zip(indices.shape, steps, strict=True)):
            if other != axis and size > 1:
                places = places + spread(xp, xp.arange(size) * step, other, x.ndim)
        return xp.reshape(x, (-1, 1)), xp.reshape(places, (-1,)), xp.reshape(updates, (-1, 1))


class ScatterND(_Scatter):
    """out = x, but with the updates at positions: in place of the parts there, or joined to them.

    Where several updates fall on one part and replace it, the last one counts, and only it gets a gradient.

    Source: ONNX operator ``ScatterND`` 18.

    Args:
        reduction: "none" to replace, or how updates join what is there: "add", "mul", "max", "min".
    """

    symbol = "scatter nd"
    says = "Put {updates} into {x} at the positions in {indices} to get {out}."

    def _updates(self, x, indices):
        count = check_tuples(self.title, x, indices, 0)
        return (*indices.shape[:-1], *x.shape[count:])

    def _rows(self, xp, x, indices, updates):
        count = indices.shape[-1]
        rest = prod(x.shape[count:])
        places = xp.reshape(flat_places(xp, indices, x.shape[:count]), (-1,))
        rows = xp.reshape(x, (prod(x.shape[:count]), rest))
        return rows, places, xp.reshape(updates, (places.shape[0], rest))
