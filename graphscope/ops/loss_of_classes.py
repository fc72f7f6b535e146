"""Losses of classes: how surprised scores or log probabilities are by the class that is right."""

from __future__ import annotations

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, same_size
from graphscope.ops.functions import need_floating
from graphscope.ops.loss import Loss
from graphscope.ops.reduction import normal_axes


class ClassLoss(Loss, abstract=True):
    """Numbers for each class along one axis, and the class that is right for each sample."""

    axis: int = -1
    ignore: int | None = None

    def check(self, x: TensorSpec, weight: TensorSpec | None) -> tuple[Dim, ...]:
        """The sizes of x without its classes; the weights must be one for each class."""
        need_floating(self.title, x=x)
        (axis,) = normal_axes(self.title, (self.axis,), x.rank)
        if weight is not None and (weight.rank != 1 or not same_size(weight.shape[0], x.shape[axis])):
            raise ShapeError(
                "{operation}: the weights ({weight}) must be one number per class, axis {axis} of x ({x})",
                operation=self.title,
                weight=weight,
                axis=axis,
                x=x,
            )
        return x.shape[:axis] + x.shape[axis + 1 :]

    def samples(self, x):
        """The sizes without that of the classes."""
        axis = self.axis % x.ndim
        return x.shape[:axis] + x.shape[axis + 1 :]

    def pick(self, xp, values, classes):
        """What ``values`` has for the right class of each sample."""
        found = xp.take_along_axis(values, xp.expand_dims(classes, axis=self.axis), axis=self.axis)
        return xp.squeeze(found, axis=self.axis)

    def hits(self, xp, x, target):
        """1 for the right class of each sample, 0 for the others."""
        places = xp.reshape(xp.arange(x.shape[self.axis]), self.along(x, x.shape[self.axis]))
        return xp.astype(places == xp.expand_dims(target, axis=self.axis), x.dtype)

    def along(self, x, size):
        """A shape of that size along the classes, 1 elsewhere."""
        return tuple(size if axis == self.axis % x.ndim else 1 for axis in range(x.ndim))

    def weigh(self, xp, x, target, weight):
        """Classes that exist, whether each sample is used, and what it counts: the weight of its class, or 0.

        None stands for 1 everywhere.
        """
        used = None if self.ignore is None else xp.astype(target != self.ignore, x.dtype)
        classes = target if used is None else xp.where(target == self.ignore, 0, target)
        if weight is None:
            return classes, used, used
        found = xp.reshape(xp.take(weight, xp.reshape(classes, (-1,)), axis=0), classes.shape)
        return classes, used, found if used is None else found * used

    def divided(self, xp, each, counts):
        """The losses of the samples, reduced; the mean is weighed by what each counts."""
        if counts is None or self.reduction != "mean":
            return self.reduced(xp, each)
        return xp.sum(each) / xp.sum(counts)

    def scale(self, xp, g, x, counts):
        """What the gradient of one sample is multiplied by, beside what it counts."""
        if self.reduction == "none":
            return xp.expand_dims(g, axis=self.axis)
        if counts is None or self.reduction == "sum":
            return self.share(self.samples(x)) * g
        return g / xp.sum(counts)


