"""Elementwise arithmetic with broadcasting: add, subtract, multiply, divide, powers, larger and smaller."""

from __future__ import annotations

from graphscope.graph.spec import TensorSpec, broadcast, promote
from graphscope.ops.base import Op
from graphscope.ops.functions import Numeric, need_numbers


class Binary(Op, abstract=True):
    """Two operands, element by element, broadcast to one shape."""

    def infer(self, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        shape = broadcast(self.title, x=x, y=y)
        axes = next((spec.axes for spec in (x, y) if len(spec.axes) == len(shape)), ())
        return TensorSpec(shape, promote(x, y), axes)


class BinaryNumeric(Binary, abstract=True):
    """Two operands of numbers, floating or whole."""

    def infer(self, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        need_numbers(self.title, x=x, y=y)
        return super().infer(x, y)


def whole(xp, x):
    """Whether an array holds whole numbers."""
    return xp.isdtype(x.dtype, "integral")


def truncated(xp, x, y):
    """x / y for whole numbers, without what stands after the point."""
    floored = x // y
    below = (floored * y != x) & ((x < 0) != (y < 0))
    return floored + xp.astype(below, x.dtype)


class Add(BinaryNumeric):
    """out = x + y, broadcast.

    Source: array API standard 2024.12, ``add``.
    """

    symbol = "+"
    says = "Add {x} and {y}, element by element, to get {out}."
    backward_says = "Adding hands the gradient of {out} unchanged to {x} and to {y}."
    backward_parts = {
        "x": "{x} gets the gradient of {out} as it is.",
        "y": "{y} gets the gradient of {out} as it is.",
    }
    why = "Add is a distributor: each operand moves the sum one for one, so its gradient is that of the sum."

    def forward(self, xp, x, y):
        return x + y

    def vjp(self, xp, g, out, x, y):
        return g, g


class Sub(BinaryNumeric):
    """out = x − y, broadcast.

    Source: array API standard 2024.12, ``subtract``.
    """

    symbol = "−"
    says = "Subtract {y} from {x}, element by element, to get {out}."
    backward_says = "{x} gets the gradient of {out} as it is, {y} gets it with the sign turned."
    backward_parts = {
        "x": "{x} gets the gradient of {out} as it is.",
        "y": "{y} gets the gradient of {out} with the sign turned.",
    }
    why = "A larger {y} makes the difference smaller, one for one: the same gradient, pushing the other way."

    def forward(self, xp, x, y):
        return x - y

    def vjp(self, xp, g, out, x, y):
        return g, -g


class Mul(BinaryNumeric):
    """out = x ⊙ y, broadcast.

    Source: array API standard 2024.12, ``multiply``.
    """

    symbol = "×"
    says = "Multiply {x} by {y}, element by element, to get {out}."
    backward_says = "Each factor gets the gradient of {out} times the other factor."
    backward_parts = {
        "x": "{x} gets the gradient of {out} times {y}.",
        "y": "{y} gets the gradient of {out} times {x}.",
    }
    why = "Multiply is a switcher: how much one factor matters is the size of the other."

    def forward(self, xp, x, y):
        return x * y

    def vjp(self, xp, g, out, x, y):
        return g * y, g * x


class Div(BinaryNumeric):
    """out = x / y, broadcast; for whole numbers without what stands after the point, as in ONNX.

    Source: array API standard 2024.12, ``divide``; ONNX operator ``Div`` 14.
    """

    symbol = "÷"
    says = "Divide {x} by {y}, element by element, to get {out}."
    backward_says = "{x} gets the gradient of {out} divided by {y}; {y} gets minus that, times {out}."
    backward_parts = {
        "x": "{x} gets the gradient of {out} divided by {y}.",
        "y": "{y} gets minus the gradient of {out} times {out}, divided by itself.",
    }
    why = "A small divisor makes the quotient sensitive: near zero the gradients explode."

    def forward(self, xp, x, y):
        return truncated(xp, x, y) if whole(xp, x) else x / y

    def vjp(self, xp, g, out, x, y):
        dx = g / y
        return dx, -dx * out


class FloorDivide(BinaryNumeric):
    """out = ⌊x / y⌋, broadcast: Python's ``//``.

    Source: array API standard 2024.12, ``floor_divide``.
    """

    symbol = "//"
    says = "Ask how many times {y} goes into {x}, rounded down, to get {out}."
    backward_says = "Between its jumps {out} does not move, so {x} and {y} get a gradient of 0."
    backward_parts = {
        "x": "Between its jumps {out} does not move, so {x} gets a gradient of 0.",
        "y": "Between its jumps {out} does not move, so {y} gets a gradient of 0.",
    }
    why = "Stairs are flat: a small change of {x} almost never changes the result."

    def forward(self, xp, x, y):
        return x // y

    def vjp(self, xp, g, out, x, y):
        return xp.zeros_like(x), xp.zeros_like(y)


class Mod(BinaryNumeric):
    """out = x − ⌊x / y⌋ · y, broadcast: what is left of x; its sign is that of y, as in Python.

    Source: array API standard 2024.12, ``remainder``; ONNX operator ``Mod`` 13.

    Args:
        fmod: whether the sign is that of x, as in C.
    """

    fmod: bool = False

    symbol = "mod"
    says = "Take away from {x} as many whole {y} as go into it, and keep the rest {out}."
    backward_says = (
        "{x} gets the gradient of {out} as it is; {y} gets it times minus how often {y} was taken away."
    )
    backward_parts = {
        "x": "{x} gets the gradient of {out} as it is.",
        "y": "{y} gets the gradient of {out} times minus how often it was taken away.",
    }
    why = "The rest moves with {x} one for one, until it jumps back to 0."

    def forward(self, xp, x, y):
        if not self.fmod:
            return x % y
        rest = xp.abs(x) % xp.abs(y)
        return xp.where(x < 0, -rest, rest)

    def vjp(self, xp, g, out, x, y):
        times = xp.trunc(x / y) if self.fmod else xp.floor(x / y)
        return g, -g * times


class Pow(Binary):
    """out = xʸ, broadcast, in the type of x; the exponent y may be of another type.

    x gets no gradient where y = 0, y none where x = 0 ≤ y, as in PyTorch. A power of a whole number with a
    negative exponent loses what stands after the point.

    Source: array API standard 2024.12, ``pow``; ONNX operator ``Pow`` 15.
    """

    symbol = "^"
    says = "Raise {x} to the power {y}, element by element, to get {out}."
    backward_says = (
        "{x} gets the gradient of {out} times {y} · {x} to the power {y} − 1; {y} gets it times {out} · ln "
        "{x}."
    )
    backward_parts = {
        "x": "{x} gets the gradient of {out} times {y} · {x} to the power {y} − 1.",
        "y": "{y} gets the gradient of {out} times {out} · ln {x}.",
    }
    why = "The slope of a power is one power lower: that of x² is 2x, that of x³ is 3x²."
    formulas = {"x": "g ⊙ y ⊙ x^(y − 1)", "y": "g ⊙ out ⊙ ln x"}

    def infer(self, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        need_numbers(self.title, x=x, y=y)
        return super().infer(x, y.like(dtype=x.dtype))

    def forward(self, xp, x, y):
        if whole(xp, x):
            return _power_of_whole(xp, x, y) if whole(xp, y) else _by_floating(xp, x, y)
        return x ** self._exponent(xp, x, y)

    def vjp(self, xp, g, out, x, y, *, needs):
        y = self._exponent(xp, x, y)
        dx = xp.where(y == 0, 0, g * y * x ** (y - 1)) if needs[0] else None
        dy = xp.where((x == 0) & (y >= 0), 0, g * out * xp.log(x)) if needs[1] else None
        return dx, dy

    def _exponent(self, xp, x, y):
        return y if y.dtype == x.dtype else xp.astype(y, x.dtype)


def _power_of_whole(xp, x, y):
    """Whole numbers to a whole power; of negative powers only those of 1 and −1 are not 0."""
    y = y if y.dtype == x.dtype else xp.astype(y, x.dtype)
    raised = x ** xp.maximum(y, 0)
    if xp.isdtype(x.dtype, "unsigned integer"):
        return raised
    inverse = xp.where(xp.abs(x) == 1, x ** (y & 1), 0)
    return xp.where(y < 0, inverse, raised)


def _by_floating(xp, x, y):
    return xp.astype(xp.astype(x, xp.float64) ** xp.astype(y, xp.float64), x.dtype)


class Maximum(BinaryNumeric):
    """out = max(x, y), element by element; equal ones get half of the gradient each, as in PyTorch.

    Source: array API standard 2024.12, ``maximum``.
    """

    symbol = "max"
    says = "Take the larger of {x} and {y}, element by element, to get {out}."
    backward_says = "The gradient of {out} goes to the larger operand; where both are equal, half to each."
    backward_parts = {
        "x": "{x} gets the gradient of {out} where it is the larger, and half of it where both are equal.",
        "y": "{y} gets the gradient of {out} where it is the larger, and half of it where both are equal.",
    }
    why = "Max is a router: only the operand that won can move the result."
    formulas = {"x": "g ⊙ [x > y]  (½ where equal)", "y": "g ⊙ [y > x]  (½ where equal)"}

    def forward(self, xp, x, y):
        return xp.maximum(x, y)

    def vjp(self, xp, g, out, x, y):
        shared = xp.where(x == y, g / 2, 0)
        return xp.where(x > y, g, shared), xp.where(y > x, g, shared)


class Minimum(BinaryNumeric):
    """out = min(x, y), element by element; equal ones get half of the gradient each, as in PyTorch.

    Source: array API standard 2024.12, ``minimum``.
    """

    symbol = "min"
    says = "Take the smaller of {x} and {y}, element by element, to get {out}."
    backward_says = "The gradient of {out} goes to the smaller operand; where both are equal, half to each."
    backward_parts = {
        "x": "{x} gets the gradient of {out} where it is the smaller, and half of it where both are equal.",
        "y": "{y} gets the gradient of {out} where it is the smaller, and half of it where both are equal.",
    }
    why = "Min is a router: only the operand that won can move the result."
    formulas = {"x": "g ⊙ [x < y]  (½ where equal)", "y": "g ⊙ [y < x]  (½ where equal)"}

    def forward(self, xp, x, y):
        return xp.minimum(x, y)

    def vjp(self, xp, g, out, x, y):
        shared = xp.where(x == y, g / 2, 0)
        return xp.where(x < y, g, shared), xp.where(y < x, g, shared)


class Neg(Numeric):
    """out = −x.

    Source: array API standard 2024.12, ``negative``.
    """

    symbol = "−"
    says = "Turn the sign of {x} to get {out}."
    backward_says = "{x} gets the gradient of {out} with the sign turned."
    why = "What makes {out} larger makes {x} smaller, one for one."

    def forward(self, xp, x):
        return -x

    def vjp(self, xp, g, out, x):
        return (-g,)
