"""Running sums and products along an axis."""

from __future__ import annotations

from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.functions import need_numbers
from graphscope.ops.reduction import normal_axes


class Accumulation(Op, abstract=True):
    """Each element takes in all that stand before it along one axis."""

    axis: int = 0
    exclusive: bool = False
    reverse: bool = False

    host = ("axis",)

    def infer(self, x: TensorSpec, axis: TensorSpec | None = None) -> TensorSpec:
        need_numbers(self.title, x=x)
        if axis is None or axis.value is not None:
            normal_axes(self.title, (self.along(None if axis is None else axis.value),), x.rank)
        return x.like()

    def along(self, axis):
        """The axis: that of the operand, which may be a vector of one, else the field's."""
        chosen = self.axis if axis is None else axis
        return chosen[0] if isinstance(chosen, tuple) else chosen

    def run(self, xp, function, x, axis, *, reverse, neutral):
        """The running result of ``function``, from the front or from the back."""
        turned = xp.flip(x, axis=axis) if reverse else x
        kind = x.dtype if xp.isdtype(x.dtype, "integral") else None
        result = function(turned, axis=axis, dtype=kind)
        if self.exclusive:
            front = (slice(None),) * (axis % x.ndim)
            first = xp.full_like(result[(*front, slice(0, 1), ...)], neutral)
            result = xp.concat([first, result[(*front, slice(0, -1), ...)]], axis=axis)
        return xp.flip(result, axis=axis) if reverse else result


class CumSum(Accumulation):
    """out = x₀, x₀ + x₁, … along one axis.

    Source: array API standard 2024.12, ``cumulative_sum``; ONNX operator ``CumSum`` 14.

    Args:
        axis: the axis to add up along.
        exclusive: whether each sum leaves out its own element.
        reverse: whether it runs from the end to the front.
    """

    symbol = "Σ≤"
    says = "Add up {x} step by step along the axis to get the running sum {out}."
    backward_says = "Each element of {x} gets the sum of the gradients of all running sums that it went into."
    why = "An element moves its own running sum and all later ones, so it hears from all of them."

    def forward(self, xp, x, axis=None):
        return self.run(xp, xp.cumulative_sum, x, self.along(axis), reverse=self.reverse, neutral=0)

    def vjp(self, xp, g, out, x, axis=None):
        back = not self.reverse
        return (self.run(xp, xp.cumulative_sum, g, self.along(axis), reverse=back, neutral=0),)


class CumProd(Accumulation):
    """out = x₀, x₀ · x₁, … along one axis; the gradient is right where elements are 0, too.

    Source: array API standard 2024.12, ``cumulative_prod``; ONNX operator ``CumProd`` 26.

    Args:
        axis: the axis to multiply along.
        exclusive: whether each product leaves out its own element.
        reverse: whether it runs from the end to the front.
    """

    symbol = "Π≤"
    says = "Multiply {x} step by step along the axis to get the running product {out}."
    backward_says = (
        "Each element of {x} gets, from all running products that it went into, the product of the others."
    )
    why = "Everything after a first 0 is 0 and stays so: only that 0 itself can change it."
    formulas = {"x": "Σ≥ (g ⊙ out) / x  (for the first 0: of the products without it)"}

    def forward(self, xp, x, axis=None):
        return self.run(xp, xp.cumulative_prod, x, self.along(axis), reverse=self.reverse, neutral=1)

    def vjp(self, xp, g, out, x, axis=None):
        along, back = self.along(axis), not self.reverse
        zero = x == 0
        first = zero & (self._zeros_up_to(xp, zero, x, along) == 1)
        product = xp.cumulative_prod
        without = self.run(xp, product, xp.where(first, 1, x), along, reverse=self.reverse, neutral=1)
        later = self.run(xp, xp.cumulative_sum, g * out, along, reverse=back, neutral=0)
        at_zero = self.run(xp, xp.cumulative_sum, g * without, along, reverse=back, neutral=0)
        return (xp.where(first, at_zero, xp.where(zero, 0, later / xp.where(zero, 1, x))),)

    def _zeros_up_to(self, xp, zero, x, axis):
        """How many zeros each element has met, itself among them."""
        count = xp.astype(zero, x.dtype)
        if self.reverse:
            return xp.flip(xp.cumulative_sum(xp.flip(count, axis=axis), axis=axis), axis=axis)
        return xp.cumulative_sum(count, axis=axis)
