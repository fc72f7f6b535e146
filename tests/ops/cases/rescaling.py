"""Rows of older kinds of normalization."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case, exactly


def rows() -> Iterator[Case]:
    x = (2, 5, 3)
    yield Case(ops.LRN(3, 0.3, 0.6, 1.5), (x,), lambda t, x: _local(t, x, 3, 0.3, 0.6, 1.5))
    yield Case(ops.LRN(4, alpha=0.2), ((1, 6, 2, 2),), None, "even size")
    yield Case(
        ops.LRN(9, alpha=0.5, beta=1.0), (x,), lambda t, x: _local(t, x, 9, 0.5, 1.0, 1.0), "all channels"
    )
    yield Case(ops.MeanVarianceNorm(), ((2, 3, 2, 2),), _torch_mean_variance((0, 2, 3)))
    yield Case(ops.MeanVarianceNorm((-1,), 0.1), ((3, 4),), _torch_mean_variance((-1,), 0.1), "rows")
    yield Case(ops.LpNorm(), ((3, 4),), lambda t, x: t.nn.functional.normalize(x, 2, -1))
    yield Case(
        ops.LpNorm(axis=0, power=1), ((3, 2, 2),), lambda t, x: t.nn.functional.normalize(x, 1, 0), "sums"
    )
    yield Case(ops.LpNorm(axis=1), (exactly([[3.0, 4.0]], [[-5.0, 12.0]]),), None, "middle")


def _local(t: Any, x: Any, size: int, alpha: float, beta: float, bias: float) -> Any:
    return t.nn.functional.local_response_norm(x, size, alpha, beta, bias)


def _torch_mean_variance(axes: tuple[int, ...], epsilon: float = 1e-9) -> Any:
    def run(t: Any, x: Any) -> Any:
        return (x - x.mean(axes, True)) / (x.std(axes, correction=0, keepdim=True) + epsilon)

    return run
