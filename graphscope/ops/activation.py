"""Activations: the bends between linear layers, and the softmax that turns scores into probabilities."""

from __future__ import annotations

from math import pi, sqrt
from typing import Literal

from graphscope.graph.spec import TensorSpec
from graphscope.ops.functions import Curve, Numeric, Unary, need_floating
from graphscope.ops.reduction import normal_axes


class Tanh(Curve):
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


class Sigmoid(Curve):
    """out = 1 / (1 + e⁻ˣ), in (0, 1).

    Where e⁻ˣ overflows to infinity, out is 0, as it should be.

    Source: ONNX operator ``Sigmoid`` 13.
    """

    symbol = "σ"
    says = "Squash {x} into the range from 0 to 1 with the sigmoid to get {out}."
    backward_says = "Multiply the gradient of {out} by the slope of the sigmoid, {out} · (1 − {out})."
    why = "The slope is at most ¼, at 0, and vanishes far out: stacked sigmoids let gradients fade."

    def forward(self, xp, x):
        return 1 / (1 + xp.exp(-x))

    def vjp(self, xp, g, out, x):
        return (g * out * (1 - out),)


class Relu(Numeric):
    """out = max(x, 0); the slope at 0 is taken as 0, as in PyTorch.

    Source: Nair and Hinton 2010, "Rectified linear units improve restricted Boltzmann machines".
    """

    says = "Keep what is positive in {x} and set the rest to 0 to get {out}."
    backward_says = "Let the gradient of {out} through where {x} is positive; stop it elsewhere."
    why = "ReLU is a gate: an active unit passes its gradient whole, an inactive one passes none."
    formulas = {"x": "g ⊙ [x > 0]"}

    def forward(self, xp, x):
        return xp.maximum(x, 0)

    def vjp(self, xp, g, out, x):
        return (xp.where(x > 0, g, 0),)


class LeakyRelu(Curve):
    """out = x where x > 0, else slope · x.

    Source: Maas et al. 2013, "Rectifier nonlinearities improve neural network acoustic models".

    Args:
        slope: the slope for negative x.
    """

    slope: float = 0.01

    says = "Keep what is positive in {x} and shrink what is negative to get {out}."
    backward_says = (
        "Let the gradient of {out} through where {x} is positive; shrink it by the slope elsewhere."
    )
    why = "The small slope keeps a negative unit alive: it still gets some gradient."
    formulas = {"out": "x where x > 0, else slope · x", "x": "g where x > 0, else slope · g"}

    def forward(self, xp, x):
        return xp.where(x > 0, x, self.slope * x)

    def vjp(self, xp, g, out, x):
        return (xp.where(x > 0, g, self.slope * g),)


class Gelu(Curve):
    """out = x · Φ(x), Φ the normal distribution's cumulative probability, or its approximation by tanh.

    Source: Hendrycks and Gimpel 2016, "Gaussian error linear units".

    Args:
        approximate: "none" for the exact Φ, "tanh" for ½ (1 + tanh(√(2/π) (x + 0.044715 x³))).
    """

    approximate: Literal["none", "tanh"] = "none"

    saved = ("gate",)

    says = "Weigh each element of {x} by the probability that a normal number is smaller to get {out}."
    backward_says = "Multiply the gradient of {out} by the slope of GELU, Φ + {x} · φ."
    why = "A soft gate: far right everything passes, far left nothing, and the bend between is smooth."

    def forward(self, xp, x):
        gate = self._gate(xp, x)
        return x * gate, gate

    def vjp(self, xp, g, out, x):
        _, gate = out
        if self.approximate == "tanh":
            slope = gate * (1 - gate) * (2 * sqrt(2 / pi)) * (1 + 3 * 0.044715 * x * x)
        else:
            slope = xp.exp(-0.5 * x * x) * (1 / sqrt(2 * pi))
        return (g * (gate + x * slope),)

    def _gate(self, xp, x):
        if self.approximate == "tanh":
            return 0.5 * (1 + xp.tanh(sqrt(2 / pi) * (x + 0.044715 * x * x * x)))
        return 0.5 * (1 + xp.erf(x * sqrt(0.5)))


class OverAxis(Unary, abstract=True):
    """An activation that ties the elements along one axis together."""

    axis: int = -1

    def infer(self, x: TensorSpec) -> TensorSpec:
        need_floating(self.title, x=x)
        normal_axes(self.title, (self.axis,), x.rank)
        return x.like()


class Softmax(OverAxis):
    """out = eˣ / Σ eˣ over one axis, shifted by the maximum so that it cannot overflow.

    Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs".

    Args:
        axis: the axis whose elements come to sum to 1.
    """

    says = "Turn the scores {x} into probabilities {out} that sum to 1."
    backward_says = (
        "From the gradient of {out} take away its average weighed by {out}, then multiply by {out}."
    )
    why = (
        "Probabilities share a fixed sum: one can only rise if the others fall, so only differences of "
        "gradients count."
    )

    def forward(self, xp, x):
        e = xp.exp(x - xp.max(x, axis=self.axis, keepdims=True))
        return e / xp.sum(e, axis=self.axis, keepdims=True)

    def vjp(self, xp, g, out, x):
        return (out * (g - xp.sum(g * out, axis=self.axis, keepdims=True)),)


class LogSoftmax(OverAxis):
    """out = x − ln Σ eˣ over one axis, shifted by the maximum so that it cannot overflow.

    Source: Goodfellow et al. 2016, "Deep learning", section 6.2.2.3.

    Args:
        axis: the axis whose exponentials come to sum to 1.
    """

    symbol = "log softmax"
    says = "Turn the scores {x} into the logarithms {out} of probabilities that sum to 1."
    backward_says = "From the gradient of {out} take away its sum times the probabilities."
    why = "A score raises its own logarithm one for one and lowers all of them by its probability."

    def forward(self, xp, x):
        shifted = x - xp.max(x, axis=self.axis, keepdims=True)
        return shifted - xp.log(xp.sum(xp.exp(shifted), axis=self.axis, keepdims=True))

    def vjp(self, xp, g, out, x):
        return (g - xp.exp(out) * xp.sum(g, axis=self.axis, keepdims=True),)
