"""Optimizers by their usual names: ``g.optimizer(gs.optimizers.SGD(lr=0.5))``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graphscope import ops
from graphscope.ops.base import Op


def SGD(lr: float = 0.01, momentum: float = 0.0, *, nesterov: bool = False) -> Op:  # noqa: N802
    """Gradient descent, with momentum where it is not 0.

    Args:
        lr: the learning rate.
        momentum: how much of the velocity is kept.
        nesterov: whether to look ahead along the velocity.
    """
    return ops.Momentum(lr, momentum, nesterov) if momentum else ops.SGD(lr)


def Adam(  # noqa: N802
    lr: float = 0.001, *, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> Op:
    """Adam.

    Args:
        lr: the learning rate.
        beta1: how much of the mean gradient is kept.
        beta2: how much of the mean squared gradient is kept.
        epsilon: added to the divisor, so that it is never 0.
    """
    return ops.Adam(lr, beta1, beta2, epsilon)


BY_NAME: Mapping[str, Callable[..., Op]] = {"sgd": SGD, "momentum": ops.Momentum, "adam": Adam}
"""Each optimizer by the name that a command line or a file gives it."""
