"""Joining and cutting: tensors put one after the other or on top of each other, and taken apart again."""

from __future__ import annotations

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, promote, same_size
from graphscope.ops.base import Op
from graphscope.ops.shaping import normal_axis


class Concat(Op):
    """out = xs₀, xs₁, … one after the other along one axis.

    Source: array API standard 2024.12, ``concat``; ONNX operator ``Concat`` 13.

    Args:
        axis: the axis along which they are put together.
    """

    axis: int = 0

    says = "Put {xs} one after the other to get {out}."
    backward_says = "Cut the gradient of {out} into the parts that came from each operand."
    why = "Nothing is computed, only put together: every part gets its own gradient back."
    formulas = {"out": "xs₀ ‖ xs₁ ‖ …", "xs": "the part of g where it stood"}

    def infer(self, *xs: TensorSpec) -> TensorSpec:
        if not xs:
            raise ShapeError("concat takes one operand or more (none given)")
        axis = normal_axis(self.title, self.axis, xs[0].rank)
        shape = [_shared(self.title, axis, place, xs) for place in range(xs[0].rank)]
        lengths = [spec.shape[axis] for spec in xs]
        known = [size for size in lengths if isinstance(size, int)]
        shape[axis] = sum(known) if len(known) == len(xs) else lengths[0] if len(xs) == 1 else None
        return xs[0].like(shape=tuple(shape), dtype=promote(*xs))

    def forward(self, xp, *xs):
        return xp.concat(xs, axis=self.axis)

    def vjp(self, xp, g, out, *xs):
        return cut(g, [x.shape[self.axis] for x in xs], self.axis)


def _shared(operation: str, axis: int, place: int, xs: tuple[TensorSpec, ...]) -> Dim:
    """The size that all have at one place; a number is preferred to a name."""
    if any(spec.rank != xs[0].rank for spec in xs) or (
        place != axis
        and not all(same_size(spec.shape[place], other.shape[place]) for spec in xs for other in xs)
    ):
        raise ShapeError(
            "{operation}: {shapes} do not fit together along axis {axis}; all other sizes must be equal",
            operation=operation,
            shapes=", ".join(map(str, xs)),
            axis=axis,
        )
    return common([spec.shape[place] for spec in xs])


def common(sizes: list[Dim]) -> Dim:
    """One size for several that are equal: a number is preferred to a name, different names leave it open."""
    return next((size for size in sizes if isinstance(size, int)), sizes[0] if len(set(sizes)) == 1 else None)


def cut(x, sizes, axis):
    """Views of x, one after the other along an axis, with the given sizes."""
    front = (slice(None),) * (axis % x.ndim)
    parts, start = [], 0
    for size in sizes:
        parts.append(x[(*front, slice(start, start + size), ...)])
        start += size
    return tuple(parts)


def layers(x, axis):
    """Views of x, one for each place along an axis, without that axis."""
    front = (slice(None),) * (axis % x.ndim)
    return tuple(x[(*front, place, ...)] for place in range(x.shape[axis]))


