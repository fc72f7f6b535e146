"""Reductions of PyTorch: sums, means, extremes, variances and norms along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphscope.capture.lowering import Lowering, Tensor, Unsayable
from graphscope.capture.operands import op, rank_of


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
        return best, g.call(op(place, axis=axis, keepdims=keepdim), x)

    return rule


def _place(operation: str) -> Callable[..., Any]:
    def rule(g: Lowering, x: Tensor, axis: int | None = None, keepdim: bool = False) -> Any:
        return g.call(op(operation, axis=axis, keepdims=keepdim), x)

    return rule


def _spread(operation: str) -> Callable[..., Any]:
    """The variance or its root, divided by n − 1 or as asked."""

    def rule(
        g: Lowering,
        x: Tensor,
        axes: Any = None,
        unbiased: Any = None,
        keepdim: bool = False,
        *,
        correction: float | None = None,
    ) -> Any:
        if isinstance(axes, bool):  # the shortest form has no axes
            axes, unbiased = None, axes
        taken = (1 if unbiased is None else int(unbiased)) if correction is None else correction
        return g.call(op(operation, axes=_axes(axes, x), keepdims=keepdim, correction=float(taken)), x)

    return rule


variance = _spread("ReduceVariance")


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
    if order not in (1, 2):
        raise Unsayable
    return g.call(op("ReduceL2" if order == 2 else "ReduceL1", **fields), x)


def running_sum(g: Lowering, x: Tensor, axis: int, **_: Any) -> Any:
    """The sum up to each place."""
    return g.call(op("CumSum", axis=axis), g.cast(x, g.now.dtypes[0]))


def running_product(g: Lowering, x: Tensor, axis: int, **_: Any) -> Any:
    """The product up to each place."""
    return g.call(op("CumProd", axis=axis), g.cast(x, g.now.dtypes[0]))


def largest(g: Lowering, x: Tensor, count: int, axis: int = -1, greatest: bool = True, *_: Any) -> Any:
    """The largest or smallest along an axis, and where they are."""
    return g.call(op("TopK", k=count, axis=axis, largest=greatest), x)


def _truth(operation: str) -> Callable[..., Any]:
    """Whether one or all of them are true: the largest or smallest, true being 1."""

    def rule(g: Lowering, x: Tensor, axes: Any = None, keepdim: bool = False) -> Any:
        ones = g.cast(g.cast(x, "bool"), "int64")
        return g.cast(g.call(op(operation, axes=_axes(axes, x), keepdims=keepdim), ones), "bool")

    return rule


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
    "argmax": _place("ArgMax"),
    "argmin": _place("ArgMin"),
    "var": variance,
    "std": _spread("ReduceDeviation"),
    "var_mean": variance_and_mean,
    "logsumexp": log_sum_exp,
    "linalg_vector_norm": norm,
    "norm": norm,
    "cumsum": running_sum,
    "cumprod": running_product,
    "topk": largest,
    "any": _truth("ReduceMax"),
    "all": _truth("ReduceMin"),
}
