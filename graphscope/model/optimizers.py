"""Optimizers by their usual names: ``g.optimizer(gs.optimizers.SGD(lr=0.5))``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from graphscope import ops
from graphscope.errors import InputError
from graphscope.model import given
from graphscope.ops.base import Op


def SGD(  # noqa: N802
    lr: float = 0.01, momentum: float = 0.0, *, nesterov: bool = False, weight_decay: float = 0.0
) -> Op:
    """Gradient descent, with momentum where it is not 0.

    Args:
        lr: the learning rate.
        momentum: how much of the velocity is kept.
        nesterov: whether to look ahead along the velocity.
        weight_decay: how much of a parameter is added to its gradient, to draw it to 0.

    Raises:
        InputError: a number out of its range.
    """
    rate, kept, decay = _number("lr", lr), _share("momentum", momentum), _number("weight_decay", weight_decay)
    return ops.Momentum(rate, kept, nesterov, decay) if kept else ops.SGD(rate, decay)


def Adam(  # noqa: N802
    lr: float = 0.001,
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.0,
    amsgrad: bool = False,
) -> Op:
    """Adam.

    Args:
        lr: the learning rate.
        beta1: how much of the mean gradient is kept.
        beta2: how much of the mean squared gradient is kept.
        epsilon: added to the divisor, so that it is never 0.
        weight_decay: how much of a parameter is added to its gradient, to draw it to 0.
        amsgrad: whether to divide by the largest size that was ever usual.

    Raises:
        InputError: a number out of its range.
    """
    numbers = _adam(lr, beta1, beta2, epsilon, weight_decay)
    return ops.AMSGrad(*numbers) if amsgrad else ops.Adam(*numbers)


def AdamW(  # noqa: N802
    lr: float = 0.001,
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.01,
    amsgrad: bool = False,
) -> Op:
    """Adam that draws parameters to 0 by themselves, not through their gradients.

    Args:
        lr: the learning rate.
        beta1: how much of the mean gradient is kept.
        beta2: how much of the mean squared gradient is kept.
        epsilon: added to the divisor, so that it is never 0.
        weight_decay: how fast a parameter is drawn to 0.
        amsgrad: whether to divide by the largest size that was ever usual.

    Raises:
        InputError: a number out of its range.
    """
    numbers = _adam(lr, beta1, beta2, epsilon, weight_decay)
    return ops.AMSGrad(*numbers, decoupled=True) if amsgrad else ops.AdamW(*numbers)


def RMSprop(  # noqa: N802
    lr: float = 0.01,
    *,
    alpha: float = 0.99,
    epsilon: float = 1e-8,
    momentum: float = 0.0,
    centered: bool = False,
    weight_decay: float = 0.0,
) -> Op:
    """RMSprop.

    Args:
        lr: the learning rate.
        alpha: how much of the mean squared gradient is kept.
        epsilon: added to the divisor, so that it is never 0.
        momentum: how much of the velocity is kept.
        centered: whether the deviation of the gradient counts, not its size.
        weight_decay: how much of a parameter is added to its gradient, to draw it to 0.

    Raises:
        InputError: a number out of its range.
    """
    return ops.RMSprop(
        _number("lr", lr),
        _share("alpha", alpha),
        _number("epsilon", epsilon),
        _share("momentum", momentum),
        centered,
        _number("weight_decay", weight_decay),
    )


def Adagrad(  # noqa: N802
    lr: float = 0.01, *, lr_decay: float = 0.0, epsilon: float = 1e-10, weight_decay: float = 0.0
) -> Op:
    """Adagrad.

    Args:
        lr: the learning rate.
        lr_decay: how fast the learning rate falls with the count of steps.
        epsilon: added to the divisor, so that it is never 0.
        weight_decay: how much of a parameter is added to its gradient, to draw it to 0.

    Raises:
        InputError: a number out of its range.
    """
    told = {"lr": lr, "lr_decay": lr_decay, "epsilon": epsilon, "weight_decay": weight_decay}
    return ops.Adagrad(**{name: _number(name, value) for name, value in told.items()})


def _momentum(lr: float = 0.01) -> Op:
    return SGD(lr, 0.9)


def _nesterov(lr: float = 0.01) -> Op:
    return SGD(lr, 0.9, nesterov=True)


def _adam(*numbers: float) -> tuple[float, ...]:
    """The numbers of Adam and its kin, in order, held to their ranges."""
    limits = {"lr": inf, "beta1": 1.0, "beta2": 1.0, "epsilon": inf, "weight_decay": inf}
    return tuple(
        _number(name, value, below=limit)
        for (name, limit), value in zip(limits.items(), numbers, strict=True)
    )


def _share(name: str, value: Any) -> float:
    return _number(name, value, below=1.0)


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


BY_NAME: Mapping[str, Callable[..., Op]] = {
    "sgd": SGD,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adam": Adam,
    "adamw": AdamW,
    "rmsprop": RMSprop,
    "adagrad": Adagrad,
}
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
