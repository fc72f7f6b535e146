"""Activations made of straight pieces: learned slopes, hard sigmoids, thresholds, and the hard maximum."""

from __future__ import annotations

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, broadcast, promote
from graphscope.ops.activation import OverAxis
from graphscope.ops.base import Op
from graphscope.ops.functions import Curve, Numeric, need_numbers


class PRelu(Op):
    """out = x where x > 0, else slope · x; the slope is learned and broadcast to x.

    Source: He et al. 2015, "Delving deep into rectifiers"; ONNX operator ``PRelu`` 16.
    """

    says = "Keep what is positive in {x} and multiply what is negative by {slope} to get {out}."
    backward_says = (
        "The gradient of {out} passes where {x} is positive, elsewhere times {slope}; {slope} gets it times "
        "what was negative."
    )
    backward_parts = {
        "x": "The gradient of {out} passes to {x} where {x} is positive, elsewhere times {slope}.",
        "slope": "{slope} gets the gradient of {out} times what was negative.",
    }
    why = "Only negative elements feel the slope, so only they can teach it."
    formulas = {
        "out": "x where x > 0, else slope · x",
        "x": "g where x > 0, else slope · g",
        "slope": "g · x where x ≤ 0, else 0",
    }

    def infer(self, x: TensorSpec, slope: TensorSpec) -> TensorSpec:
        need_numbers(self.title, x=x, slope=slope)
        promote(x, slope)
        if slope.rank > x.rank:
            raise ShapeError(
                "{operation}: the slope ({slope}) has more axes than x ({x}); reshape it",
                operation=self.title,
                slope=slope,
                x=x,
            )
        broadcast(self.title, x=x, slope=slope)
        return x.like()

    def forward(self, xp, x, slope):
        return xp.where(x > 0, x, slope * x)

    def vjp(self, xp, g, out, x, slope):
        return xp.where(x > 0, g, slope * g), xp.where(x > 0, 0, g * x)


class HardSigmoid(Curve):
    """out = min(max(alpha · x + beta, 0), 1).

    Source: ONNX operator ``HardSigmoid`` 22; PyTorch's has alpha 1/6.

    Args:
        alpha: how steep it is.
        beta: its value at 0.
    """

    alpha: float = 0.2
    beta: float = 0.5

    symbol = "hard σ"
    says = "Squash {x} into the range from 0 to 1 along a straight line to get {out}."
    backward_says = (
        "Where {out} lies between 0 and 1, multiply its gradient by the slope of the line; stop it elsewhere."
    )
    why = "A sigmoid of three straight pieces: cheap, and without any gradient where it is flat."
    formulas = {"x": "g · alpha where 0 < alpha · x + beta < 1, else 0"}

    def forward(self, xp, x):
        return xp.minimum(xp.maximum(self.alpha * x + self.beta, 0), 1)

    def vjp(self, xp, g, out, x):
        return (xp.where((out > 0) & (out < 1), g * self.alpha, 0),)


class HardSwish(Curve):
    """out = x · min(max(x / 6 + ½, 0), 1).

    Source: Howard et al. 2019, "Searching for MobileNetV3"; ONNX operator ``HardSwish`` 22.
    """

    symbol = "hard swish"
    says = "Weigh each element of {x} by its own hard sigmoid to get {out}."
    backward_says = (
        "From 3 on the gradient of {out} passes, below −3 it stops; between, multiply it by {x} / 3 + ½."
    )
    why = "A gate of straight pieces: it opens from −3 to 3 and is then wide open."
    formulas = {
        "out": "x · min(max(x / 6 + ½, 0), 1)",
        "x": "g · (0 where x ≤ −3, 1 where x ≥ 3, else x / 3 + ½)",
    }

    def forward(self, xp, x):
        return x * xp.minimum(xp.maximum(x * (1 / 6) + 0.5, 0), 1)

    def vjp(self, xp, g, out, x):
        bent = xp.where(x >= 3, g, g * (x / 3 + 0.5))
        return (xp.where(x <= -3, 0, bent),)


