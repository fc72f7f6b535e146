"""Reductions: one number from many along some axes: sum, mean, largest and smallest."""

from __future__ import annotations

from math import inf, nan, prod

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec
from graphscope.ops.arithmetic import truncated
from graphscope.ops.base import Op
from graphscope.ops.functions import need_numbers


def normal_axes(operation: str, axes: tuple[int, ...] | None, rank: int) -> tuple[int, ...]:
    """Axes counted from the front, in order; None means all.

    Raises:
        ShapeError: an axis that does not exist, or one named twice.
    """
    chosen = range(rank) if axes is None else [axis + rank if axis < 0 else axis for axis in axes]
    if any(not 0 <= axis < rank for axis in chosen) or len(set(chosen)) != len(chosen):
        raise ShapeError(
            "{operation}: the axes {axes} do not fit an operand with {rank} axes; "
            "name each at most once, from {low} to {high}",
            operation=operation,
            axes=", ".join(map(str, axes or ())),
            rank=rank,
            low=-rank,
            high=rank - 1,
        )
    return tuple(sorted(chosen))


def open_sizes(spec: TensorSpec) -> tuple[None, ...]:
    """One open size for each number in a host operand whose numbers are only known while it runs.

    Raises:
        ShapeError: not even their count is known.
    """
    count = spec.shape[0] if spec.rank == 1 else None
    if not isinstance(count, int):
        raise ShapeError(
            "a shape or axes that are computed must be a vector of known length, "
            "so that the number of axes is known"
        )
    return (None,) * count


class Reduction(Op, abstract=True):
    """Some axes of one operand shrink to one number each; with axes None all do, with () none does."""

    axes: tuple[int, ...] | None = None
    keepdims: bool = False

    host = ("axes",)

    def infer(self, x: TensorSpec, axes: TensorSpec | None = None) -> TensorSpec:
        need_numbers(self.title, x=x)
        return self.reduced(x, axes)

    def reduced(self, x: TensorSpec, axes: TensorSpec | None) -> TensorSpec:
        """x without the axes that are reduced."""
        chosen = self.axes if axes is None else axes.value
        if axes is not None and chosen is None:
            rank = x.rank if self.keepdims else x.rank - len(open_sizes(axes))
            return x.like(shape=(None,) * rank, axes=())
        gone = normal_axes(self.title, chosen, x.rank)
        if self.keepdims:
            return x.like(shape=tuple(1 if axis in gone else size for axis, size in enumerate(x.shape)))
        left = [axis for axis in range(x.rank) if axis not in gone]
        return x.like(shape=_pick(x.shape, left), axes=_pick(x.axes, left) if x.axes else ())

    def chosen(self, axes):
        """The axes to reduce: those of the operand, else the field's."""
        return self.axes if axes is None else axes

    def sum(self, xp, x, axes):
        """The sum over the chosen axes, in the type of x."""
        kind = x.dtype if xp.isdtype(x.dtype, "integral") else None
        return xp.sum(x, axis=self.chosen(axes), keepdims=self.keepdims, dtype=kind)

    def spread(self, xp, g, x, axes):
        """An array of the reduced shape, stretched back over the axes that were reduced."""
        chosen = self.chosen(axes)
        if chosen is not None and not self.keepdims:
            g = xp.expand_dims(g, axis=normal_axes(self.title, chosen, x.ndim))
        return xp.broadcast_to(g, x.shape)

    def count(self, x, axes):
        """How many elements go into one."""
        return prod(x.shape[axis] for axis in normal_axes(self.title, self.chosen(axes), x.ndim))

    def shape(self, x, axes):
        """The shape of the result."""
        gone = normal_axes(self.title, self.chosen(axes), x.ndim)
        kept = [1 if axis in gone else size for axis, size in enumerate(x.shape)]
        return tuple(size for axis, size in enumerate(kept) if self.keepdims or axis not in gone)


def _pick(items: tuple[Dim, ...], left: list[int]) -> tuple[Dim, ...]:
    return tuple(items[axis] for axis in left)


class ReduceSum(Reduction):
    """out = Σ x over some axes.

    Source: array API standard 2024.12, ``sum``; ONNX operator ``ReduceSum`` 13.

    Args:
        axes: the axes to add up along; None for all.
        keepdims: whether they stay, with size 1.
    """

    symbol = "Σ"
    says = "Add up {x} along the chosen axes to get {out}."
    backward_says = "Each element of {x} gets the gradient of the sum that it went into."
    why = "Every summand moves the sum one for one, so all get the same gradient."

    def forward(self, xp, x, axes=None):
        return self.sum(xp, x, axes)

    def vjp(self, xp, g, out, x, axes=None):
        return (self.spread(xp, g, x, axes),)


