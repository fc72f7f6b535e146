"""Reads an optimizer of ``torch.optim``: which update each weight gets, and the state that it is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from graphscope.capture.lowering import Unsayable
from graphscope.capture.operands import op
from graphscope.capture.torch_step import array
from graphscope.errors import ModelError
from graphscope.model.model import Model
from graphscope.ops.base import Op

Group = Mapping[str, Any]


def read(module: Any, optimizer: Any, model: Model) -> Model:
    """The model with the optimizer's update and state; as it is where there is none.

    Raises:
        ModelError: an optimizer that is not known, or one of its settings.
    """
    if optimizer is None:
        return model
    paths = {id(tensor): path for path, tensor in module.named_parameters(remove_duplicate=False)}
    updates: dict[str, Op | None] = {}
    states: dict[str, np.ndarray] = {}
    for group in optimizer.param_groups:
        update = _update(optimizer, group)
        for tensor in group["params"]:
            name = paths.get(id(tensor), "")
            if name in model.graph.parameters:
                updates[name] = update
                states |= _states(optimizer, tensor, name, update, group)
    return _with(model, updates, states)


def _with(model: Model, updates: Mapping[str, Op | None], states: Mapping[str, np.ndarray]) -> Model:
    """The update that most weights get, and what differs from it."""
    counts = Counter(each for each in updates.values() if each is not None)
    usual = counts.most_common(1)[0][0] if counts else None
    found = {name: updates.get(name) for name in model.graph.parameters}
    others = {name: each for name, each in found.items() if each != usual}
    return replace(model, optimizer=usual, updates=others, states=states)


def _update(optimizer: Any, group: Group) -> Op:
    kind = type(optimizer).__name__
    maker = _MAKERS.get(kind)
    if maker is None or type(optimizer).__module__.split(".")[0] != "torch":
        raise ModelError(
            "the optimizer {kind} is not known here; capture without it (optimizer=None), or with one of {known}",
            kind=kind,
            known=", ".join(_MAKERS),
        )
    try:
        return maker(group)
    except Unsayable as reason:
        raise ModelError(
            "{kind} with {setting} is not known here; capture without the optimizer (optimizer=None)",
            kind=kind,
            setting=str(reason) or "these settings",
        ) from None


def _rate(group: Group) -> float:
    return float(group["lr"])


def _plain(group: Group, **usual: Any) -> None:
    """Hold settings to the values that our updates know.

    Raises:
        Unsayable: one is another.
    """
    for name, value in usual.items():
        if group.get(name, value) != value:
            raise Unsayable(f"{name}={group[name]}")


def _decay(group: Group) -> dict[str, float]:
    """A field only where weights decay."""
    return {"weight_decay": float(group["weight_decay"])} if group.get("weight_decay") else {}


def _sgd(group: Group) -> Op:
    _plain(group, dampening=0, maximize=False)
    if not group["momentum"]:
        return op("SGD", lr=_rate(group), **_decay(group))
    return op(
        "Momentum",
        lr=_rate(group),
        momentum=float(group["momentum"]),
        nesterov=bool(group["nesterov"]),
        **_decay(group),
    )


def _adam(group: Group, *, decoupled: bool = False) -> Op:
    _plain(group, maximize=False)
    decoupled = decoupled or bool(group.get("decoupled_weight_decay"))
    beta1, beta2 = group["betas"]
    fields: dict[str, Any] = {"lr": _rate(group), "beta1": float(beta1), "beta2": float(beta2)}
    fields |= {"epsilon": float(group["eps"])}
    if group["amsgrad"]:
        return op("AMSGrad", **fields, **_decay(group), decoupled=decoupled)
    if decoupled:
        return op("AdamW", **fields, weight_decay=float(group["weight_decay"]))
    return op("Adam", **fields, **_decay(group))


def _adamw(group: Group) -> Op:
    return _adam(group, decoupled=True)


def _rmsprop(group: Group) -> Op:
    _plain(group, maximize=False)
    return op(
        "RMSprop",
        lr=_rate(group),
        alpha=float(group["alpha"]),
        epsilon=float(group["eps"]),
        momentum=float(group["momentum"]),
        centered=bool(group["centered"]),
        **_decay(group),
    )


def _adagrad(group: Group) -> Op:
    _plain(group, maximize=False)
    return op(
        "Adagrad",
        lr=_rate(group),
        lr_decay=float(group["lr_decay"]),
        epsilon=float(group["eps"]),
        **_decay(group),
    )


_MAKERS: Mapping[str, Callable[[Group], Op]] = {
    "SGD": _sgd,
    "Adam": _adam,
    "AdamW": _adamw,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
}

_STATES: Mapping[str, tuple[str, ...]] = {
    "velocity": ("momentum_buffer",),
    "m": ("exp_avg",),
    "v": ("exp_avg_sq", "square_avg"),
    "peak": ("max_exp_avg_sq",),
    "mean": ("grad_avg",),
    "total": ("sum",),
    "t": ("step",),
}
"""What PyTorch calls the state of our updates."""


def _states(optimizer: Any, tensor: Any, name: str, update: Op, group: Group) -> dict[str, np.ndarray]:
    """The state of one weight, where the optimizer has been used already."""
    held = optimizer.state.get(tensor, {})
    found: dict[str, np.ndarray] = {}
    for state in update.state:
        value = next((held[key] for key in _STATES[state] if held.get(key) is not None), None)
        if value is None and state == "total" and group.get("initial_accumulator_value"):
            value = np.full(tuple(tensor.shape), float(group["initial_accumulator_value"]))
        if value is not None:
            made = array(value) if hasattr(value, "detach") else np.asarray(value)
            found[f"{name}@{state}"] = made
    return found
