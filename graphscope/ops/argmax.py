"""Where the largest or the smallest element stands."""

from __future__ import annotations

from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.functions import need_numbers
from graphscope.ops.reduction import normal_axes


class _Position(Op, abstract=True):
    """The place of an extreme along one axis, or among all elements read in order."""

    axis: int | None = None
    keepdims: bool = False
    last: bool = False

    backward_says = "A place is a whole number and has no slope, so no gradient passes."
    why = "A small change of {x} almost never changes which element wins, only by how much."

    def infer(self, x: TensorSpec) -> TensorSpec:
        need_numbers(self.title, x=x)
        gone = normal_axes(self.title, None if self.axis is None else (self.axis,), x.rank)
        kept = [1 if axis in gone else size for axis, size in enumerate(x.shape)]
        shape = tuple(size for axis, size in enumerate(kept) if self.keepdims or axis not in gone)
        return TensorSpec(shape, "int64")

    def find(self, xp, function, x):
        """What ``function`` finds, from the front or from the back."""
        if self.axis is None and x.ndim != 1:
            found = self.find_along(xp, function, xp.reshape(x, (-1,)), 0)
            return xp.reshape(found, (1,) * x.ndim) if self.keepdims else xp.reshape(found, ())
        return self.find_along(xp, function, x, self.axis or 0)

    def find_along(self, xp, function, x, axis):
        """The place along one axis."""
        if not self.last:
            return function(x, axis=axis, keepdims=self.keepdims)
        return x.shape[axis] - 1 - function(xp.flip(x, axis=axis), axis=axis, keepdims=self.keepdims)


class ArgMax(_Position):
    """out = the place of the largest element along one axis.

    Source: array API standard 2024.12, ``argmax``; ONNX operator ``ArgMax`` 13.

    Args:
        axis: the axis to look along; None for all elements, read in order.
        keepdims: whether it stays, with size 1.
        last: whether of equal ones the last is meant, not the first.
    """

    says = "Find where the largest element of {x} stands along the axis to get {out}."

    def forward(self, xp, x):
        return self.find(xp, xp.argmax, x)


class ArgMin(_Position):
    """out = the place of the smallest element along one axis.

    Source: array API standard 2024.12, ``argmin``; ONNX operator ``ArgMin`` 13.

    Args:
        axis: the axis to look along; None for all elements, read in order.
        keepdims: whether it stays, with size 1.
        last: whether of equal ones the last is meant, not the first.
    """

    says = "Find where the smallest element of {x} stands along the axis to get {out}."

    def forward(self, xp, x):
        return self.find(xp, xp.argmin, x)
