"""The circular and the hyperbolic functions of one operand, and their inverses."""

from __future__ import annotations

from graphscope.ops.functions import Curve


class _Function(Curve, abstract=True):
    """A function that the array API standard has under the same name in small letters."""

    def forward(self, xp, x):
        return getattr(xp, self.name.lower())(x)


class Sin(_Function):
    """out = sin x, x in radians.

    Source: array API standard 2024.12, ``sin``.
    """

    says = "Take the sine of each element of {x} to get {out}."
    backward_says = "Multiply the gradient of {out} by the cosine of {x}."
    why = "A wave is steepest where it crosses 0 and flat at its tops."

    def slope(self, xp, out, x):
        return xp.cos(x)


class Cos(_Function):
    """out = cos x, x in radians.

    Source: array API standard 2024.12, ``cos``.
    """

    says = "Take the cosine of each element of {x} to get {out}."
    backward_says = "Multiply the gradient of {out} by minus the sine of {x}."
    why = "A wave is steepest where it crosses 0 and flat at its tops."

    def slope(self, xp, out, x):
        return -xp.sin(x)


class Tan(_Function):
    """out = tan x, x in radians.

    Source: array API standard 2024.12, ``tan``.
    """

    says = "Take the tangent of each element of {x} to get {out}."
    backward_says = "Multiply the gradient of {out} by 1 + {out}²."
    why = "The tangent grows without bounds towards a right angle, and its slope even faster."

    def slope(self, xp, out, x):
        return 1 + out * out


class Asin(_Function):
    """out = arcsin x, for x from −1 to 1.

    Source: array API standard 2024.12, ``asin``.
    """

    says = "Find the angle {out} whose sine is {x}."
    backward_says = "Divide the gradient of {out} by √(1 − {x}²)."
    why = "At −1 and 1 the sine is flat, so its inverse is infinitely steep there."

    def vjp(self, xp, g, out, x):
        return (g / xp.sqrt(1 - x * x),)


class Acos(_Function):
    """out = arccos x, for x from −1 to 1.

    Source: array API standard 2024.12, ``acos``.
    """

    says = "Find the angle {out} whose cosine is {x}."
    backward_says = "Divide the gradient of {out} by −√(1 − {x}²)."
    why = "At −1 and 1 the cosine is flat, so its inverse is infinitely steep there."

    def vjp(self, xp, g, out, x):
        return (-g / xp.sqrt(1 - x * x),)


class Atan(_Function):
    """out = arctan x, in (−π/2, π/2).

    Source: array API standard 2024.12, ``atan``.
    """

    says = "Find the angle {out} whose tangent is {x}."
    backward_says = "Divide the gradient of {out} by 1 + {x}²."
    why = "Far out the angle hardly changes any more, so little gradient passes."

    def vjp(self, xp, g, out, x):
        return (g / (1 + x * x),)


class Sinh(_Function):
    """out = (eˣ − e⁻ˣ) / 2.

    Source: array API standard 2024.12, ``sinh``.
    """

    says = "Take the hyperbolic sine of each element of {x} to get {out}."
    backward_says = "Multiply the gradient of {out} by the hyperbolic cosine of {x}."
    why = "Half of the difference of two exponentials: its slope is half of their sum."

    def slope(self, xp, out, x):
        return xp.cosh(x)


class Cosh(_Function):
    """out = (eˣ + e⁻ˣ) / 2.

    Source: array API standard 2024.12, ``cosh``.
    """

    says = "Take the hyperbolic cosine of each element of {x} to get {out}."
    backward_says = "Multiply the gradient of {out} by the hyperbolic sine of {x}."
    why = "Half of the sum of two exponentials: its slope is half of their difference."

    def slope(self, xp, out, x):
        return xp.sinh(x)


class Asinh(_Function):
    """out = ln(x + √(x² + 1)).

    Source: array API standard 2024.12, ``asinh``.
    """

    says = "Find the number {out} whose hyperbolic sine is {x}."
    backward_says = "Divide the gradient of {out} by √({x}² + 1)."
    why = "It is nearly {x} near 0 and a logarithm far out, where little gradient passes."

    def vjp(self, xp, g, out, x):
        return (g / xp.sqrt(x * x + 1),)


class Acosh(_Function):
    """out = ln(x + √(x² − 1)), for x ≥ 1.

    Source: array API standard 2024.12, ``acosh``.
    """

    says = "Find the number {out}, not negative, whose hyperbolic cosine is {x}."
    backward_says = "Divide the gradient of {out} by √({x}² − 1)."
    why = "At 1 the hyperbolic cosine is flat, so its inverse is infinitely steep there."

    def vjp(self, xp, g, out, x):
        return (g / xp.sqrt(x * x - 1),)


class Atanh(_Function):
    """out = ½ ln((1 + x) / (1 − x)), for x between −1 and 1.

    Source: array API standard 2024.12, ``atanh``.
    """

    says = "Find the number {out} whose hyperbolic tangent is {x}."
    backward_says = "Divide the gradient of {out} by 1 − {x}²."
    why = "What tanh squashes this stretches: near −1 and 1 the gradient explodes."

    def vjp(self, xp, g, out, x):
        return (g / (1 - x * x),)
