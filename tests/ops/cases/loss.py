"""Rows of losses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, Source, chances, exactly, positive, whole


def probabilities(*shape: int) -> Source:
    """Single probabilities, not too near 0 and 1."""
    return lambda rng: rng.uniform(0.1, 0.9, shape)


def rows() -> Iterator[Case]:
    yield from _of_numbers()
    yield from _of_probabilities()
    yield from _of_classes()
    yield from _of_weighed_classes()
    yield from _of_log_probabilities()


PAIR = ((4, 2), (4, 2))


def _of_numbers() -> Iterator[Case]:
    yield Case(ops.MeanSquaredError(), PAIR, _torch("mse_loss"))
    yield Case(ops.MeanSquaredError("sum"), PAIR, _torch("mse_loss", "sum"), "sum")
    yield Case(ops.MeanSquaredError("none"), PAIR, _torch("mse_loss", "none"), "none")
    yield Case(ops.MeanAbsoluteError(), PAIR, _torch("l1_loss"))
    yield Case(ops.MeanAbsoluteError("none"), PAIR, _torch("l1_loss", "none"), "none")
    met = (exactly(1.0, 2.0, 5.0), exactly(1.0, 3.0, 2.0))
    yield Case(ops.MeanAbsoluteError(), met, _torch("l1_loss"), "at 0", smooth=False)
    yield Case(ops.SmoothL1(), PAIR, _torch("smooth_l1_loss"))
    yield Case(ops.SmoothL1("sum", 0.5), PAIR, _torch("smooth_l1_loss", "sum", beta=0.5), "sum")
    yield Case(ops.SmoothL1(beta=0.0), met, _torch("smooth_l1_loss", beta=0.0), "no bend", smooth=False)
    yield Case(ops.Huber(), PAIR, _torch("huber_loss"))
    yield Case(ops.Huber("none", 0.5), PAIR, _torch("huber_loss", "none", delta=0.5), "none")


def _of_probabilities() -> Iterator[Case]:
    bce = ops.BinaryCrossEntropyWithLogits
    yield Case(bce(), PAIR, _torch("binary_cross_entropy_with_logits"))
    far = (exactly([900.0], [-900.0], [0.0]), exactly([0.0], [1.0], [0.5]))
    yield Case(bce("sum"), far, _torch("binary_cross_entropy_with_logits", "sum"), "far out", smooth=False)
    yield Case(bce("none"), PAIR, _torch("binary_cross_entropy_with_logits", "none"), "none")
    sure = (probabilities(4, 2), probabilities(4, 2))
    yield Case(ops.BinaryCrossEntropy(), sure, _torch("binary_cross_entropy"))
    yield Case(ops.BinaryCrossEntropy("none"), sure, _torch("binary_cross_entropy", "none"), "none")
    sure = (exactly(0.0, 1.0, 0.999), exactly(1.0, 1.0, 0.0))
    ends = lambda t, x, y: t.nn.functional.binary_cross_entropy(x.detach(), y.detach())  # noqa: E731
    yield Case(ops.BinaryCrossEntropy(), sure, ends, "sure", smooth=False)
    logs = lambda rng: -rng.uniform(0.1, 3.0, (4, 3))  # noqa: E731
    yield Case(ops.KLDivergence(), (logs, probabilities(4, 3)), lambda t, x, y: (y * (y.log() - x)).mean())
    each = ops.KLDivergence(per_sample=True)
    yield Case(each, (logs, probabilities(4, 3)), _torch("kl_div", "batchmean"), "per sample")
    both = ops.KLDivergence("sum", log_target=True)
    yield Case(both, (logs, logs), _torch("kl_div", "sum", log_target=True), "log target")
    some = lambda t, x, y: t.nn.functional.kl_div(x, y.detach(), reduction="none")  # noqa: E731
    none_at_all = ((3,), exactly(0.0, 0.5, 1.0))
    yield Case(ops.KLDivergence("none"), none_at_all, some, "zeros", smooth=False)


def _of_classes() -> Iterator[Case]:
    ce = ops.SoftmaxCrossEntropy
    yield Case(ce(), ((4, 3), whole(3, 4)), _torch("cross_entropy"))
    yield Case(ce("sum"), ((4, 3), chances(4, 3)), _torch("cross_entropy", "sum"), "probabilities")
    yield Case(ce("none"), ((4, 3), whole(3, 4)), _torch("cross_entropy", "none"), "none")
    deep = lambda t, x, y: t.nn.functional.cross_entropy(x.reshape(10, 3), y.reshape(10))  # noqa: E731
    yield Case(ce(), ((2, 5, 3), whole(3, 2, 5)), deep, "sequence")
    yield Case(ce(axis=1), ((2, 3, 2, 2), whole(3, 2, 2, 2)), _torch("cross_entropy"), "picture")
    share = lambda rng: rng.dirichlet([1.0, 1.0, 1.0], (2, 4)).transpose(0, 2, 1)  # noqa: E731
    each = ce("none", axis=1)
    yield Case(each, ((2, 3, 4), share), _torch("cross_entropy", "none"), "probabilities each")
    yield Case(ce(), ((3,), lambda rng: np.array(2)), _torch("cross_entropy"), "one sample")
    smooth = ce(smoothing=0.1)
    yield Case(smooth, ((4, 3), whole(3, 4)), _torch("cross_entropy", label_smoothing=0.1), "smoothed")
    spread = _torch("cross_entropy", label_smoothing=0.2)
    yield Case(ce(smoothing=0.2), ((4, 3), chances(4, 3)), spread, "smoothed probabilities")


def _of_weighed_classes() -> Iterator[Case]:
    ce, some = ops.SoftmaxCrossEntropy, exactly(2, -100, 1, 0)
    yield Case(ce(), ((4, 3), whole(3, 4), positive(3)), _weighed("cross_entropy"), "weights")
    yield Case(
        ce("none"), ((4, 3), whole(3, 4), positive(3)), _weighed("cross_entropy", "none"), "weights each"
    )
    yield Case(ce(ignore=-100), ((4, 3), some), _torch("cross_entropy"), "ignored")
    picture = ((2, 3, 2), exactly([0, 1], [2, 1]), positive(3))
    op = ce(axis=1, ignore=1)
    yield Case(op, picture, _weighed("cross_entropy", ignore_index=1), "weights and ignored")
    op = ce(ignore=-100, smoothing=0.3)
    every = _weighed("cross_entropy", label_smoothing=0.3)
    yield Case(op, ((4, 3), some, exactly(0.5, 0.0, 2.0)), every, "weights, ignored and smoothed")
    op = ce(smoothing=0.3)
    yield Case(op, ((4, 3), chances(4, 3), positive(3)), every, "weights and probabilities")


def _of_log_probabilities() -> Iterator[Case]:
    nll = ops.NegativeLogLikelihood
    yield Case(nll(), ((4, 3), whole(3, 4)), _torch("nll_loss"))
    op = nll("sum", axis=1)
    yield Case(op, ((2, 3, 2, 2), whole(3, 2, 2, 2), positive(3)), _weighed("nll_loss", "sum"), "picture")
    op = nll(axis=1, ignore=0)
    both = ((2, 3, 2), exactly([0, 1], [2, 1]), positive(3))
    yield Case(op, both, _weighed("nll_loss", ignore_index=0), "weights and ignored")
    yield Case(nll("none"), ((4, 3), whole(3, 4)), _torch("nll_loss", "none"), "none")


def _torch(name: str, reduction: str = "mean", **options: Any) -> Callable[..., Any]:
    return lambda t, x, y: getattr(t.nn.functional, name)(x, y, reduction=reduction, **options)


def _weighed(name: str, reduction: str = "mean", **options: Any) -> Callable[..., Any]:
    """Class weights get no gradient in PyTorch."""

    def theirs(t: Any, x: Any, y: Any, weight: Any) -> Any:
        return getattr(t.nn.functional, name)(x, y, weight.detach(), reduction=reduction, **options)

    return theirs
