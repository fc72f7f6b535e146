"""Elementwise functions of one operand: exponential, logarithm, roots, squares, absolute value, clipping."""

from __future__ import annotations

from math import inf

from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op


class Unary(Op, abstract=True):
    """One operand, one output of the same spec."""

    def infer(self, x: TensorSpec) -> TensorSpec:
        return x.like()


class Exp(Unary):
    """out = eˣ.

    Source: array API standard 2024.12, ``exp``.
    """

    says = "Raise e to the power {x}, element by element, to get {out}."
    backward_says = "Multiply the gradient of {out} by {out} itself."
    why = "The exponential is its own slope: where it is large it is also steep."

    def forward(self, xp, x):
        return xp.exp(x)

    def vjp(self, xp, g, out, x):
        return (g * out,)


class Log(Unary):
    """out = ln x, for x > 0.

    Source: array API standard 2024.12, ``log``.
    """

    symbol = "ln"
    says = "Take the natural logarithm of {x} to get {out}."
    backward_says = "Divide the gradient of {out} by {x}."
    why = (
        "The logarithm counts ratios: the smaller {x}, the more a small change matters; near 0 the gradient "
        "explodes."
    )

    def forward(self, xp, x):
        return xp.log(x)

    def vjp(self, xp, g, out, x):
        return (g / x,)


class Sqrt(Unary):
    """out = √x, for x ≥ 0; the slope at 0 is infinite.

    Source: array API standard 2024.12, ``sqrt``.
    """

    symbol = "√"
    says = "Take the square root of {x} to get {out}."
    backward_says = "Divide the gradient of {out} by twice {out}."
    why = "The root is steep near 0 and flattens out: at 0 the gradient is infinite."

    def forward(self, xp, x):
        return xp.sqrt(x)

    def vjp(self, xp, g, out, x):
        return (g / (2 * out),)


class Square(Unary):
    """out = x².

    Source: array API standard 2024.12, ``square``.
    """

    symbol = "x²"
    says = "Square each element of {x} to get {out}."
    backward_says = "Multiply the gradient of {out} by twice {x}."
    why = "The slope of x² is 2x: what is far from 0 is pulled back hardest."

    def forward(self, xp, x):
        return x * x

    def vjp(self, xp, g, out, x):
        return (2 * g * x,)


class Abs(Unary):
    """out = |x|; the gradient at 0 is taken as 0, as in PyTorch.

    Source: array API standard 2024.12, ``abs``.
    """

    symbol = "|x|"
    says = "Drop the sign of each element of {x} to get {out}."
    backward_says = "Multiply the gradient of {out} by the sign of {x}."
    why = "The slope is 1 on the right and −1 on the left: only the direction counts, not the size."

    def forward(self, xp, x):
        return xp.abs(x)

    def vjp(self, xp, g, out, x):
        return (g * xp.sign(x),)


class Clip(Unary):
    """out = min(max(x, low), high); the gradient passes from low to high, both included, as in PyTorch.

    Source: array API standard 2024.12, ``clip``.

    Args:
        low: the smallest value that may come out.
        high: the largest value that may come out.
    """

    low: float = -inf
    high: float = inf

    says = "Hold each element of {x} between the two limits to get {out}."
    backward_says = (
        "The gradient of {out} passes where {x} lies between the limits and stops where it was held."
    )
    why = "Where a limit holds the value, moving {x} changes nothing, so nothing flows back."
    formulas = {"x": "g ⊙ [low ≤ x ≤ high]"}

    def forward(self, xp, x):
        return xp.minimum(xp.maximum(x, self.low), self.high)

    def vjp(self, xp, g, out, x):
        return (xp.where((x >= self.low) & (x <= self.high), g, 0),)
