"""Losses: how wrong a prediction is, as one number or as one for each element."""

from __future__ import annotations

from math import nan, prod
from typing import Literal

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, promote, same_size
from graphscope.ops.base import Op
from graphscope.ops.functions import need_floating


class Loss(Op, abstract=True):
    """A prediction and a target of the same shape give one number, or one for each element.

    Args:
        reduction: "mean" over all elements, "sum", or "none".
    """

    reduction: Literal["mean", "sum", "none"] = "mean"

    def infer(self, x: TensorSpec, target: TensorSpec) -> TensorSpec:
        if x.rank != target.rank or not all(map(same_size, x.shape, target.shape)):
            raise ShapeError(
                "{operation}: the prediction ({x}) and the target ({target}) must have the same shape; "
                "reshape one",
                operation=self.title,
                x=x,
                target=target,
            )
        need_floating(self.title, x=x)
        return TensorSpec(x.shape if self.reduction == "none" else (), promote(x, target))

    def formula(self, name, given):
        """The formula of the mean, without what the other reductions leave away."""
        text = self.formulas.get(name)
        if text is None or self.reduction == "mean":
            return text
        text = text.replace(" / n", "")
        return text.replace("Σ ", "") if self.reduction == "none" else text

    def reduced(self, xp, each):
        """What is told of the losses of all elements."""
        return each if self.reduction == "none" else xp.sum(each) * self.share(each.shape)

    def share(self, shape):
        """What one element weighs in the loss; the mean of none is NaN."""
        if self.reduction != "mean":
            return 1
        count = prod(shape)
        return 1 / count if count else nan


