"""Shaping: the same elements under another shape, in another order of axes, or repeated."""

from __future__ import annotations

from math import prod

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, broadcast, same_size
from graphscope.ops.base import Op
from graphscope.ops.reduction import normal_axes, open_sizes


def normal_axis(operation: str, axis: int, rank: int) -> int:
    """An axis counted from the front.

    Raises:
        ShapeError: there is no such axis.
    """
    return normal_axes(operation, (axis,), rank)[0]


def total(sizes: tuple[Dim, ...]) -> Dim:
    """The product of sizes; a name alone or times 1 stays the name."""
    numbers = prod(size for size in sizes if isinstance(size, int))
    names = [size for size in sizes if not isinstance(size, int)]
    if not names or numbers == 0:
        return numbers
    return names[0] if len(names) == 1 and numbers == 1 else None


class Rearrangement(Op, abstract=True):
    """The elements of one operand, in order, under another shape."""

    def vjp(self, xp, g, out, x, *hosts):
        return (xp.reshape(g, x.shape),)


class Reshape(Rearrangement):
    """out = x, read in order, with another shape.

    Source: ONNX operator ``Reshape`` 14.

    Args:
        shape: the new sizes; 0 keeps the size that x has there, one −1 is worked out from the others.
        allow_zero: whether 0 means a size of 0 instead.
    """

    shape: tuple[int, ...] = (-1,)
    allow_zero: bool = False

    host = ("shape",)
    says = "Give the elements of {x}, read in order, another shape to get {out}."
    backward_says = "Give the gradient of {out} the shape of {x} back."
    why = "Nothing is computed, only rearranged: every element keeps its own gradient."

    def infer(self, x: TensorSpec, shape: TensorSpec | None = None) -> TensorSpec:
        if shape is not None and shape.value is None:
            return x.like(shape=open_sizes(shape), axes=())
        wanted = self.shape if shape is None else shape.value
        kept = list(self._kept(x.shape, wanted))
        if -1 in kept:
            kept[kept.index(-1)] = _missing(x, kept)
        sizes = (total(x.shape), total(tuple(kept)))
        if -1 in kept or not same_size(*sizes):
            raise ShapeError(
                "reshape: {x} ({count} elements) cannot become {wanted}; the sizes must multiply to {count}",
                x=x,
                count=sizes[0],
                wanted="×".join(map(str, wanted)),
            )
        return x.like(shape=tuple(kept), axes=())

    def _kept(self, shape, wanted):
        """The wanted sizes, with those of x where they say 0."""
        if self.allow_zero:
            return tuple(wanted)
        return tuple(
            shape[axis] if size == 0 and axis < len(shape) else size for axis, size in enumerate(wanted)
        )

    def forward(self, xp, x, shape=None):
        return xp.reshape(x, self._kept(x.shape, self.shape if shape is None else shape))


def _missing(x: TensorSpec, sizes: list[Dim]) -> Dim:
    """The size that stands for −1: what is left of x without the other sizes; −1 if that is not whole."""
    others = list(sizes)
    others.remove(-1)
    left = list(x.shape)
    for size in [size for size in others if isinstance(size, str) and size in left]:
        left.remove(size)
        others.remove(size)
    if not all(isinstance(size, int) for size in others):
        return None
    divisor = prod(size for size in others if isinstance(size, int))
    known = prod(size for size in left if isinstance(size, int))
    names = [size for size in left if not isinstance(size, int)]
    if not names:
        return known // divisor if divisor and known % divisor == 0 else -1
    return names[0] if len(names) == 1 and known == divisor else None


class Flatten(Rearrangement):
    """out = x as a matrix: the axes before ``axis`` become rows, the others columns.

    Source: ONNX operator ``Flatten`` 13.

    Args:
        axis: the first axis that goes into the columns.
    """

    axis: int = 1

    says = "Lay each sample of {x} out as one row to get {out}."
    backward_says = "Give the gradient of {out} the shape of {x} back."
    why = "Nothing is computed, only rearranged: every element keeps its own gradient."

    def infer(self, x: TensorSpec) -> TensorSpec:
        split = self._split(x.rank)
        return x.like(shape=(total(x.shape[:split]), total(x.shape[split:])), axes=())

    def _split(self, rank: int) -> int:
        return rank if self.axis == rank else normal_axis(self.title, self.axis, rank)

    def forward(self, xp, x):
        split = self._split(x.ndim)
        return xp.reshape(x, (prod(x.shape[:split]), prod(x.shape[split:])))