class Split(Op):
    """outs₀, outs₁, … = x cut into parts along one axis.

    Source: ONNX operator ``Split`` 18.

    Args:
        parts: how many parts, as equal as can be (the last may be smaller); not used where sizes are given.
        sizes: the size of each part.
        axis: the axis along which to cut.
    """

    parts: int = 2
    sizes: tuple[int, ...] | None = None
    axis: int = 0

    outputs = ("*outs",)
    host = ("sizes",)
    says = "Cut {x} into parts to get {outs}."
    backward_says = (
        "Put the gradients of {outs} together again; a part that the loss does not use counts as 0."
    )
    why = "Nothing is computed, only cut: every element keeps its own gradient."
    formulas = {"outs": "parts of x", "x": "g₀ ‖ g₁ ‖ …"}

    def infer(self, x: TensorSpec, sizes: TensorSpec | None = None) -> tuple[TensorSpec, ...]:
        axis = normal_axis(self.title, self.axis, x.rank)
        if sizes is not None and sizes.value is None:
            count = sizes.shape[0] if sizes.rank == 1 else None
            return self._cut(x, axis, (None,) * (count if isinstance(count, int) else self.parts))
        given = self.sizes if sizes is None else sizes.value
        length = x.shape[axis]
        if not isinstance(length, int):
            return self._cut(x, axis, given or (None,) * self.parts)
        made = self._sizes(length, given)
        if sum(made) != length or min(made) < 0:
            raise ShapeError(
                "split: parts of sizes {sizes} do not add up to {length}, the size of axis {axis} of x ({x})",
                sizes=", ".join(map(str, made)),
                length=length,
                axis=axis,
                x=x,
            )
        return self._cut(x, axis, made)

    def _cut(self, x: TensorSpec, axis: int, sizes: tuple[Dim, ...]) -> tuple[TensorSpec, ...]:
        return tuple(x.like(shape=(*x.shape[:axis], size, *x.shape[axis + 1 :])) for size in sizes)

    def _sizes(self, length, sizes=None):
        given = self.sizes if sizes is None else sizes
        if given is not None:
            return given
        whole = -(-length // self.parts)
        return (*(whole for _ in range(self.parts - 1)), length - whole * (self.parts - 1))

    def forward(self, xp, x, sizes=None):
        return cut(x, self._sizes(x.shape[self.axis], sizes), self.axis)

    def vjp(self, xp, g, out, x, sizes=None):
        parts = [xp.zeros_like(part) if each is None else each for each, part in zip(g, out, strict=True)]
        return (xp.concat(parts, axis=self.axis),)


class Stack(Op):
    """out = xs₀, xs₁, … on top of each other, along a new axis.

    Source: array API standard 2024.12, ``stack``; ONNX operator ``ConcatFromSequence`` 11 with a new axis.

    Args:
        axis: where the new axis stands in the result.
    """

    axis: int = 0

    says = "Put {xs} on top of each other along a new axis to get {out}."
    backward_says = "Take the gradient of {out} apart: each operand gets its own layer back."
    why = "Nothing is computed, only put together: every part gets its own gradient back."
    formulas = {"out": "xs₀, xs₁, … along a new axis", "xs": "its layer of g …"}

    def infer(self, *xs: TensorSpec) -> TensorSpec:
        if not xs or any(
            spec.rank != xs[0].rank or not all(map(same_size, spec.shape, xs[0].shape)) for spec in xs
        ):
            raise ShapeError(
                "stack: it takes one operand or more of the same shape, not {shapes}",
                shapes=", ".join(map(str, xs)) or "-",
            )
        axis = normal_axis(self.title, self.axis, xs[0].rank + 1)
        shape = [common([spec.shape[place] for spec in xs]) for place in range(xs[0].rank)]
        return xs[0].like(shape=(*shape[:axis], len(xs), *shape[axis:]), dtype=promote(*xs), axes=())

    def forward(self, xp, *xs):
        return xp.stack(xs, axis=self.axis)

    def vjp(self, xp, g, out, *xs):
        return layers(g, self.axis)


class Unstack(Op):
    """outs₀, outs₁, … = the layers of x along one axis, without that axis.

    Source: array API standard 2024.12, ``unstack``; PyTorch ``unbind``.

    Args:
        parts: how many layers there are.
        axis: the axis along which they lie.
    """

    parts: int = 2
    axis: int = 0

    outputs = ("*outs",)
    says = "Take {x} apart along one axis to get its layers {outs}."
    backward_says = (
        "Put the gradients of {outs} on top of each other again; a layer that the loss does not use counts "
        "as 0."
    )
    why = "Nothing is computed, only cut: every element keeps its own gradient."
    formulas = {"outs": "layers of x", "x": "g₀, g₁, … along the axis"}

    def infer(self, x: TensorSpec) -> tuple[TensorSpec, ...]:
        axis = normal_axis(self.title, self.axis, x.rank)
        if not same_size(x.shape[axis], self.parts):
            raise ShapeError(
                "unstack: axis {axis} of x ({x}) has {size} layers, but {parts} are wanted; "
                "give the number that there are",
                axis=axis,
                x=x,
                size=x.shape[axis],
                parts=self.parts,
            )
        names = (*x.axes[:axis], *x.axes[axis + 1 :])
        return (x.like(shape=(*x.shape[:axis], *x.shape[axis + 1 :]), axes=names),) * self.parts

    def forward(self, xp, x):
        return layers(x, self.axis)

    def vjp(self, xp, g, out, x):
        parts = [xp.zeros_like(part) if each is None else each for each, part in zip(g, out, strict=True)]
        return (xp.stack(parts, axis=self.axis),)
