"""Optimizers by their usual names: ``g.optimizer(gs.optimizers.SGD(lr=0.5))``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from graphscope import ops
from graphscope.errors import InputError
from graphscope.model import given
from graphscope.ops.base import Op


def SGD(lr: float = 0.01, momentum: float = 0.0, *, nesterov: bool = False) -> Op:  # noqa: N802
    """Gradient descent, with momentum where it is not 0.

    Args:
        lr: the learning rate.
        momentum: how much of the velocity is kept.
        nesterov: whether to look ahead along the velocity.

    Raises:
        InputError: a number out of its range.
    """
    rate, kept = _number("lr", lr), _number("momentum", momentum, below=1.0)
    return ops.Momentum(rate, kept, nesterov) if kept else ops.SGD(rate)


def Adam(  # noqa: N802
    lr: float = 0.001, *, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> Op:
    """Adam.

    Args:
        lr: the learning rate.
        beta1: how much of the mean gradient is kept.
        beta2: how much of the mean squared gradient is kept.
        epsilon: added to the divisor, so that it is never 0.

    Raises:
        InputError: a number out of its range.
    """
    return ops.Adam(
        _number("lr", lr),
        _number("beta1", beta1, below=1.0),
        _number("beta2", beta2, below=1.0),
        _number("epsilon", epsilon),
    )


def _momentum(lr: float = 0.01) -> Op:
    return SGD(lr, 0.9)


def _number(name: str, value: Any, *, below: float = inf) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number < below:
        raise InputError(
            "{name} of an optimizer is a number from 0 up to, not including, {limit}, but it is {value}",
            name=name,
            limit="∞" if below == inf else f"{below:g}",
            value=given.shown(value),
        )
    return number


BY_NAME: Mapping[str, Callable[..., Op]] = {"sgd": SGD, "momentum": _momentum, "adam": Adam}
"""Each optimizer by the name that a command line or a file gives it."""


def optimizer(wanted: Op | str) -> Op | None:
    """An optimizer by its name and rate (``adam``, ``sgd:0.1``), or the op itself; None for ``none``.

    Raises:
        InputError: no optimizer has that name, the rate is no number, or it is no op that updates.
    """
    if not isinstance(wanted, str):
        return _update(wanted)
    name, _, rate = wanted.partition(":")
    if name == "none":
        return None
    if name not in BY_NAME:
        known = ", ".join((*BY_NAME, "none"))
        raise InputError("there is no optimizer “{name}”; choose one of {known}", name=name, known=known)
    return BY_NAME[name](rate) if rate else BY_NAME[name]()


def _update(wanted: Any) -> Op:
    takes = wanted.signature.operands if isinstance(wanted, Op) else ()
    if not isinstance(wanted, Op) or len(takes) < 2 or wanted.signature.differentiable:
        raise InputError(
            "the optimizer is an operation that updates, such as gs.optimizers.SGD(lr=0.1), not {given}",
            given=given.shown(wanted),
        )
    return wanted
