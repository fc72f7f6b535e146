"""Rows of normalization."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case, positive


def rows() -> Iterator[Case]:
    yield Case(ops.BatchNorm(), ((4, 3, 2, 2), (3,), (3,)), _torch_norm)
    yield Case(ops.BatchNorm(), ((6, 3), (3,), (3,)), _torch_norm, "rows")
    fixed = ops.BatchNorm(training=False)
    operands = ((4, 3, 2, 2), (3,), (3,), lambda rng: rng.normal(size=3), positive(3))
    yield Case(
        fixed,
        operands,
        lambda t, x, s, b, m, v: _torch_norm(t, x, s, b, m.detach(), v.detach()),
        "not training",
    )


def _torch_norm(t: Any, x: Any, scale: Any, bias: Any, mean: Any = None, variance: Any = None) -> Any:
    return t.nn.functional.batch_norm(x, mean, variance, scale, bias, training=mean is None)
