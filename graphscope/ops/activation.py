"""Activations: the elementwise bends between linear layers."""

from __future__ import annotations

from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op


class _Activation(Op, abstract=True):
    """One operand, one output of the same spec."""

    def infer(self, x: TensorSpec) -> TensorSpec:
        return x.like()


class Tanh(_Activation):
    """out = tanh(x), in (−1, 1).

    Source: array API standard 2024.12, ``tanh``.
    """

    says = "Squash {x} into the range from −1 to 1 with tanh to get {out}."
    backward_says = "Multiply the gradient of {out} by the slope of tanh, 1 − {out}²."
    why = "Tanh is steepest at 0 (slope 1) and flat far out (slope 0): a saturated unit passes no gradient."

    def forward(self, xp, x):
        return xp.tanh(x)

    def vjp(self, xp, g, out, x):
        return (g * (1 - out * out),)
