"""Picking: elements looked up by their full position, those that a condition lets through, those that are not 0."""

from __future__ import annotations

from math import prod

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, same_size
from graphscope.ops.base import Op
from graphscope.ops.places import along, back_along, check_whole, checked, counted, put_size, strides
from graphscope.ops.shaping import normal_axis, total


class GatherElements(Op):
    """out = x taken along one axis, each element at an index of its own.

    Source: ONNX operator ``GatherElements`` 13; array API standard 2024.12, ``take_along_axis``.

    Args:
        axis: the axis along which the indices count; negative indices count from its end.
    """

    axis: int = 0

    symbol = "gather elements"
    says = "Look up for each number in {indices} the element of {x} in its line to get {out}."
    backward_says = (
        "Each element of {x} gets the sum of the gradients wherever it was looked up; the others get 0."
    )
    why = "An element that was looked up twice moves the result in both places, so both gradients add up."
    formulas = {"out": "x[indices]", "x": "scatter(indices, g)"}

    def infer(self, x: TensorSpec, indices: TensorSpec) -> TensorSpec:
        axis = normal_axis(self.title, self.axis, x.rank)
        check_whole(self.title, indices)
        check_lines(self.title, axis, x, indices)
        return x.like(shape=indices.shape, axes=())

    def forward(self, xp, x, indices):
        axis = self.axis % x.ndim
        lines = front(x, indices.shape, axis)
        return xp.take_along_axis(lines, counted(xp, indices, x.shape[axis]), axis=axis)

    def vjp(self, xp, g, out, x, indices):
        axis = self.axis % x.ndim
        lines = put_size(g.shape, axis, x.shape[axis])
        total = xp.scatter_add(lines, counted(xp, indices, x.shape[axis]), g, axis)
        widths = [(0, size - part) for size, part in zip(x.shape, lines, strict=True)]
        return (xp.pad(total, widths) if any(map(any, widths)) else total), None


def front(x, shape, axis):
    """The part of x that an array of the given shape lies over, with the whole of one axis."""
    if put_size(shape, axis, x.shape[axis]) == tuple(x.shape):
        return x
    return x[tuple(slice(None) if place == axis else slice(size) for place, size in enumerate(shape))]


def check_lines(operation: str, axis: int, x: TensorSpec, indices: TensorSpec) -> None:
    """Make sure that indices lie over x, as far as the sizes are known.

    Raises:
        ShapeError: they have other axes, or reach further than x.
    """
    others = [
        (there, size)
        for place, (size, there) in enumerate(zip(x.shape, indices.shape, strict=False))
        if place != axis and isinstance(size, int) and isinstance(there, int)
    ]
    if x.rank != indices.rank or any(there > size for there, size in others):
        raise ShapeError(
            "{operation}: the indices ({indices}) must have the axes of x ({x}) and be no larger, "
            "but along axis {axis}",
            operation=operation,
            indices=indices,
            x=x,
            axis=axis,
        )


def check_tuples(operation: str, x: TensorSpec, indices: TensorSpec, lead: int) -> int:
    """How many numbers make a position: the last size of the indices.

    Raises:
        ShapeError: it is not known, or there are more than x has axes.
    """
    count = indices.shape[-1] if indices.rank else None
    if not isinstance(count, int) or not lead < indices.rank or lead + count > x.rank:
        raise ShapeError(
            "{operation}: the last axis of the indices ({indices}) holds a position in x ({x}); its size must be "
            "a number and no more than x has axes",
            operation=operation,
            indices=indices,
            x=x,
        )
    return count


def flat_places(xp, indices, sizes):
    """The number, read in order, of the place that each row of indices names in an array of these sizes."""
    total = None
    for axis, (size, step) in enumerate(zip(sizes, strides(sizes), strict=True)):
        part = checked(xp, indices[..., axis], size) * step
        total = part if total is None else total + part
    return xp.zeros(indices.shape[:-1], dtype=xp.int64) if total is None else total


