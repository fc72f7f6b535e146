"""Older kinds of normalization: by neighbouring channels, by mean and deviation alone, by a norm."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Literal

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.pooling import raised
from graphscope.ops.windows import Numbers


class LRN(Op):
    """out = x / (bias + alpha / size · Σ x²)^beta, Σ over the channels next to it.

    Channel c adds up ⌊(size − 1) / 2⌋ channels before it, itself and ⌈(size − 1) / 2⌉ after it.

    Source: ONNX operator ``LRN`` 13; PyTorch ``LocalResponseNorm`` for odd sizes.

    Args:
        size: over how many channels the squares are added up.
        alpha: how much the squares count.
        beta: the exponent.
        bias: added to the sum, so that it is never 0.
    """

    size: int = 5
    alpha: float = 1e-4
    beta: float = 0.75
    bias: float = 1.0

    symbol = "LRN"
    says = "Divide each element of {x} by a power of the squares in the channels next to it to get {out}."
    backward_says = (
        "The gradient of {out} is divided likewise; what each element took from its neighbours by its square is "
        "taken off."
    )
    why = "A strong channel holds its neighbours down, as excited nerve cells do."
    formulas = {
        "out": "x / s^beta, s = bias + alpha / size · Σ x²",
        "x": "g / s^beta − 2 · alpha · beta / size · x ⊙ Σ g ⊙ x / s^(beta + 1)",
    }

    def infer(self, x: TensorSpec) -> TensorSpec:
        if x.rank < 2 or self.size < 1:
            raise ShapeError(
                "{operation}: x ({x}) must have the axes sample and channel, and the size ({size}) be 1 or more",
                operation=self.title,
                x=x,
                size=self.size,
            )
        return x.like()

    def forward(self, xp, x):
        return x / raised(self._sums(xp, x), self.beta)

    def vjp(self, xp, g, out, x):
        sums = self._sums(xp, x)
        part = g * x / raised(sums, self.beta + 1)
        before, after = self._reach()
        taken = self._added(xp, part, after, before)
        return (g / raised(sums, self.beta) - (2 * self.alpha * self.beta / self.size) * x * taken,)

    def _sums(self, xp, x):
        return self.bias + (self.alpha / self.size) * self._added(xp, x * x, *self._reach())

    def _reach(self) -> tuple[int, int]:
        """How many channels before and after one count."""
        return (self.size - 1) // 2, self.size // 2

    def _added(self, xp, x, before: int, after: int):
        """Each channel with those before and after it added up."""
        widths = [(0, 0)] * x.ndim
        widths[1] = (before, after)
        wide = xp.pad(x, tuple(widths))
        return reduce(add, (wide[:, k : k + x.shape[1], ...] for k in range(self.size)))


class MeanVarianceNorm(Op):
    """out = (x − mean) / (deviation + ε), mean and deviation over the axes.

    Source: ONNX operator ``MeanVarianceNormalization`` 13.

    Args:
        axes: the axes that are normalized together.
        epsilon: added to the deviation, so that the divisor is never 0.
    """

    axes: Numbers = (0, 2, 3)
    epsilon: float = 1e-9

    saved = ("mean", "deviation")
    symbol = "mean variance norm"
    says = "Bring {x} to mean 0 and deviation 1 along some axes to get {out}."
    backward_says = (
        "The gradient of {out}, less its mean and its lean along {x}, divided by the deviation, goes to {x}."
    )
    why = "Shifting or stretching all of {x} changes nothing, so those parts of the gradient drop out."
    formulas = {
        "out": "(x − mean) / (deviation + epsilon)",
        "x": "(g − E(g) − x̂ ⊙ E(g ⊙ out)) / (deviation + epsilon), x̂ = (x − mean) / deviation",
    }

    def infer(self, x: TensorSpec) -> TensorSpec:
        if not all(-x.rank <= axis < x.rank for axis in self.axes):
            raise ShapeError(
                "{operation}: x ({x}) does not have all of the axes {axes}; name some that it has",
                operation=self.title,
                x=x,
                axes=self.axes,
            )
        return x.like()

    def forward(self, xp, x):
        mean = xp.mean(x, axis=self.axes, keepdims=True)
        d = x - mean
        deviation = xp.sqrt(xp.mean(d * d, axis=self.axes, keepdims=True))
        return d / (deviation + self.epsilon), mean, deviation

    def vjp(self, xp, g, out, x):
        made, mean, deviation = out
        lean = xp.mean(g * made, axis=self.axes, keepdims=True)
        n = (x - mean) / xp.where(deviation == 0, xp.ones_like(deviation), deviation)
        dx = g - xp.mean(g, axis=self.axes, keepdims=True) - n * lean
        return (dx / (deviation + self.epsilon),)


class LpNorm(Op):
    """out = x / ‖x‖ along an axis; ‖x‖ is Σ |x| or √(Σ x²). What has length 0 stays 0 and gets no gradient.

    Source: ONNX operator ``LpNormalization`` 22; PyTorch ``normalize``.

    Args:
        axis: the axis along which a vector lies.
        power: 1 for the sum of the absolute values, 2 for the length.
    """

    axis: int = -1
    power: Literal[1, 2] = 2

    saved = ("norm",)
    symbol = "normalize"
    says = "Stretch or shrink each vector of {x} to length 1 to get {out}."
    backward_says = (
        "The gradient of {out}, less its part along the vector, divided by the length, goes to {x}."
    )
    why = "Stretching a vector changes nothing, so that part of the gradient drops out."
    formulas = {"out": "x / ‖x‖", "x": "(g − ∂‖x‖/∂x ⊙ Σ g ⊙ out) / ‖x‖"}

    def infer(self, x: TensorSpec) -> TensorSpec:
        if not -x.rank <= self.axis < x.rank:
            raise ShapeError(
                "{operation}: x ({x}) has no axis {axis}; name one that it has",
                operation=self.title,
                x=x,
                axis=self.axis,
            )
        return x.like()

    def forward(self, xp, x):
        sums = xp.sum(xp.abs(x) if self.power == 1 else x * x, axis=self.axis, keepdims=True)
        norm = sums if self.power == 1 else xp.sqrt(sums)
        return xp.where(norm == 0, 0 * x, x / norm), norm

    def vjp(self, xp, g, out, x):
        made, norm = out
        slope = xp.sign(x) if self.power == 1 else made
        part = g - slope * xp.sum(g * made, axis=self.axis, keepdims=True)
        return (xp.where(norm == 0, 0 * g, part / norm),)
