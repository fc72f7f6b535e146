"""Elementwise arithmetic with broadcasting: add, subtract, multiply, divide, powers, larger and smaller."""

from __future__ import annotations

from graphscope.graph.spec import TensorSpec, broadcast, promote
from graphscope.ops.base import Op
from graphscope.ops.functions import Unary


class Binary(Op, abstract=True):
    """Two operands, element by element, broadcast to one shape."""

    def infer(self, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        shape = broadcast(self.title, x=x, y=y)
        axes = next((spec.axes for spec in (x, y) if len(spec.axes) == len(shape)), ())
        return TensorSpec(shape, promote(x, y), axes)


class Add(Binary):
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


class Sub(Binary):
    """out = x − y, broadcast.

    Source: array API standard 2024.12, ``subtract``.
    """

    symbol = "−"
    says = "Subtract {y} from {x}, element by element, to get {out}."
    backward_says = "{x} gets the gradient of {out} as it is, {y} gets it with the sign turned."
    why = "A larger {y} makes the difference smaller, one for one: the same gradient, pushing the other way."

    def forward(self, xp, x, y):
        return x - y

    def vjp(self, xp, g, out, x, y):
        return g, -g


class Mul(Binary):
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


class Div(Binary):
    """out = x / y, broadcast; both floating.

    Source: array API standard 2024.12, ``divide``.
    """

    symbol = "÷"
    says = "Divide {x} by {y}, element by element, to get {out}."
    backward_says = "{x} gets the gradient of {out} divided by {y}; {y} gets minus that, times {out}."
    why = "A small divisor makes the quotient sensitive: near zero both gradients explode."

    def forward(self, xp, x, y):
        return x / y

    def vjp(self, xp, g, out, x, y):
        dx = g / y
        return dx, -dx * out


class Pow(Binary):
    """out = xʸ, broadcast; x gets no gradient where y = 0, y none where x = 0 ≤ y, as in PyTorch.

    Source: array API standard 2024.12, ``pow``.
    """

    symbol = "^"
    says = "Raise {x} to the power {y}, element by element, to get {out}."
    backward_says = (
        "{x} gets the gradient of {out} times {y} · {x} to the power {y} − 1; {y} gets it times {out} · ln "
        "{x}."
    )
    why = "The slope of a power is one power lower: that of x² is 2x, that of x³ is 3x²."
    formulas = {"x": "g ⊙ y ⊙ xʸ⁻¹", "y": "g ⊙ out ⊙ ln x"}

    def forward(self, xp, x, y):
        return x**y

    def vjp(self, xp, g, out, x, y, *, needs):
        dx = xp.where(y == 0, 0, g * y * x ** (y - 1)) if needs[0] else None
        dy = xp.where((x == 0) & (y >= 0), 0, g * out * xp.log(x)) if needs[1] else None
        return dx, dy


class Maximum(Binary):
    """out = max(x, y), element by element; equal ones get half of the gradient each, as in PyTorch.

    Source: array API standard 2024.12, ``maximum``.
    """

    symbol = "max"
    says = "Take the larger of {x} and {y}, element by element, to get {out}."
    backward_says = "The gradient of {out} goes to the larger operand; where both are equal, half to each."
    why = "Max is a router: only the operand that won can move the result."
    formulas = {"x": "g ⊙ [x > y]  (½ where equal)", "y": "g ⊙ [y > x]  (½ where equal)"}

    def forward(self, xp, x, y):
        return xp.maximum(x, y)

    def vjp(self, xp, g, out, x, y):
        shared = xp.where(x == y, g / 2, 0)
        return xp.where(x > y, g, shared), xp.where(y > x, g, shared)


class Minimum(Binary):
    """out = min(x, y), element by element; equal ones get half of the gradient each, as in PyTorch.

    Source: array API standard 2024.12, ``minimum``.
    """

    symbol = "min"
    says = "Take the smaller of {x} and {y}, element by element, to get {out}."
    backward_says = "The gradient of {out} goes to the smaller operand; where both are equal, half to each."
    why = "Min is a router: only the operand that won can move the result."
    formulas = {"x": "g ⊙ [x < y]  (½ where equal)", "y": "g ⊙ [y < x]  (½ where equal)"}

    def forward(self, xp, x, y):
        return xp.minimum(x, y)

    def vjp(self, xp, g, out, x, y):
        shared = xp.where(x == y, g / 2, 0)
        return xp.where(x < y, g, shared), xp.where(y < x, g, shared)


class Neg(Unary):
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