class GatherND(Op):
    """out = x taken at positions, each of which is a row of numbers, one an axis.

    Source: ONNX operator ``GatherND`` 13.

    Args:
        batch_dims: so many first axes belong together: each sample of the indices looks into its sample of x.
    """

    batch_dims: int = 0

    symbol = "gather nd"
    says = "Look up each position in {indices} in {x} to get {out}."
    backward_says = (
        "Each part of {x} gets the sum of the gradients wherever it was looked up; the others get 0."
    )
    why = "What was looked up twice moves the result in both places, so both gradients add up."
    formulas = {"out": "x[indices]", "x": "scatter(indices, g)"}

    def infer(self, x: TensorSpec, indices: TensorSpec) -> TensorSpec:
        check_whole(self.title, indices)
        lead = self.batch_dims
        count = check_tuples(self.title, x, indices, lead)
        if not all(map(same_size, x.shape[:lead], indices.shape[:lead])):
            raise ShapeError(
                "{operation}: the first {count} axes of x ({x}) and of the indices ({indices}) must be equal",
                operation=self.title,
                count=lead,
                x=x,
                indices=indices,
            )
        return x.like(shape=(*indices.shape[:-1], *x.shape[lead + count :]), axes=())

    def _flat(self, xp, x, indices):
        """Which row of `_rows` each position names."""
        lead, count = self.batch_dims, indices.shape[-1]
        samples, sizes = prod(x.shape[:lead]), x.shape[lead : lead + count]
        inner = xp.reshape(flat_places(xp, indices, sizes), (samples, prod(indices.shape[lead:-1])))
        first = xp.reshape(xp.arange(samples) * prod(sizes), (samples, 1))
        return xp.reshape(first + inner, (-1,))

    def _rows(self, x, indices):
        split = self.batch_dims + indices.shape[-1]
        return prod(x.shape[:split]), prod(x.shape[split:])

    def forward(self, xp, x, indices):
        rows = xp.reshape(x, self._rows(x, indices))
        taken = xp.take(rows, self._flat(xp, x, indices), axis=0)
        return xp.reshape(taken, (*indices.shape[:-1], *x.shape[self.batch_dims + indices.shape[-1] :]))

    def vjp(self, xp, g, out, x, indices):
        flat, shape = self._flat(xp, x, indices), self._rows(x, indices)
        rows = xp.reshape(g, (flat.shape[0], shape[1]))
        return xp.reshape(xp.scatter_add(shape, flat, rows, 0), x.shape), None


class Compress(Op):
    """out = the parts of x where the condition is true, along one axis.

    Source: ONNX operator ``Compress`` 11.

    Args:
        condition: true or false for each place; places behind its end are left out.
        axis: along which to choose; None for the elements read in order.
    """

    condition: tuple[bool, ...] = ()
    axis: int | None = None

    host = ("condition",)
    says = "Keep the parts of {x} that the condition lets through to get {out}."
    backward_says = "Put the gradient of {out} back where it was taken; what was left out gets 0."
    why = "What was left out cannot move the result: its gradient is 0."
    formulas = {"out": "x[condition]", "x": "scatter(condition, g)"}

    def infer(self, x: TensorSpec, condition: TensorSpec | None = None) -> TensorSpec:
        given = self.condition if condition is None else condition.value
        count: Dim = None if given is None else sum(map(bool, given))
        axis = 0 if self.axis is None else normal_axis(self.title, self.axis, x.rank)
        length = total(x.shape) if self.axis is None else x.shape[axis]
        if given is not None and isinstance(length, int) and len(given) > length:
            raise ShapeError(
                "compress: the condition has {count} places, but there are only {length} in x ({x})",
                count=len(given),
                length=length,
                x=x,
            )
        return x.like(shape=(count,) if self.axis is None else put_size(x.shape, axis, count), axes=())

    def _kept(self, condition):
        given = self.condition if condition is None else condition
        return tuple(place for place, kept in enumerate(given) if kept)

    def forward(self, xp, x, condition=None):
        if self.axis is None:
            return along(xp, xp.reshape(x, (-1,)), self._kept(condition), 0)
        return along(xp, x, self._kept(condition), self.axis % x.ndim)

    def vjp(self, xp, g, out, x, condition=None):
        if self.axis is None:
            line = back_along(xp, (prod(x.shape),), self._kept(condition), g, 0)
            return (xp.reshape(line, x.shape),)
        return (back_along(xp, x.shape, self._kept(condition), g, self.axis % x.ndim),)


class NonZero(Op):
    """out = the positions of the elements that are not 0, one a column; no gradient.

    Their number is only known once x is: a GPU must be waited for.

    Source: ONNX operator ``NonZero`` 13; array API standard 2024.12, ``nonzero``.
    """

    symbol = "≠ 0"
    says = "List where {x} is not 0 to get {out}."
    backward_says = "Positions jump when an element becomes 0 and have no slope, so no gradient passes."
    why = "A position is a count, not an amount: a small change of the elements does not move it."
    formulas = {"out": "nonzero(x)"}

    def infer(self, x: TensorSpec) -> TensorSpec:
        return TensorSpec((x.rank, None), "int64")

    def forward(self, xp, x):
        found = xp.stack(xp.nonzero(x if x.ndim else xp.reshape(x, (1,))), axis=0)
        return found if x.ndim else found[:0, :]
