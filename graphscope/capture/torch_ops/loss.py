"""Losses of PyTorch, each as one operation where the shapes allow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphscope.capture.lowering import Lowering, Tensor, Unsayable
from graphscope.capture.operands import dtype_of, op, rank_of, shape_of

REDUCTIONS = ("none", "mean", "sum")
"""PyTorch's numbers for how the losses of samples become one."""
MEAN = 1


def _compared(name: str, **named: str) -> Callable[..., Any]:
    """A loss of two tensors.

    Args:
        named: for one of PyTorch's arguments the field that it is here.
    """

    def rule(g: Lowering, x: Tensor, target: Tensor, reduction: int = MEAN, *more: Any, **given: Any) -> Any:
        kind = g.now.dtypes[0]
        fields = dict(zip(named.values(), more, strict=False))
        fields |= {named[key]: each for key, each in given.items() if key in named}
        if shape_of(x) != shape_of(target):
            raise Unsayable(f"{g.now.name} of different shapes")
        loss = op(name, reduction=REDUCTIONS[reduction], **fields)
        return g.call(loss, g.cast(x, kind), g.cast(target, kind))

    return rule


def binary_cross_entropy(
    g: Lowering, x: Tensor, target: Tensor, weight: Tensor | None = None, reduction: int = MEAN
) -> Any:
    """Of probabilities; each may count differently."""
    return _weighed(g, op("BinaryCrossEntropy", reduction="none"), x, target, weight, reduction)


def binary_cross_entropy_with_logits(
    g: Lowering,
    x: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    positive: Tensor | None = None,
    reduction: int = MEAN,
) -> Any:
    """Of scores; with weights of what is right it is taken apart."""
    if positive is None:
        return _weighed(g, op("BinaryCrossEntropyWithLogits", reduction="none"), x, target, weight, reduction)
    kind = dtype_of(x)
    target = g.cast(target, kind)
    wrong = g.call(op("Mul"), g.call(op("Sub"), g.cast(1, kind), target), g.call(op("Softplus"), x))
    right = g.call(op("Mul"), positive, g.call(op("Softplus"), g.call(op("Neg"), x)))
    each = g.call(op("Add"), wrong, g.call(op("Mul"), target, right))
    return _reduced(g, each if weight is None else g.call(op("Mul"), each, weight), reduction)


def _weighed(g: Lowering, each: Any, x: Tensor, target: Tensor, weight: Tensor | None, reduction: int) -> Any:
    """A loss of each element, weighed; as one operation where nothing is weighed."""
    target = g.cast(target, dtype_of(x))
    if weight is None:
        return g.call(op(each.name, reduction=REDUCTIONS[reduction]), x, target)
    return _reduced(g, g.call(op("Mul"), g.call(each, x, target), weight), reduction)


def _reduced(g: Lowering, each: Any, reduction: int) -> Any:
    names = (None, "ReduceMean", "ReduceSum")
    name = names[reduction]
    return each if name is None else g.call(op(name), each)


def cross_entropy(
    g: Lowering,
    x: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    reduction: int = MEAN,
    ignored: int = -100,
    smoothing: float = 0.0,
) -> Any:
    """Of scores, whose classes PyTorch has on axis 1."""
    fields = _classes(g, x, target, reduction, ignored)
    if smoothing:
        fields["smoothing"] = smoothing
    return g.call(op("SoftmaxCrossEntropy", **fields), x, target, weight)


def negative_log_likelihood(
    g: Lowering,
    logs: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    reduction: int = MEAN,
    ignored: int = -100,
) -> Any:
    """Of logarithms of probabilities."""
    fields = _classes(g, logs, target, reduction, ignored)
    return g.call(op("NegativeLogLikelihood", **fields), logs, target, weight)


def _classes(g: Lowering, x: Tensor, target: Tensor, reduction: int, ignored: int) -> dict[str, Any]:
    """The fields of a loss of classes; a number that leaves samples out is told only where it occurs."""
    fields: dict[str, Any] = {"reduction": REDUCTIONS[reduction]}
    if rank_of(x) > 2:
        fields["axis"] = 1
    seen = g.peek(target)
    if seen is not None and dtype_of(target).startswith("int") and bool((seen == ignored).any()):
        fields["ignore"] = ignored
    return fields


def likelihood_forward(g: Lowering, *given: Any) -> Any:
    """The form that also returns the weight of all samples, which only PyTorch's own backward reads."""
    return negative_log_likelihood(g, *given), None


RULES = {
    "mse_loss": _compared("MeanSquaredError"),
    "l1_loss": _compared("MeanAbsoluteError"),
    "smooth_l1_loss": _compared("SmoothL1", beta="beta"),
    "huber_loss": _compared("Huber", delta="delta"),
    "binary_cross_entropy": binary_cross_entropy,
    "binary_cross_entropy_with_logits": binary_cross_entropy_with_logits,
    "cross_entropy_loss": cross_entropy,
    **dict.fromkeys(("nll_loss", "nll_loss_nd", "nll_loss2d"), negative_log_likelihood),
    **dict.fromkeys(("nll_loss_forward", "nll_loss2d_forward"), likelihood_forward),
}
