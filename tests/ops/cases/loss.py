"""Rows of losses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case, chances, exactly, whole


def rows() -> Iterator[Case]:
    pair = ((4, 2), (4, 2))
    yield Case(ops.MeanSquaredError(), pair, _torch_loss("mse_loss"))
    yield Case(ops.MeanSquaredError("sum"), pair, _torch_loss("mse_loss", "sum"), "sum")
    bce = ops.BinaryCrossEntropyWithLogits
    yield Case(bce(), pair, _torch_loss("binary_cross_entropy_with_logits"))
    far = (exactly([900.0], [-900.0], [0.0]), exactly([0.0], [1.0], [0.5]))
    yield Case(
        bce("sum"), far, _torch_loss("binary_cross_entropy_with_logits", "sum"), "far out", smooth=False
    )
    ce = ops.SoftmaxCrossEntropy
    yield Case(ce(), ((4, 3), whole(3, 4)), _torch_loss("cross_entropy"))
    yield Case(ce("sum"), ((4, 3), chances(4, 3)), _torch_loss("cross_entropy", "sum"), "probabilities")
    deep = lambda t, x, y: t.nn.functional.cross_entropy(x.reshape(10, 3), y.reshape(10))  # noqa: E731
    yield Case(ce(), ((2, 5, 3), whole(3, 2, 5)), deep, "sequence")


def _torch_loss(name: str, reduction: str = "mean") -> Callable[..., Any]:
    return lambda t, x, target: getattr(t.nn.functional, name)(x, target, reduction=reduction)
