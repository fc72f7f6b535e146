"""Losses of PyTorch: those that GraphScope has as one operation, and what the others consist of."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphscope.capture.lowering import Lowering, Tensor
from graphscope.capture.operands import dtype_of, op, rank_of, shape_of

NONE, MEAN, SUM = 0, 1, 2
"""PyTorch's numbers for how the losses of samples become one."""
_NAMES = {MEAN: "mean", SUM: "sum"}


def _reduced(g: Lowering, each: Any, reduction: int) -> Any:
    if reduction == NONE:
        return each
    return g.call(op("ReduceMean" if reduction == MEAN else "ReduceSum"), each)


def mean_squared_error(g: Lowering, x: Tensor, target: Tensor, reduction: int = MEAN) -> Any:
    """As one operation where the shapes are the same."""
    kind = g.now.dtypes[0]
    x, target = g.cast(x, kind), g.cast(target, kind)
    if reduction in _NAMES and shape_of(x) == shape_of(target):
        return g.call(op("MeanSquaredError", reduction=_NAMES[reduction]), x, target)
    return _reduced(g, g.call(op("Square"), g.call(op("Sub"), x, target)), reduction)


def binary_cross_entropy_with_logits(
    g: Lowering,
    x: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    positive: Tensor | None = None,
    reduction: int = MEAN,
) -> Any:
    """As one operation; with weights it is taken apart."""
    if reduction in _NAMES and weight is None and positive is None and shape_of(x) == shape_of(target):
        fused = op("BinaryCrossEntropyWithLogits", reduction=_NAMES[reduction])
        return g.call(fused, x, g.cast(target, dtype_of(x)))
    target = g.cast(target, dtype_of(x))
    no = g.call(op("Sub"), np.asarray(1, dtype_of(x)), target)
    wrong, right = _softplus(g, x), _softplus(g, g.call(op("Neg"), x))
    if positive is not None:
        right = g.call(op("Mul"), positive, right)
    each = g.call(op("Add"), g.call(op("Mul"), no, wrong), g.call(op("Mul"), target, right))
    return _reduced(g, each if weight is None else g.call(op("Mul"), each, weight), reduction)


def _softplus(g: Lowering, x: Any) -> Any:
    return g.call(op("Softplus"), x)


def cross_entropy(
    g: Lowering,
    x: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    reduction: int = MEAN,
    ignored: int = -100,
    smoothing: float = 0.0,
) -> Any:
    """As one operation where no class is weighed, left out or smoothed."""
    x, target = _classes_last(g, x, target)
    plain = weight is None and smoothing == 0 and reduction in _NAMES and not _holds(g, target, ignored)
    if plain and (dtype_of(target).startswith("int") or dtype_of(target) == dtype_of(x)):
        return g.call(op("SoftmaxCrossEntropy", reduction=_NAMES[reduction]), x, target)
    logs = g.call(op("LogSoftmax", axis=-1), x)
    if not dtype_of(target).startswith("int"):
        return _of_probabilities(g, logs, target, weight, reduction, smoothing)
    return _of_classes(g, logs, target, weight, reduction, ignored, smoothing)


def negative_log_likelihood(
    g: Lowering,
    logs: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    reduction: int = MEAN,
    ignored: int = -100,
) -> Any:
    """From logarithms of probabilities."""
    logs, target = _classes_last(g, logs, target)
    return _of_classes(g, logs, target, weight, reduction, ignored, 0.0)


def _classes_last(g: Lowering, x: Any, target: Any) -> tuple[Any, Any]:
    """PyTorch has the classes on axis 1."""
    rank = rank_of(x)
    if rank > 2:
        order = (0, *range(2, rank), 1)
        x = g.call(op("Transpose", order=order), x)
        if rank_of(target) == rank:
            target = g.call(op("Transpose", order=order), target)
    return x, target


def _holds(g: Lowering, target: Any, ignored: int) -> bool:
    """Whether a sample is left out."""
    seen = g.peek(target)
    return seen is not None and bool((seen == ignored).any())


def _of_classes(
    g: Lowering,
    logs: Any,
    target: Any,
    weight: Tensor | None,
    reduction: int,
    ignored: int,
    smoothing: float,
) -> Any:
    kind = dtype_of(logs)
    there = None
    if _holds(g, target, ignored):
        there = g.call(op("Not"), g.call(op("Equal"), target, np.asarray(ignored, dtype_of(target))))
        target = g.call(op("Where"), there, target, np.asarray(0, dtype_of(target)))
    places = g.call(op("Unsqueeze", axes=(-1,)), g.cast(target, "int64"))
    picked = g.call(op("Squeeze", axes=(-1,)), g.call(op("GatherElements", axis=-1), logs, places))
    share = None if weight is None else g.call(op("Gather"), weight, target)
    if there is not None:
        counted = g.cast(there, kind)
        share = counted if share is None else g.call(op("Mul"), share, counted)
    loss = _weighed(g, g.call(op("Neg"), picked), share)
    if smoothing:
        even = logs if weight is None else g.call(op("Mul"), logs, weight)
        even = g.call(op("Neg"), g.call(op("ReduceSum", axes=(-1,)), even))
        even = even if there is None else g.call(op("Mul"), even, g.cast(there, kind))
        classes = shape_of(logs)[-1]
        loss = g.call(
            op("Add"),
            g.call(op("Mul"), loss, g.cast(1 - smoothing, kind)),
            g.call(op("Mul"), even, g.cast(smoothing / classes, kind)),
        )
    if reduction != MEAN or share is None:
        return _reduced(g, loss, reduction)
    return g.call(op("Div"), g.call(op("ReduceSum"), loss), g.call(op("ReduceSum"), share))


def _weighed(g: Lowering, each: Any, share: Any) -> Any:
    return each if share is None else g.call(op("Mul"), each, share)


def _of_probabilities(
    g: Lowering, logs: Any, target: Any, weight: Tensor | None, reduction: int, smoothing: float
) -> Any:
    kind = dtype_of(logs)
    if smoothing:
        classes = shape_of(logs)[-1]
        target = g.call(op("Mul"), target, g.cast(1 - smoothing, kind))
        target = g.call(op("Add"), target, g.cast(smoothing / classes, kind))
    each = g.call(op("Mul"), target, logs)
    each = each if weight is None else g.call(op("Mul"), each, weight)
    each = g.call(op("Neg"), g.call(op("ReduceSum", axes=(-1,)), each))
    return _reduced(g, each, reduction)


def likelihood_forward(g: Lowering, *given: Any) -> Any:
    """The form that also returns the weight of all samples, which only PyTorch's own backward reads."""
    return negative_log_likelihood(g, *given), None


def absolute_error(g: Lowering, x: Tensor, target: Tensor, reduction: int = MEAN) -> Any:
    """The mean of the distances."""
    return _reduced(g, g.call(op("Abs"), g.call(op("Sub"), x, target)), reduction)


RULES = {
    "mse_loss": mean_squared_error,
    "binary_cross_entropy_with_logits": binary_cross_entropy_with_logits,
    "cross_entropy_loss": cross_entropy,
    **dict.fromkeys(("nll_loss", "nll_loss_nd", "nll_loss2d"), negative_log_likelihood),
    **dict.fromkeys(("nll_loss_forward", "nll_loss2d_forward"), likelihood_forward),
    "l1_loss": absolute_error,
}