class HardTanh(Curve):
    """out = min(max(x, low), high); at the limits the slope is 0, as in PyTorch. ReLU6 goes from 0 to 6.

    Source: PyTorch ``Hardtanh``, ``ReLU6``.

    Args:
        low: the smallest value that may come out.
        high: the largest value that may come out.
    """

    low: float = -1.0
    high: float = 1.0

    symbol = "hard tanh"
    says = "Hold each element of {x} between two limits to get {out}."
    backward_says = "The gradient of {out} passes where {x} lies between the limits and stops elsewhere."
    why = "Where a limit holds the value, moving {x} changes nothing, so nothing flows back."
    formulas = {"x": "g ⊙ [low < x < high]"}

    def forward(self, xp, x):
        return xp.minimum(xp.maximum(x, self.low), self.high)

    def vjp(self, xp, g, out, x):
        return (xp.where((x > self.low) & (x < self.high), g, 0),)


class ThresholdedRelu(Curve):
    """out = x where x > alpha, else 0.

    Source: ONNX operator ``ThresholdedRelu`` 22; PyTorch ``threshold``.

    Args:
        alpha: what an element must exceed to be kept.
    """

    alpha: float = 1.0

    symbol = "threshold"
    says = "Keep what exceeds the threshold in {x} and set the rest to 0 to get {out}."
    backward_says = "Let the gradient of {out} through where {x} exceeds the threshold; stop it elsewhere."
    why = "A gate with a step: only units above the threshold have a say."
    formulas = {"out": "x where x > alpha, else 0", "x": "g ⊙ [x > alpha]"}

    def forward(self, xp, x):
        return xp.where(x <= self.alpha, 0, x)

    def vjp(self, xp, g, out, x):
        return (xp.where(x <= self.alpha, 0, g),)


class Shrink(Numeric):
    """out = x − bias where x > lambd, x + bias where x < −lambd, else 0.

    Source: ONNX operator ``Shrink`` 9; with bias 0 PyTorch's ``Hardshrink``, with bias lambd ``Softshrink``.

    Args:
        lambd: up to which size elements become 0.
        bias: by how much the others move towards 0.
    """

    lambd: float = 0.5
    bias: float = 0.0

    says = "Set what is small in {x} to 0 and move the rest towards 0 to get {out}."
    backward_says = "Let the gradient of {out} through where {x} is large; stop it where it became 0."
    why = "What was shrunk to 0 stays 0 under a small push, so it gets no gradient."
    formulas = {
        "out": "x − bias where x > lambd, x + bias where x < −lambd, else 0",
        "x": "g ⊙ [|x| > lambd]",
    }

    def forward(self, xp, x):
        bias = xp.asarray(self.bias, dtype=x.dtype)
        return xp.where(self._small(x), 0, xp.where(x > 0, x - bias, x + bias))

    def vjp(self, xp, g, out, x):
        return (xp.where(self._small(x), 0, g),)

    def _small(self, x):
        """What becomes 0; NaN does not."""
        return (x <= self.lambd) & (x >= -self.lambd)


class Hardmax(OverAxis):
    """out = 1 at the first largest element along one axis, else 0.

    Source: ONNX operator ``Hardmax`` 13.

    Args:
        axis: the axis along which one element wins.
    """

    says = "Put 1 where {x} is largest along the axis and 0 elsewhere to get {out}."
    backward_says = "Between its jumps {out} does not move, so {x} gets a gradient of 0."
    why = "The winner takes all: a small change of {x} almost never changes who wins."
    formulas = {"out": "[first largest along the axis]", "x": "0"}

    def forward(self, xp, x):
        place = xp.argmax(x, axis=self.axis, keepdims=True)
        shape = [1] * x.ndim
        shape[self.axis] = x.shape[self.axis]
        return xp.astype(xp.reshape(xp.arange(x.shape[self.axis]), tuple(shape)) == place, x.dtype)

    def vjp(self, xp, g, out, x):
        return (xp.zeros_like(x),)
