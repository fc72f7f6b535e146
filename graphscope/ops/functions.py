"""Elementwise functions of one operand: exponentials, logarithms, roots, squares, absolute value, clipping."""

from __future__ import annotations

from math import inf, log, pi, sqrt

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op


def need_numbers(operation: str, **specs: TensorSpec) -> None:
    """Hold operands to be numbers, floating or whole.

    Raises:
        ShapeError: one is true or false.
    """
    for name, spec in specs.items():
        if spec.dtype == "bool":
            raise ShapeError(
                "{operation}: {name} must hold numbers, but it holds true and false; cast it",
                operation=operation,
                name=name,
            )


def need_floating(operation: str, **specs: TensorSpec) -> None:
    """Hold operands to be floating numbers.

    Raises:
        ShapeError: one is not.
    """
    for name, spec in specs.items():
        if not spec.floating:
            raise ShapeError(
                "{operation}: {name} must hold floating numbers, but it is {dtype}; cast it",
                operation=operation,
                name=name,
                dtype=spec.dtype,
            )


class Unary(Op, abstract=True):
    """One operand, one output of the same spec."""

    def infer(self, x: TensorSpec) -> TensorSpec:
        return x.like()


class Numeric(Unary, abstract=True):
    """One operand of numbers, floating or whole."""

    def infer(self, x: TensorSpec) -> TensorSpec:
        need_numbers(self.title, x=x)
        return x.like()


class Curve(Unary, abstract=True):
    """A function of floating numbers; a subclass writes its ``slope(xp, out, x)``, or the vjp itself."""

    def infer(self, x: TensorSpec) -> TensorSpec:
        need_floating(self.title, x=x)
        return x.like()

    def vjp(self, xp, g, out, x):
        return (g * self.slope(xp, out, x),)

    def slope(self, xp, out, x):
        """The derivative, element by element."""
        raise NotImplementedError


class Exp(Curve):
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


class Log(Curve):
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


class Sqrt(Curve):
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


class Square(Numeric):
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


class Abs(Numeric):
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


class Reciprocal(Curve):
    """out = 1 / x.

    Source: array API standard 2024.12, ``reciprocal``; ONNX operator ``Reciprocal`` 13.
    """

    symbol = "1/x"
    says = "Divide 1 by each element of {x} to get {out}."
    backward_says = "Multiply the gradient of {out} by minus the square of {out}."
    why = "The nearer {x} is to 0, the steeper its reciprocal; it always falls where {x} rises."

    def forward(self, xp, x):
        return 1 / x

    def slope(self, xp, out, x):
        return -(out * out)


class Rsqrt(Curve):
    """out = 1 / √x, for x > 0.

    Source: PyTorch ``rsqrt``.
    """

    symbol = "1/√"
    says = "Divide 1 by the square root of each element of {x} to get {out}."
    backward_says = "Multiply the gradient of {out} by minus half of the cube of {out}."
    why = "Normalizations divide by a root: near 0 the result explodes, and its gradient even more."

    def forward(self, xp, x):
        return 1 / xp.sqrt(x)

    def slope(self, xp, out, x):
        return -0.5 * (out * out * out)


class Log1p(Curve):
    """out = ln(1 + x), exact near 0.

    Source: array API standard 2024.12, ``log1p``.
    """

    symbol = "ln(1+x)"
    says = "Take the natural logarithm of 1 + {x} to get {out}."
    backward_says = "Divide the gradient of {out} by 1 + {x}."
    why = "Near 0 the logarithm of 1 + {x} is nearly {x} itself, so the gradient passes nearly unchanged."

    def forward(self, xp, x):
        return xp.log1p(x)

    def vjp(self, xp, g, out, x):
        return (g / (1 + x),)


class Expm1(Curve):
    """out = eˣ − 1, exact near 0.

    Source: array API standard 2024.12, ``expm1``.
    """

    symbol = "eˣ−1"
    says = "Raise e to the power {x} and take away 1 to get {out}."
    backward_says = "Multiply the gradient of {out} by {out} + 1."
    why = "Taking 1 away moves the exponential down but does not change its slope."

    def forward(self, xp, x):
        return xp.expm1(x)

    def slope(self, xp, out, x):
        return out + 1


class Log2(Curve):
    """out = log₂ x, for x > 0.

    Source: array API standard 2024.12, ``log2``.
    """

    symbol = "log₂"
    says = "Ask which power of 2 each element of {x} is to get {out}."
    backward_says = "Divide the gradient of {out} by {x} times ln 2."
    why = "Doubling {x} always adds 1: the larger {x} is, the less a small change counts."

    def forward(self, xp, x):
        return xp.log2(x)

    def vjp(self, xp, g, out, x):
        return (g / (x * log(2)),)


class Erf(Curve):
    """out = 2/√π · ∫ e⁻ᵗ² dt from 0 to x, the error function, in (−1, 1).

    Source: ONNX operator ``Erf`` 13.
    """

    says = "Squash {x} into the range from −1 to 1 with the error function to get {out}."
    backward_says = "Multiply the gradient of {out} by the bell curve over {x}."
    why = "It adds up the bell curve from the middle, so the bell curve is its slope."
    formulas = {"x": "g ⊙ 2/√π · exp(−x²)"}

    def forward(self, xp, x):
        return xp.erf(x)

    def slope(self, xp, out, x):
        return xp.exp(-(x * x)) * (2 / sqrt(pi))


class Clip(Numeric):
    """out = min(max(x, low), high); the gradient passes from low to high, both included, as in PyTorch.

    Where low is above high, out is high.

    Source: array API standard 2024.12, ``clip``; ONNX operator ``Clip`` 13.

    Args:
        low: the smallest value that may come out.
        high: the largest value that may come out.
    """

    low: float = -inf
    high: float = inf

    host = ("low", "high")
    says = "Hold each element of {x} between the two limits to get {out}."
    backward_says = (
        "The gradient of {out} passes where {x} lies between the limits and stops where it was held."
    )
    why = "Where a limit holds the value, moving {x} changes nothing, so nothing flows back."
    formulas = {"x": "g ⊙ [low ≤ x ≤ high]"}

    def infer(
        self, x: TensorSpec, low: TensorSpec | None = None, high: TensorSpec | None = None
    ) -> TensorSpec:
        return super().infer(x)

    def forward(self, xp, x, low=None, high=None):
        low, high = self._limits(xp, x, low, high)
        raised = x if low is None else xp.maximum(x, low)
        return raised if high is None else xp.minimum(raised, high)

    def vjp(self, xp, g, out, x, low=None, high=None):
        low, high = self._limits(xp, x, low, high)
        passed = g if low is None else xp.where(x >= low, g, 0)
        return (passed if high is None else xp.where(x <= high, passed, 0),)

    def _limits(self, xp, x, low, high):
        """The limits that hold anything; those of whole numbers are whole."""
        chosen = (self.low if low is None else low, self.high if high is None else high)
        if xp.isdtype(x.dtype, "integral"):
            return tuple(None if abs(limit) == inf else int(limit) for limit in chosen)
        return tuple(None if abs(limit) == inf else limit for limit in chosen)
