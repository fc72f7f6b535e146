"""Filling: tensors made from numbers or sizes alone: ranges, constants, unit matrices, one-hot rows, shapes."""

from __future__ import annotations

from math import ceil, isfinite
from typing import Any

from graphscope.errors import ShapeError
from graphscope.graph.spec import FLOATING, TensorSpec, same_size
from graphscope.ops.base import Op
from graphscope.ops.places import check_whole, spread
from graphscope.ops.reduction import open_sizes
from graphscope.ops.shaping import normal_axis, total


def plain_number(value: Any) -> Any:
    """A host operand that is one number; exporters write it as a scalar or as a vector of one."""
    return value[0] if isinstance(value, tuple) else value


class Range(Op):
    """out = start, start + delta, start + 2 · delta, … up to but not including the limit; no gradient.

    Source: ONNX operator ``Range`` 27; array API standard 2024.12, ``arange``.

    Args:
        start: the first number.
        limit: where to stop.
        delta: how far to go each time.
        dtype: the name of the type, such as "int64".
    """

    start: float = 0
    limit: float = 0
    delta: float = 1
    dtype: str = "int64"

    host = ("start", "limit", "delta")
    says = "Count in equal steps to get {out}."
    backward_says = "A row of numbers is made of sizes, not of values, so no gradient passes."
    why = "Counting depends on nothing that is learned."
    formulas = {"out": "start + i · delta"}

    def infer(self, start=None, limit=None, delta=None) -> TensorSpec:
        given = (start, limit, delta)
        if any(spec is not None and spec.value is None for spec in given):
            return TensorSpec((None,), self.dtype)
        return TensorSpec((self._count(*(spec and spec.value for spec in given)),), self.dtype)

    def _numbers(self, start, limit, delta):
        fields = (self.start, self.limit, self.delta)
        pairs = zip((start, limit, delta), fields, strict=True)
        return tuple(field if given is None else plain_number(given) for given, field in pairs)

    def _count(self, *given: Any) -> int:
        start, limit, delta = self._numbers(*given)
        if delta == 0 or not all(map(isfinite, (start, limit, delta))):
            raise ShapeError(
                "range: from {start} to {limit} in steps of {delta} never ends; give finite numbers and a step",
                start=start,
                limit=limit,
                delta=delta,
            )
        whole = all(isinstance(each, int) for each in (start, limit, delta))
        return max(int(-((start - limit) // delta)) if whole else ceil((limit - start) / delta), 0)

    def forward(self, xp, start=None, limit=None, delta=None):
        first, _, step = self._numbers(start, limit, delta)
        numbers = xp.arange(self._count(start, limit, delta))
        if self.dtype in FLOATING:
            numbers = xp.astype(numbers, xp.float64)
        return xp.astype(numbers * step + first, getattr(xp, self.dtype), copy=False)


class ConstantOfShape(Op):
    """out = one number everywhere, in a given shape; a view of one number takes no memory; no gradient.

    Source: ONNX operator ``ConstantOfShape`` 25; array API standard 2024.12, ``full``.

    Args:
        shape: the sizes.
        value: the number.
        dtype: the name of the type.
    """

    shape: tuple[int, ...] = ()
    value: float = 0.0
    dtype: str = "float32"

    host = ("shape",)
    symbol = "constant"
    says = "Put one number everywhere to get {out}."
    backward_says = "A constant depends on nothing, so no gradient passes."
    why = "What is the same whatever happens cannot be blamed for the loss."
    formulas = {"out": "value"}

    def infer(self, shape: TensorSpec | None = None) -> TensorSpec:
        if shape is not None and shape.value is None:
            return TensorSpec(open_sizes(shape), self.dtype)
        sizes = self.shape if shape is None else shape.value
        if any(size < 0 for size in sizes):
            raise ShapeError("{operation}: no size may be {size}", operation=self.title, size=min(sizes))
        return TensorSpec(tuple(sizes), self.dtype)

    def forward(self, xp, shape=None):
        number = xp.full((), self.value, dtype=getattr(xp, self.dtype))
        return xp.broadcast_to(number, self.shape if shape is None else shape)


class EyeLike(Op):
    """out = 1 on a diagonal and 0 elsewhere, in the shape of x; no gradient.

    Source: ONNX operator ``EyeLike`` 22; array API standard 2024.12, ``eye``.

    Args:
        k: which diagonal: 0 the main one, above it counted upwards.
        dtype: the name of the type; None for that of x.
    """

    k: int = 0
    dtype: str | None = None

    symbol = "I"
    says = "Make a matrix {out} of the shape of {x} with 1 on the diagonal and 0 elsewhere."
    backward_says = "Only the shape of {x} counts, not its values, so no gradient passes."
    why = "What is the same whatever happens cannot be blamed for the loss."

    def infer(self, x: TensorSpec) -> TensorSpec:
        if x.rank != 2:
            raise ShapeError("{operation}: x ({x}) must be a matrix", operation=self.title, x=x)
        return x.like(dtype=self.dtype or x.dtype, axes=())

    def forward(self, xp, x):
        kind = x.dtype if self.dtype is None else getattr(xp, self.dtype)
        return xp.eye(*x.shape, k=self.k, dtype=kind)


class OneHot(Op):
    """out = the value for "on" where the place along a new axis equals the index, that for "off" elsewhere.

    An index that does not exist is nowhere "on".

    Source: ONNX operator ``OneHot`` 11; PyTorch ``one_hot``.

    Args:
        depth: how many places the new axis has.
        axis: where the new axis stands in the result.
        dtype: the name of the type where no values are given, which are then 0 and 1.
    """

    depth: int = 2
    axis: int = -1
    dtype: str = "float32"

    host = ("depth",)
    symbol = "one hot"
    says = "Turn each number in {indices} into a row that is 1 at that place and 0 elsewhere to get {out}."
    backward_says = (
        "The values for “on” and “off” get the sums of the gradients where each stands; {indices} gets none."
    )
    why = "Every place of the result is a copy of one of two numbers, so their gradients add up."
    formulas = {"values": "(Σ g ⊙ [i ≠ indices], Σ g ⊙ [i = indices])"}

    def infer(self, indices: TensorSpec, depth=None, values: TensorSpec | None = None) -> TensorSpec:
        if indices.dtype == "bool":
            check_whole(self.title, indices)
        axis = normal_axis(self.title, self.axis, indices.rank + 1)
        size = self.depth if depth is None else depth.value and plain_number(depth.value)
        if values is not None and not (values.rank == 1 and same_size(values.shape[0], 2)):
            raise ShapeError("{operation}: the values for off and on are two numbers", operation=self.title)
        kind = self.dtype if values is None else values.dtype
        return TensorSpec((*indices.shape[:axis], size, *indices.shape[axis:]), kind)

    def _on(self, xp, indices, depth):
        """Where the place along the new axis is that of the index; negative ones count from its end."""
        size = self.depth if depth is None else int(plain_number(depth))
        rank = indices.ndim + 1
        axis = self.axis % rank
        whole = xp.astype(indices, xp.int64, copy=False)
        places = xp.expand_dims(xp.where(whole < 0, whole + size, whole), axis=axis)
        return places == spread(xp, xp.arange(size), axis, rank)

    def forward(self, xp, indices, depth=None, values=None):
        on = self._on(xp, indices, depth)
        if values is None:
            return xp.astype(on, getattr(xp, self.dtype))
        return xp.where(on, values[1], values[0])

    def vjp(self, xp, g, out, indices, depth=None, values=None):
        if values is None:
            return (None, None, None)
        on = self._on(xp, indices, depth)
        return None, None, xp.stack([xp.sum(xp.where(on, 0, g)), xp.sum(xp.where(on, g, 0))], axis=0)


class Shape(Op):
    """out = the sizes of x as numbers; no gradient.

    Source: ONNX operator ``Shape`` 25.

    Args:
        start: the first axis that is told; negative ones count from the end.
        end: the axis before which to stop; None for all that follow.
    """

    start: int = 0
    end: int | None = None

    says = "Read off the sizes of {x} to get {out}."
    backward_says = "Only the shape of {x} counts, not its values, so no gradient passes."
    why = "A small change of the elements does not change how many there are."
    formulas = {"out": "shape(x)"}

    def infer(self, x: TensorSpec) -> TensorSpec:
        sizes = x.shape[slice(self.start, self.end)]
        known = all(isinstance(size, int) for size in sizes)
        return TensorSpec((len(sizes),), "int64", value=sizes if known else None)

    def forward(self, xp, x):
        return xp.asarray(x.shape[slice(self.start, self.end)], dtype=xp.int64)


class Size(Op):
    """out = how many elements x has; no gradient.

    Source: ONNX operator ``Size`` 25.
    """

    says = "Count the elements of {x} to get {out}."
    backward_says = "Only the shape of {x} counts, not its values, so no gradient passes."
    why = "A small change of the elements does not change how many there are."
    formulas = {"out": "size(x)"}

    def infer(self, x: TensorSpec) -> TensorSpec:
        count = total(x.shape)
        return TensorSpec((), "int64", value=count if isinstance(count, int) else None)

    def forward(self, xp, x):
        return xp.asarray(total(tuple(x.shape)), dtype=xp.int64)