class Squeeze(Rearrangement):
    """out = x without some axes of size 1.

    Source: ONNX operator ``Squeeze`` 13; array API standard 2024.12, ``squeeze``.

    Args:
        axes: the axes to drop; None for all of size 1.
    """

    axes: tuple[int, ...] | None = None

    host = ("axes",)
    says = "Drop axes of size 1 from {x} to get {out}."
    backward_says = "Give the gradient of {out} the shape of {x} back."
    why = "Nothing is computed, only rearranged: every element keeps its own gradient."

    def infer(self, x: TensorSpec, axes: TensorSpec | None = None) -> TensorSpec:
        if axes is not None and axes.value is None:
            return x.like(shape=(None,) * (x.rank - len(open_sizes(axes))), axes=())
        gone = self._gone(x.shape, None if axes is None else axes.value)
        wrong = [axis for axis in gone if not same_size(x.shape[axis], 1)]
        if wrong:
            raise ShapeError(
                "squeeze: axis {axis} of x ({x}) has size {size}; only axes of size 1 can be dropped",
                axis=wrong[0],
                x=x,
                size=x.shape[wrong[0]],
            )
        left = [axis for axis in range(x.rank) if axis not in gone]
        names = tuple(x.axes[axis] for axis in left) if x.axes else ()
        return x.like(shape=tuple(x.shape[axis] for axis in left), axes=names)

    def _gone(self, shape: tuple[Dim, ...], axes: tuple[int, ...] | None) -> tuple[int, ...]:
        chosen = self.axes if axes is None else axes
        if chosen is None:
            return tuple(axis for axis, size in enumerate(shape) if size == 1)
        return normal_axes(self.title, chosen, len(shape))

    def forward(self, xp, x, axes=None):
        return xp.squeeze(x, axis=self._gone(x.shape, axes))


class Unsqueeze(Rearrangement):
    """out = x with new axes of size 1; ``axes`` counts in the result.

    Source: ONNX operator ``Unsqueeze`` 13; array API standard 2024.12, ``expand_dims``.

    Args:
        axes: where the new axes stand in the result.
    """

    axes: tuple[int, ...] = (0,)

    host = ("axes",)
    says = "Give {x} new axes of size 1 to get {out}."
    backward_says = "Give the gradient of {out} the shape of {x} back."
    why = "Nothing is computed, only rearranged: every element keeps its own gradient."

    def infer(self, x: TensorSpec, axes: TensorSpec | None = None) -> TensorSpec:
        if axes is not None and axes.value is None:
            return x.like(shape=(None,) * (x.rank + len(open_sizes(axes))), axes=())
        new = self._new(x.rank, None if axes is None else axes.value)
        sizes = iter(x.shape)
        return x.like(
            shape=tuple(1 if axis in new else next(sizes) for axis in range(x.rank + len(new))), axes=()
        )

    def _new(self, rank: int, axes: tuple[int, ...] | None) -> tuple[int, ...]:
        chosen = self.axes if axes is None else axes
        return normal_axes(self.title, chosen, rank + len(chosen))

    def forward(self, xp, x, axes=None):
        return xp.expand_dims(x, axis=self._new(x.ndim, axes))


class Transpose(Op):
    """out = x with its axes in another order.

    Source: array API standard 2024.12, ``permute_dims``; ONNX operator ``Transpose`` 13.

    Args:
        order: which axis of x stands at each place of the result; None turns the order round.
    """

    order: tuple[int, ...] | None = None

    symbol = "ᵀ"
    says = "Put the axes of {x} in another order to get {out}."
    backward_says = "Put the axes of the gradient of {out} back in the order of {x}."
    why = "Nothing is computed, only rearranged: every element keeps its own gradient."

    def infer(self, x: TensorSpec) -> TensorSpec:
        order = self._order(x.rank)
        if len(order) != x.rank:
            raise ShapeError(
                "transpose: x ({x}) has {rank} axes, but ({order}) names {count}; name each axis once",
                x=x,
                rank=x.rank,
                order=", ".join(map(str, order)),
                count=len(order),
            )
        names = tuple(x.axes[axis] for axis in order) if x.axes else ()
        return x.like(shape=tuple(x.shape[axis] for axis in order), axes=names)

    def _order(self, rank: int) -> tuple[int, ...]:
        if self.order is None:
            return tuple(reversed(range(rank)))
        normal_axes("transpose", self.order, rank)
        return tuple(axis % rank for axis in self.order)

    def forward(self, xp, x):
        return xp.permute_dims(x, self._order(x.ndim))

    def vjp(self, xp, g, out, x):
        order = self._order(x.ndim)
        return (xp.permute_dims(g, tuple(order.index(axis) for axis in range(x.ndim))),)


class Expand(Op):
    """out = x repeated along axes of size 1 until it has the shape; where that says 1, x keeps its size.

    Source: ONNX operator ``Expand`` 13.

    Args:
        shape: the shape to broadcast with.
    """

    shape: tuple[int, ...] = ()

    host = ("shape",)
    says = "Repeat {x} along its axes of size 1 to get {out}."
    backward_says = "Each element of {x} gets the sum of the gradients of its copies."
    why = "Every copy moves with the original, so their gradients add up."

    def infer(self, x: TensorSpec, shape: TensorSpec | None = None) -> TensorSpec:
        target = TensorSpec(self.shape)
        if shape is not None:
            target = TensorSpec(open_sizes(shape) if shape.value is None else shape.value)
        return x.like(shape=broadcast("expand", x=x, shape=target), axes=())

    def forward(self, xp, x, shape=None):
        wanted = self.shape if shape is None else shape
        rank = max(len(wanted), x.ndim)
        pairs = zip(
            (1,) * (rank - x.ndim) + tuple(x.shape), (1,) * (rank - len(wanted)) + wanted, strict=True
        )
        return xp.broadcast_to(x, tuple(old if new == 1 else new for old, new in pairs))

    def vjp(self, xp, g, out, x, shape=None):
        return (g,)