class SoftmaxCrossEntropy(ClassLoss):
    """out = −Σ t ln softmax(x) / n over n samples; the classes are along one axis of the scores x.

    The target is the number of the right class for each sample (integers, one axis less), or probabilities of
    the shape of x. A class that does not exist raises. With weights a sample counts as much as its class, and
    the mean is divided by what all count; for probabilities by the number of samples, as in PyTorch.

    Source: PyTorch ``CrossEntropyLoss`` (whose classes are the second axis); ONNX operator
    ``SoftmaxCrossEntropyLoss`` 13.

    Args:
        reduction: "mean" over all samples, "sum", or "none".
        axis: the axis of the classes.
        ignore: a class number that says that a sample does not count.
        smoothing: how much of the right class is shared out among all classes, from 0 to 1.
    """

    smoothing: float = 0.0

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

    def formula(self, name, given):
        if "weight" in given or self.ignore is not None or self.smoothing:
            return None
        text = self.formulas.get(name)
        return text.replace(" / n", "") if text and self.reduction != "mean" else text

    def infer(self, x: TensorSpec, target: TensorSpec, weight: TensorSpec | None = None) -> TensorSpec:
        labels = self.check(x, weight) if x.rank else ()
        wanted = x.shape if target.floating else labels
        if not x.rank or len(wanted) != target.rank or not all(map(same_size, wanted, target.shape)):
            raise ShapeError(
                "{operation}: for scores of shape {x} the target must hold class numbers (integers {labels}) "
                "or probabilities of the same shape, but it is {target} ({dtype})",
                operation=self.title,
                x=x,
                labels=x.like(shape=labels),
                target=target,
                dtype=target.dtype,
            )
        return TensorSpec(labels if self.reduction == "none" else (), x.dtype)

    def forward(self, xp, x, target, weight=None):
        logs = self._log_softmax(xp, x)
        if target.ndim == x.ndim:
            shares = self._smoothed(xp, x, self._weighed(xp, x, target, weight), weight)
            return self.reduced(xp, -xp.sum(shares * logs, axis=self.axis)), xp.exp(logs)
        classes, used, counts = self.weigh(xp, x, target, weight)
        each = -self.pick(xp, logs, classes)
        each = each if counts is None else each * counts
        if self.smoothing:
            others = self._smoothed(xp, x, xp.zeros_like(x), weight, used)
            each = (1 - self.smoothing) * each - xp.sum(others * logs, axis=self.axis)
        return self.divided(xp, each, counts), xp.exp(logs)

    def vjp(self, xp, g, out, x, target, weight=None, *, needs):
        _, p = out
        if target.ndim == x.ndim:
            scale = self.scale(xp, g, x, None)
            shares = self._smoothed(xp, x, self._weighed(xp, x, target, weight), weight)
            dx = p * xp.sum(shares, axis=self.axis, keepdims=True) - shares
            return dx * scale, self._for_target(xp, x, weight) * scale if needs[1] else None, None
        classes, used, counts = self.weigh(xp, x, target, weight)
        right = self.hits(xp, x, classes)
        if counts is None and not self.smoothing:
            return (p - right) * self.scale(xp, g, x, counts), None, None
        right = right if counts is None else right * xp.expand_dims(counts, axis=self.axis)
        shares = self._smoothed(xp, x, right, weight, used)
        dx = p * xp.sum(shares, axis=self.axis, keepdims=True) - shares
        return dx * self.scale(xp, g, x, counts), None, None

    def _weighed(self, xp, x, target, weight):
        return target if weight is None else target * xp.reshape(weight, self.along(x, x.shape[self.axis]))

    def _smoothed(self, xp, x, target, weight, used=None):
        """The target, of which a part is shared out among all classes, by their weights."""
        if not self.smoothing:
            return target
        others = self._weighed(xp, x, self.smoothing / x.shape[self.axis], weight)
        if used is not None:
            others = others * xp.expand_dims(used, axis=self.axis)
        return (1 - self.smoothing) * target + others

    def _for_target(self, xp, x, weight):
        return self._weighed(xp, x, -self._log_softmax(xp, x) * (1 - self.smoothing), weight)

    def _log_softmax(self, xp, x):
        shifted = x - xp.max(x, axis=self.axis, keepdims=True)
        return shifted - xp.log(xp.sum(xp.exp(shifted), axis=self.axis, keepdims=True))


class NegativeLogLikelihood(ClassLoss):
    """out = −Σ w · x[target] / Σ w over all samples; x holds logarithms of probabilities, w is 1 without weights.

    Source: PyTorch ``NLLLoss``; ONNX operator ``NegativeLogLikelihoodLoss`` 22.

    Args:
        reduction: "mean" over all samples, "sum", or "none".
        axis: the axis of the classes.
        ignore: a class number that says that a sample does not count.
    """

    symbol = "NLL"
    says = "Take minus the log probability that {x} has for the class in {target}, averaged, to get {out}."
    backward_says = (
        "The log probability of the right class gets minus the gradient of {out}, divided by what all "
        "samples count."
    )
    why = "Only the right class is looked at; that the others must fall comes from the softmax before."

    def formula(self, name, given):
        return None

    def infer(self, x: TensorSpec, target: TensorSpec, weight: TensorSpec | None = None) -> TensorSpec:
        labels = self.check(x, weight)
        if target.floating or len(labels) != target.rank or not all(map(same_size, labels, target.shape)):
            raise ShapeError(
                "{operation}: for log probabilities of shape {x} the target must hold class numbers "
                "(integers {labels}), but it is {target} ({dtype})",
                operation=self.title,
                x=x,
                labels=x.like(shape=labels),
                target=target,
                dtype=target.dtype,
            )
        return TensorSpec(target.shape if self.reduction == "none" else (), x.dtype)

    def forward(self, xp, x, target, weight=None):
        classes, _, counts = self.weigh(xp, x, target, weight)
        each = -self.pick(xp, x, classes)
        return self.divided(xp, each if counts is None else each * counts, counts)

    def vjp(self, xp, g, out, x, target, weight=None):
        classes, _, counts = self.weigh(xp, x, target, weight)
        right = self.hits(xp, x, classes)
        right = right if counts is None else right * xp.expand_dims(counts, axis=self.axis)
        return -right * self.scale(xp, g, x, counts), None, None