class ReduceMean(Reduction):
    """out = Σ x / n over some axes, n the number of elements that go into one; that of whole numbers is whole.

    Source: array API standard 2024.12, ``mean``; ONNX operator ``ReduceMean`` 18.

    Args:
        axes: the axes to average along; None for all.
        keepdims: whether they stay, with size 1.
    """

    symbol = "mean"
    says = "Average {x} along the chosen axes to get {out}."
    backward_says = "Each element of {x} gets an equal share of the gradient of the mean that it went into."
    why = "Each of n elements moves the mean by 1/n of its own move."

    def forward(self, xp, x, axes=None):
        n = self.count(x, axes)
        if n and not xp.isdtype(x.dtype, "integral"):
            return xp.mean(x, axis=self.chosen(axes), keepdims=self.keepdims)
        total = self.sum(xp, x, axes)
        if not n:
            return total if xp.isdtype(x.dtype, "integral") else total * nan
        return truncated(xp, total, n)

    def vjp(self, xp, g, out, x, axes=None):
        n = self.count(x, axes)
        return (self.spread(xp, g / n, x, axes) if n else x,)


class _Extreme(Reduction, abstract=True):
    """The gradient goes to the elements that are the extreme, in equal shares; the extreme of none is ∓∞."""

    def infer(self, x: TensorSpec, axes: TensorSpec | None = None) -> TensorSpec:
        return self.reduced(x, axes)

    def of_none(self, xp, x, axes, limit):
        """The result where no element goes into one: the number that is never the extreme."""
        if xp.isdtype(x.dtype, "bool"):
            fill = limit > 0
        elif xp.isdtype(x.dtype, "integral"):
            fill = xp.iinfo(x.dtype).max if limit > 0 else xp.iinfo(x.dtype).min
        else:
            fill = limit * inf
        return xp.full(self.shape(x, axes), fill, dtype=x.dtype)

    def vjp(self, xp, g, out, x, axes=None):
        hits = xp.astype(x == self.spread(xp, out, x, axes), x.dtype)
        count = xp.sum(hits, axis=self.chosen(axes), keepdims=self.keepdims)
        return (hits * self.spread(xp, g / count, x, axes),)


class ReduceMax(_Extreme):
    """out = max x over some axes; equal maxima share the gradient evenly, as PyTorch's ``amax`` does.

    Source: array API standard 2024.12, ``max``; ONNX operator ``ReduceMax`` 18.

    Args:
        axes: the axes to look along; None for all.
        keepdims: whether they stay, with size 1.
    """

    symbol = "max"
    says = "Take the largest element of {x} along the chosen axes to get {out}."
    backward_says = (
        "The gradient of {out} goes to the element of {x} that was the largest; equal ones share it."
    )
    why = "Max is a router: only the largest element can move the result."
    formulas = {"x": "g ⊙ [x = out] / (how many are equal)"}

    def forward(self, xp, x, axes=None):
        if not self.count(x, axes):
            return self.of_none(xp, x, axes, -1)
        find = xp.any if xp.isdtype(x.dtype, "bool") else xp.max
        return find(x, axis=self.chosen(axes), keepdims=self.keepdims)


class ReduceMin(_Extreme):
    """out = min x over some axes; equal minima share the gradient evenly, as PyTorch's ``amin`` does.

    Source: array API standard 2024.12, ``min``; ONNX operator ``ReduceMin`` 18.

    Args:
        axes: the axes to look along; None for all.
        keepdims: whether they stay, with size 1.
    """

    symbol = "min"
    says = "Take the smallest element of {x} along the chosen axes to get {out}."
    backward_says = (
        "The gradient of {out} goes to the element of {x} that was the smallest; equal ones share it."
    )
    why = "Min is a router: only the smallest element can move the result."
    formulas = {"x": "g ⊙ [x = out] / (how many are equal)"}

    def forward(self, xp, x, axes=None):
        if not self.count(x, axes):
            return self.of_none(xp, x, axes, 1)
        find = xp.all if xp.isdtype(x.dtype, "bool") else xp.min
        return find(x, axis=self.chosen(axes), keepdims=self.keepdims)
