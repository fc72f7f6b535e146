"""Ops that hand their operand on: unchanged, without its gradient, or in another type."""

from __future__ import annotations

from typing import Any

from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.functions import Unary


class Identity(Unary):
    """out = x.

    Source: ONNX operator ``Identity`` 16.
    """

    says = "Hand {x} on as {out}."
    backward_says = "Hand the gradient of {out} back to {x}."
    why = "Nothing happens here, in either direction."

    def forward(self, xp, x):
        return x

    def vjp(self, xp, g, out, x):
        return (g,)


class StopGradient(Unary):
    """out = x, but no gradient passes.

    Source: PyTorch ``detach``; TensorFlow ``stop_gradient``.
    """

    symbol = "stop gradient"
    says = "Hand {x} on as {out}, as if it were a constant."
    backward_says = "Backward stops here: {x} gets no gradient from {out}."
    why = "What is declared constant cannot be blamed for the loss."

    def forward(self, xp, x):
        return x


class Cast(Op):
    """out = x in another type of number; the gradient is cast back.

    Source: array API standard 2024.12, ``astype``; ONNX operator ``Cast`` 21.

    Args:
        dtype: the name of the new type, such as "float32".
    """

    dtype: str = "float32"

    says = "Write the numbers of {x} in another type to get {out}."
    backward_says = "Write the gradient of {out} in the type of {x}."
    why = "The numbers stay the same up to rounding, so the gradient does too."
    formulas = {"x": "g"}

    def infer(self, x: TensorSpec) -> TensorSpec:
        return x.like(dtype=self.dtype)

    def forward(self, xp, x):
        return xp.astype(x, self._type(xp))

    def vjp(self, xp, g, out, x):
        return (xp.astype(g, x.dtype),)

    def _type(self, xp) -> Any:
        return getattr(xp, self.dtype)
