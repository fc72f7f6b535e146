"""Reductions of PyTorch: sums, means, extremes, variances and norms along axes."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from graphscope.capture.lowering import Lowering, Tensor, Unsayable
from graphscope.capture.operands import dtype_of, op, rank_of, shape_of


def _axes(axes: Any, x: Tensor) -> tuple[int, ...] | None:
    """None for all of them."""
    if axes is None or axes == []:
        return None
    chosen = (axes,) if isinstance(axes, int) else tuple(axes)
    return chosen if rank_of(x) else ()


def _reduction(operation: str) -> Callable[..., Any]:
    def rule(g: Lowering, x: Tensor, axes: Any = None, keepdim: bool = False, **_: Any) -> Any:
        x = g.cast(x, g.now.dtypes[0])
        return g.call(op(operation, axes=_axes(axes, x), keepdims=keepdim), x)

    return rule


mean = _reduction("ReduceMean")


def _extreme(operation: str, place: str) -> Callable[..., Any]:
    """The largest or smallest along an axis, and where it is."""

    def rule(g: Lowering, x: Tensor, axis: int, keepdim: bool = False) -> Any:
        best = g.call(op(operation, axes=(axis,), keepdims=keepdim), x)
        try:
            where = g.call(op(place, axis=axis, keepdims=keepdim), x)
        except Unsayable:
            where = None
        return best, where

    return rule


def _place(operation: str) -> Callable[..., Any]:
    def rule(g: Lowering, x: Tensor, axis: int | None = None, keepdim: bool = False) -> Any:
        if axis is None:
            x, axis = g.call(op("Reshape", shape=(-1,)), x), 0
        return g.call(op(operation, axis=axis, keepdims=keepdim), x)

    return rule


def variance(
    g: Lowering,
    x: Tensor,
    axes: Any = None,
    unbiased: Any = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Any:
    """The mean of the squared distances from the mean, divided by n − 1 or as asked."""
    if isinstance(axes, bool):  # its shortest form has no axes
        axes, unbiased = None, axes
    taken = 1 if unbiased is None else int(unbiased)
    taken = taken if correction is None else correction
    along = _axes(axes, x)
    count = prod(shape_of(x)) if along is None else prod(shape_of(x)[axis] for axis in along)
    center = g.call(op("ReduceMean", axes=along, keepdims=True), x)
    squares = g.call(op("Square"), g.call(op("Sub"), x, center))
    made = g.call(op("ReduceMean", axes=along, keepdims=keepdim), squares)
    if not taken:
        return made
    factor = np.float64(count) / np.float64(max(count - taken, 0)) if count > taken else np.inf
    return g.call(op("Mul"), made, g.cast(factor, dtype_of(x)))


def deviation(g: Lowering, x: Tensor, *given: Any, **named: Any) -> Any:
    """The root of the variance."""
    return g.call(op("Sqrt"), variance(g, x, *given, **named))


def variance_and_mean(g: Lowering, x: Tensor, axes: Any = None, *given: Any, **named: Any) -> Any:
    """Both of them."""
    keepdim = named.get("keepdim", given[1] if len(given) > 1 else False)
    center = g.call(op("ReduceMean", axes=_axes(axes, x), keepdims=keepdim), x)
    return variance(g, x, axes, *given, **named), center


def log_sum_exp(g: Lowering, x: Tensor, axes: Any, keepdim: bool = False) -> Any:
    """The logarithm of the sum of exponentials."""
    return g.call(op("ReduceLogSumExp", axes=_axes(axes, x), keepdims=keepdim), x)


def norm(
    g: Lowering,
    x: Tensor,
    order: float = 2,
    axes: Any = None,
    keepdim: bool = False,
    **_: Any,
) -> Any:
    """The length, or the sum of magnitudes."""
    fields = {"axes": _axes(axes, x), "keepdims": keepdim}
    if order == 2:
        return g.call(op("Sqrt"), g.call(op("ReduceSum", **fields), g.call(op("Square"), x)))
    if order == 1:
        return g.call(op("ReduceSum", **fields), g.call(op("Abs"), x))
    raise Unsayable


def running_sum(g: Lowering, x: Tensor, axis: int, **_: Any) -> Any:
    """The sum up to each place."""
    return g.call(op("CumSum", axis=axis), g.cast(x, g.now.dtypes[0]))


RULES = {
    "sum": _reduction("ReduceSum"),
    "mean": mean,
    "amax": _reduction("ReduceMax"),
    "amin": _reduction("ReduceMin"),
    "prod": _reduction("ReduceProd"),
    "max": _reduction("ReduceMax"),
    "min": _reduction("ReduceMin"),
    "max.dim": _extreme("ReduceMax", "ArgMax"),
    "min.dim": _extreme("ReduceMin", "ArgMin"),
    "max.other": lambda g, x, y: g.call(op("Maximum"), x, y),
    "min.other": lambda g, x, y: g.call(op("Minimum"), x, y),
    "argmax": _place("ArgMax"),
    "argmin": _place("ArgMin"),
    "var": variance,
    "std": deviation,
    "var_mean": variance_and_mean,
    "logsumexp": log_sum_exp,
    "linalg_vector_norm": norm,
    "norm": norm,
    "cumsum": running_sum,
}
