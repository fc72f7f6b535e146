"""Elementwise operations of any number of operands: their sum, mean, largest and smallest."""

from __future__ import annotations

from functools import reduce
from operator import add

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, broadcast, promote
from graphscope.ops.base import Op
from graphscope.ops.functions import need_floating, need_numbers


class Several(Op, abstract=True):
    """One operand or more, broadcast to one shape."""

    def infer(self, *xs: TensorSpec) -> TensorSpec:
        if not xs:
            raise ShapeError("{operation} takes one operand or more (none given)", operation=self.title)
        named = {f"xs{place}": spec for place, spec in enumerate(xs)}
        need_numbers(self.title, **named)
        shape = broadcast(self.title, **named)
        axes = next((spec.axes for spec in xs if len(spec.axes) == len(shape)), ())
        return TensorSpec(shape, promote(*xs), axes)


class SumOf(Several):
    """out = xs₀ + xs₁ + …, broadcast.

    Source: ONNX operator ``Sum`` 13.
    """

    symbol = "sum"
    says = "Add up {xs}, element by element, to get {out}."
    backward_says = "Every operand gets the gradient of {out} as it is."
    why = "Add is a distributor: each operand moves the sum one for one."
    formulas = {"out": "xs₀ + xs₁ + …", "xs": "g"}

    def forward(self, xp, *xs):
        return reduce(add, xs)

    def vjp(self, xp, g, out, *xs):
        return (g,) * len(xs)


class MeanOf(Several):
    """out = (xs₀ + xs₁ + …) / n for n operands, broadcast.

    Source: ONNX operator ``Mean`` 13.
    """

    symbol = "mean"
    says = "Average {xs}, element by element, to get {out}."
    backward_says = "Every operand gets an equal share of the gradient of {out}."
    why = "Each of n operands moves the mean by 1/n of its own move."
    formulas = {"out": "(xs₀ + xs₁ + …) / n", "xs": "g / n"}

    def infer(self, *xs: TensorSpec) -> TensorSpec:
        need_floating(self.title, **{f"xs{place}": spec for place, spec in enumerate(xs)})
        return super().infer(*xs)

    def forward(self, xp, *xs):
        return reduce(add, xs) / len(xs)

    def vjp(self, xp, g, out, *xs):
        return (g / len(xs),) * len(xs)


class _ExtremeOf(Several, abstract=True):
    """The gradient goes to the operands that are the extreme, in equal shares."""

    def vjp(self, xp, g, out, *xs):
        hits = [xp.astype(x == out, out.dtype) for x in xs]
        share = g / reduce(add, hits)
        return tuple(share * hit for hit in hits)


class MaxOf(_ExtremeOf):
    """out = max(xs₀, xs₁, …), broadcast; equal ones share the gradient evenly.

    Source: ONNX operator ``Max`` 13; ties as in PyTorch's ``amax`` of a stack.
    """

    symbol = "max"
    says = "Take the largest of {xs}, element by element, to get {out}."
    backward_says = "The gradient of {out} goes to the operand that was the largest; equal ones share it."
    why = "Max is a router: only the operand that won can move the result."
    formulas = {"out": "max(xs₀, xs₁, …)", "xs": "g ⊙ [xs = out] / (how many are equal)"}

    def forward(self, xp, *xs):
        return reduce(xp.maximum, xs)


class MinOf(_ExtremeOf):
    """out = min(xs₀, xs₁, …), broadcast; equal ones share the gradient evenly.

    Source: ONNX operator ``Min`` 13; ties as in PyTorch's ``amin`` of a stack.
    """

    symbol = "min"
    says = "Take the smallest of {xs}, element by element, to get {out}."
    backward_says = "The gradient of {out} goes to the operand that was the smallest; equal ones share it."
    why = "Min is a router: only the operand that won can move the result."
    formulas = {"out": "min(xs₀, xs₁, …)", "xs": "g ⊙ [xs = out] / (how many are equal)"}

    def forward(self, xp, *xs):
        return reduce(xp.minimum, xs)