class MeanSquaredError(Loss):
    """out = Σ (x − target)² / n, over all n elements; with reduction "sum" not divided.

    Source: PyTorch ``MSELoss``.

    Args:
        reduction: "mean" over all elements, "sum", or "none".
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
        return self.reduced(xp, d * d)

    def vjp(self, xp, g, out, x, target):
        d = (x - target) * (2 * self.share(x.shape) * g)
        return d, -d


class MeanAbsoluteError(Loss):
    """out = Σ |x − target| / n, over all n elements; the slope at 0 is taken as 0, as in PyTorch.

    Source: PyTorch ``L1Loss``.

    Args:
        reduction: "mean" over all elements, "sum", or "none".
    """

    symbol = "MAE"
    says = "Average the distance between the prediction {x} and {target} to get {out}."
    backward_says = (
        "Each prediction gets the sign of its distance from {target}, divided by their number, times the "
        "gradient of {out}."
    )
    why = "Everything is pulled equally hard, so a few that are far off do not drag the others along."

    def forward(self, xp, x, target):
        return self.reduced(xp, xp.abs(x - target))

    def vjp(self, xp, g, out, x, target):
        d = xp.sign(x - target) * (self.share(x.shape) * g)
        return d, -d


class SmoothL1(Loss):
    """out = Σ e / n, e = d² / (2 · beta) where d = |x − target| < beta, else d − beta / 2.

    Source: Girshick 2015, "Fast R-CNN"; PyTorch ``SmoothL1Loss``.

    Args:
        reduction: "mean" over all elements, "sum", or "none".
        beta: up to which distance it is a parabola.
    """

    beta: float = 1.0

    symbol = "smooth L1"
    says = "Average the distance between the prediction {x} and {target}, squared where it is small, to get {out}."
    backward_says = (
        "Each prediction gets its distance from {target}, held between −1 and 1, divided by their number, "
        "times the gradient of {out}."
    )
    why = "Near the target the pull fades smoothly; far away it grows no further."
    formulas = {"out": "Σ (d² / (2 · beta) where d = |x − target| < beta, else d − beta / 2) / n"}

    def forward(self, xp, x, target):
        far = xp.abs(x - target)
        return self.reduced(xp, xp.where(far < self.beta, 0.5 * far * far / self.beta, far - 0.5 * self.beta))

    def vjp(self, xp, g, out, x, target):
        d = x - target
        slope = xp.where(xp.abs(d) < self.beta, d / self.beta, xp.sign(d))
        dx = slope * (self.share(x.shape) * g)
        return dx, -dx


class Huber(Loss):
    """out = Σ e / n, e = d² / 2 where d = |x − target| ≤ delta, else delta · (d − delta / 2).

    Source: Huber 1964, "Robust estimation of a location parameter"; PyTorch ``HuberLoss``.

    Args:
        reduction: "mean" over all elements, "sum", or "none".
        delta: up to which distance it is a parabola.
    """

    delta: float = 1.0

    says = "Average half of the squared distance between {x} and {target}, straight where it is large, to get {out}."
    backward_says = (
        "Each prediction gets its distance from {target}, held within the limits, divided by their number, "
        "times the gradient of {out}."
    )
    why = "Close to the target it is a squared error; what is far off pulls no harder than the limit."
    formulas = {"out": "Σ (d² / 2 where d = |x − target| ≤ delta, else delta · (d − delta / 2)) / n"}

    def forward(self, xp, x, target):
        d = xp.abs(x - target)
        return self.reduced(xp, xp.where(d <= self.delta, 0.5 * d * d, self.delta * (d - 0.5 * self.delta)))

    def vjp(self, xp, g, out, x, target):
        held = xp.minimum(xp.maximum(x - target, -self.delta), self.delta)
        dx = held * (self.share(x.shape) * g)
        return dx, -dx


class KLDivergence(Loss):
    """out = Σ target · (ln target − x) / n, over all n elements; x holds logarithms of probabilities.

    Source: Kullback and Leibler 1951, "On information and sufficiency"; PyTorch ``KLDivLoss``.

    Args:
        reduction: "mean" over all elements, "sum", or "none".
        log_target: whether the target holds logarithms, too.
        per_sample: whether "mean" divides by the number of samples, the size of axis 0, which is what the
            divergence means; PyTorch calls it "batchmean".
    """

    log_target: bool = False
    per_sample: bool = False

    symbol = "KL"
    says = "Measure how far the log probabilities {x} are from the distribution {target} to get {out}."
    backward_says = (
        "Each log probability gets minus what {target} says, divided by n, times the gradient of {out}."
    )
    why = "What the target holds likely must not be unlikely in the prediction; the rest is nearly free."

    def formula(self, name, given):
        return None

    def share(self, shape):
        return super().share(shape[:1] if self.per_sample else shape)

    def forward(self, xp, x, target):
        if self.log_target:
            return self.reduced(xp, xp.exp(target) * (target - x))
        logs = xp.log(xp.where(target > 0, target, 1))
        return self.reduced(xp, target * logs - target * x)

    def vjp(self, xp, g, out, x, target):
        weight = self.share(x.shape) * g
        if self.log_target:
            p = xp.exp(target)
            return -p * weight, p * (target - x + 1) * weight
        logs = xp.log(xp.where(target > 0, target, 1))
        return -target * weight, (logs + 1 - x) * weight


class BinaryCrossEntropy(Loss):
    """out = −Σ (t ln x + (1 − t) ln (1 − x)) / n, x a probability, t the target; logarithms end at −100.

    Source: PyTorch ``BCELoss``.

    Args:
        reduction: "mean" over all elements, "sum", or "none".
    """

    symbol = "BCE"
    says = "Measure how surprised the probabilities {x} are by {target} to get {out}."
    backward_says = (
        "Each probability gets its distance from {target} divided by {x} · (1 − {x}) and by their number, "
        "times the gradient of {out}."
    )
    why = "A sure but wrong probability is punished without bounds; with scores, use the loss of logits instead."
    formulas = {
        "out": "−Σ (target · ln x + (1 − target) · ln(1 − x)) / n",
        "x": "g · (x − target) / (x · (1 − x)) / n",
        "target": "g · (ln(1 − x) − ln x) / n",
    }

    def forward(self, xp, x, target):
        yes, no = self._logs(xp, x)
        return self.reduced(xp, -(target * yes + (1 - target) * no))

    def vjp(self, xp, g, out, x, target):
        yes, no = self._logs(xp, x)
        weight = self.share(x.shape) * g
        return (x - target) / xp.maximum(x * (1 - x), 1e-12) * weight, (no - yes) * weight

    def _logs(self, xp, x):
        return xp.maximum(xp.log(x), -100.0), xp.maximum(xp.log1p(-x), -100.0)


class BinaryCrossEntropyWithLogits(Loss):
    """out = −Σ (t ln σ(x) + (1 − t) ln (1 − σ(x))) / n, over all n elements, t the target.

    Computed as max(x, 0) − x t + ln(1 + e^−|x|), which cannot overflow.

    Source: PyTorch ``BCEWithLogitsLoss``.

    Args:
        reduction: "mean" over all elements, "sum", or "none".
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
        return self.reduced(xp, each)

    def vjp(self, xp, g, out, x, target):
        weight = self.share(x.shape) * g
        return (1 / (1 + xp.exp(-x)) - target) * weight, -x * weight
