"""Losses: how wrong a prediction is, as one number; fused with sigmoid or softmax where that is stabler."""

from __future__ import annotations

from math import nan, prod
from typing import Literal

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, promote, same_size
from graphscope.ops.base import Op


class Loss(Op, abstract=True):
    """A prediction and a target of the same shape give one number.

    Args:
        reduction: "mean" over all elements, or "sum".
    """

    reduction: Literal["mean", "sum"] = "mean"

    def infer(self, x: TensorSpec, target: TensorSpec) -> TensorSpec:
        if x.rank != target.rank or not all(map(same_size, x.shape, target.shape)):
            raise ShapeError(
                "{operation}: the prediction ({x}) and the target ({target}) must have the same shape; "
                "reshape one",
                operation=self.title,
                x=x,
                target=target,
            )
        return TensorSpec((), promote(x, target))

    def share(self, count):
        """What one of ``count`` elements weighs in the loss; the mean of none is NaN."""
        if self.reduction == "sum":
            return 1
        return 1 / count if count else nan


class MeanSquaredError(Loss):
    """out = Σ (x − target)² / n, over all n elements; with reduction "sum" not divided.

    Source: PyTorch ``MSELoss``.

    Args:
        reduction: "mean" over all elements, or "sum".
    """

    symbol = "MSE"
    says = "Average the squared distance between the prediction {x} and {target} to get {out}."
    backward_says = (
        "Each prediction gets twice its distance from {target}, divided by their number, times the gradient"
        " of {out}."
    )
    why = "The pull is proportional to the distance: what is twice as wrong is pulled twice as hard."

    def forward(self, xp, x, target):
        d = x - target
        return xp.sum(d * d) * self.share(prod(x.shape))

    def vjp(self, xp, g, out, x, target):
        d = (x - target) * (2 * self.share(prod(x.shape)) * g)
        return d, -d


class BinaryCrossEntropyWithLogits(Loss):
    """out = −Σ (t ln σ(x) + (1 − t) ln (1 − σ(x))) / n, over all n elements, t the target.

    Computed as max(x, 0) − x t + ln(1 + e^−|x|), which cannot overflow.

    Source: PyTorch ``BCEWithLogitsLoss``.

    Args:
        reduction: "mean" over all elements, or "sum".
    """

    symbol = "BCE"
    says = "Measure how surprised the probabilities σ({x}) are by {target} to get {out}."
    backward_says = (
        "Each score gets its probability minus {target}, divided by their number, times the gradient of "
        "{out}."
    )
    why = "Sigmoid and logarithm cancel: what is left is the plain error, probability minus target."
    formulas = {
        "out": "−Σ (target · ln σ(x) + (1 − target) · ln(1 − σ(x))) / n",
        "x": "g · (σ(x) − target) / n",
        "target": "−g · x / n",
    }

    def forward(self, xp, x, target):
        each = xp.maximum(x, 0) - x * target + xp.log1p(xp.exp(-xp.abs(x)))
        return xp.sum(each) * self.share(prod(x.shape))

    def vjp(self, xp, g, out, x, target):
        weight = self.share(prod(x.shape)) * g
        return (1 / (1 + xp.exp(-x)) - target) * weight, -x * weight


class SoftmaxCrossEntropy(Loss):
    """out = −Σ t ln softmax(x) / n over n samples; the classes are the last axis of the scores x.

    The target is the number of the right class for each sample (integers, one axis less), or probabilities of
    the shape of x. A class that does not exist raises.

    Source: PyTorch ``CrossEntropyLoss`` (whose classes are the second axis).

    Args:
        reduction: "mean" over all samples, or "sum".
    """

    saved = ("probabilities",)

    symbol = "cross entropy"
    says = (
        "Turn the scores {x} into probabilities and measure how surprised they are by {target} to get {out}."
    )
    backward_says = (
        "Each score gets its probability minus {target}, divided by the number of samples, times the "
        "gradient of {out}."
    )
    why = (
        "Softmax and logarithm cancel: the right class is pulled up by what it lacks to 1, the others down "
        "by what they have."
    )
    formulas = {
        "out": "−Σ target · ln softmax(x) / n",
        "x": "g · (softmax(x) − target) / n",
        "target": "−g · ln softmax(x) / n",
    }

    def infer(self, x: TensorSpec, target: TensorSpec) -> TensorSpec:
        wanted = x.shape if target.floating else x.shape[:-1]
        if not x.rank or len(wanted) != target.rank or not all(map(same_size, wanted, target.shape)):
            raise ShapeError(
                "{operation}: for scores of shape {x} the target must hold class numbers (integers {labels}) "
                "or probabilities of the same shape, but it is {target} ({dtype})",
                operation=self.title,
                x=x,
                labels=x.like(shape=x.shape[:-1]),
                target=target,
                dtype=target.dtype,
            )
        return TensorSpec((), x.dtype)

    def forward(self, xp, x, target):
        logs = _log_softmax(xp, x)
        if target.ndim == x.ndim:
            picked = target * logs
        else:
            picked = xp.take_along_axis(logs, xp.expand_dims(target, axis=-1), axis=-1)
        return -xp.sum(picked) * self.share(prod(x.shape[:-1])), xp.exp(logs)

    def vjp(self, xp, g, out, x, target, *, needs):
        weight = self.share(prod(x.shape[:-1])) * g
        _, p = out
        if target.ndim == x.ndim:
            dx = p * xp.sum(target, axis=-1, keepdims=True) - target
            return dx * weight, -_log_softmax(xp, x) * weight if needs[1] else None
        right = xp.arange(x.shape[-1]) == xp.expand_dims(target, axis=-1)
        return (p - xp.astype(right, x.dtype)) * weight, None


def _log_softmax(xp, x):
    shifted = x - xp.max(x, axis=-1, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))
