"""Rounding to whole numbers, and the sign: steps whose slope is 0 wherever they have one."""

from __future__ import annotations

from graphscope.ops.functions import Numeric


class _Stairs(Numeric, abstract=True):
    """A function that is flat between its jumps: its gradient is 0, as in PyTorch."""

    backward_says = "Between its jumps {out} does not move, so {x} gets a gradient of 0."
    why = "Stairs are flat: a small change of {x} almost never changes the result."
    formulas = {"x": "0"}

    def vjp(self, xp, g, out, x):
        return (xp.zeros_like(x),)


class Floor(_Stairs):
    """out = ⌊x⌋, the next whole number below.

    Source: array API standard 2024.12, ``floor``; ONNX operator ``Floor`` 13.
    """

    symbol = "⌊x⌋"
    says = "Round each element of {x} down to a whole number to get {out}."

    def forward(self, xp, x):
        return xp.floor(x)


class Ceil(_Stairs):
    """out = ⌈x⌉, the next whole number above.

    Source: array API standard 2024.12, ``ceil``; ONNX operator ``Ceil`` 13.
    """

    symbol = "⌈x⌉"
    says = "Round each element of {x} up to a whole number to get {out}."

    def forward(self, xp, x):
        return xp.ceil(x)


class Round(_Stairs):
    """out = the nearest whole number to x; what lies in the middle goes to the even one.

    Source: array API standard 2024.12, ``round``; ONNX operator ``Round`` 22.
    """

    says = "Round each element of {x} to the nearest whole number, halves to the even one, to get {out}."

    def forward(self, xp, x):
        return xp.round(x)


class Trunc(_Stairs):
    """out = x without its digits after the point.

    Source: array API standard 2024.12, ``trunc``.
    """

    says = "Cut off what stands after the point of each element of {x} to get {out}."

    def forward(self, xp, x):
        return xp.trunc(x)


class Sign(_Stairs):
    """out = −1, 0 or 1, as x is negative, 0 or positive.

    Source: array API standard 2024.12, ``sign``; ONNX operator ``Sign`` 13.
    """

    symbol = "±"
    says = "Keep only the sign of each element of {x} to get {out}."

    def forward(self, xp, x):
        return xp.sign(x)
