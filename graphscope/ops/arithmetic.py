"""Elementwise arithmetic with broadcasting: add, subtract, multiply, divide, negate, power."""

from __future__ import annotations

from graphscope.graph.spec import TensorSpec, broadcast, promote
from graphscope.ops.base import Op


class _Elementwise(Op, abstract=True):
    """Two operands, element by element, broadcast to one shape."""

    def infer(self, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        shape = broadcast(self.title, x=x, y=y)
        axes = next((spec.axes for spec in (x, y) if len(spec.axes) == len(shape)), ())
        return TensorSpec(shape, promote(x, y), axes)


class Add(_Elementwise):
    """out = x + y, broadcast.

    Source: array API standard 2024.12, ``add``.
    """

    symbol = "+"
    says = "Add {x} and {y}, element by element, to get {out}."
    backward_says = "Adding hands the gradient of {out} unchanged to {x} and to {y}."
    why = "Add is a distributor: both operands move the sum one for one, so both get the gradient as it is."

    def forward(self, xp, x, y):
        return x + y

    def vjp(self, xp, g, out, x, y):
        return g, g


class Mul(_Elementwise):
    """out = x ⊙ y, broadcast.

    Source: array API standard 2024.12, ``multiply``.
    """

    symbol = "×"
    says = "Multiply {x} by {y}, element by element, to get {out}."
    backward_says = "Each factor gets the gradient of {out} times the other factor."
    why = "Multiply is a switcher: how much one factor matters is the size of the other."

    def forward(self, xp, x, y):
        return x * y

    def vjp(self, xp, g, out, x, y):
        return g * y, g * x
