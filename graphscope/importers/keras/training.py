"""Loss, optimizer and regularizers as a Keras file tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from graphscope import ops
from graphscope.errors import ModelError
from graphscope.model import optimizers
from graphscope.model.builder import Builder
from graphscope.model.handle import Handle
from graphscope.ops.base import Op

if TYPE_CHECKING:
    from graphscope.importers.keras.layer import Layer

EPSILON = 1e-7
"""Keras keeps probabilities so far away from 0 and 1 before it takes their logarithm."""


def attach(
    builder: Builder, compiled: Mapping[str, Any], outputs: Sequence[Handle], penalties: list[Handle]
) -> dict[str, int]:
    """Give the model the loss and the optimizer that it was compiled with.

    Returns:
        for the inputs that hold which class is right how many classes there are.

    Raises:
        ModelError: there is such a loss or optimizer, but it is not computed here.
    """
    loss = compiled.get("loss")
    if not loss:
        return {}
    told = _by_output(loss, len(outputs))
    weights = _by_output(compiled.get("loss_weights") or 1.0, len(outputs))
    terms = [
        _weighted(_loss(builder, each, output, number if len(outputs) > 1 else 0), weight)
        for number, (each, output, weight) in enumerate(zip(told, outputs, weights, strict=True), 1)
        if each is not None
    ]
    total = _sum([*terms, *penalties])
    builder.loss(total.named(builder.scoped("loss")))
    _optimizer(builder, compiled.get("optimizer") or compiled.get("optimizer_config"))
    names = (f"target_{number}" if len(outputs) > 1 else "target" for number in range(1, len(outputs) + 1))
    return {
        name: _classes(output)
        for name, each, output in zip(names, told, outputs, strict=True)
        if each is not None and "crossentropy" in plain(called(each)[0])
    }


def _classes(output: Handle) -> int:
    """How many classes an output tells apart; one number alone tells two."""
    last = output.shape[-1] if output.shape else 1
    return max(last, 2) if isinstance(last, int) else 2


def _by_output(told: Any, count: int) -> list[Any]:
    """One for each output, where Keras has a list, a dictionary, or one for all."""
    if isinstance(told, dict) and "class_name" not in told:
        told = [*cast("dict[str, Any]", told).values()]
    several: list[Any] = cast("list[Any]", told) if isinstance(told, list) else [told] * count
    if len(several) != count:
        raise ModelError("the file has {given} losses for {count} outputs", given=len(several), count=count)
    return several


def _sum(terms: Sequence[Handle]) -> Handle:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _weighted(term: Handle, weight: Any) -> Handle:
    return term * float(weight) if isinstance(weight, (int, float)) and weight != 1 else term


# ---- losses --------------------------------------------------------------------------------------------------


def called(told: Any) -> tuple[str, Mapping[str, Any]]:
    """The name and the settings of what Keras tells as a word or as an object."""
    if isinstance(told, str):
        return told, {}
    if isinstance(told, dict):
        told = cast("dict[str, Any]", told)
        config = told.get("config")
        if told.get("class_name") == "function":
            return str(config), {}
        return str(told.get("class_name")), cast("dict[str, Any]", config) if isinstance(config, dict) else {}
    return repr(told)[:40], {}


def plain(name: str) -> str:
    """``MeanSquaredError``, ``mean_squared_error`` and ``mse`` are one."""
    short = name.replace("_", "").lower()
    return _SHORT.get(short, short)


_SHORT = {"mse": "meansquarederror", "mae": "meanabsoluteerror", "kld": "kldivergence", "logcosh": "logcosh"}


def _loss(builder: Builder, told: Any, output: Handle, number: int) -> Handle:
    name, config = called(told)
    rule = _LOSSES.get(plain(name))
    if rule is None or config.get("reduction", "sum_over_batch_size") not in (
        "sum_over_batch_size",
        "auto",
        "mean",
    ):
        raise ModelError(
            "the loss {name} of the file is not computed here; save the model without compiling it, and attach a loss: "
            "--loss mse, cross_entropy or another",
            name=name,
        )
    return rule(builder, output, f"target_{number}" if number else "target", config)


def _target_like(builder: Builder, output: Handle, name: str) -> Handle:
    return builder.input(name, output.shape, gradient=False)


def _mean_squared(builder: Builder, output: Handle, name: str, _config: Mapping[str, Any]) -> Handle:
    return builder.call(ops.MeanSquaredError(), output, _target_like(builder, output, name), name="mse")


def _mean_absolute(builder: Builder, output: Handle, name: str, _config: Mapping[str, Any]) -> Handle:
    difference = output - _target_like(builder, output, name)
    return builder.call(ops.ReduceMean(), builder.call(ops.Abs(), difference), name="mae")


def _binary(builder: Builder, output: Handle, name: str, config: Mapping[str, Any]) -> Handle:
    target = _target_like(builder, output, name)
    if config.get("label_smoothing"):
        target = target * (1 - float(config["label_smoothing"])) + 0.5 * float(config["label_smoothing"])
    if config.get("from_logits"):
        return builder.call(ops.BinaryCrossEntropyWithLogits(), output, target, name="bce")
    p = _kept_off(builder, output)
    terms = target * builder.call(ops.Log(), p) + (1.0 - target) * builder.call(ops.Log(), 1.0 - p)
    return builder.call(ops.Neg(), builder.call(ops.ReduceMean(), terms), name="bce")


def _kept_off(builder: Builder, output: Handle) -> Handle:
    """Probabilities kept away from 0 and 1."""
    return builder.call(ops.Clip(EPSILON, 1 - EPSILON), output)


def _categorical(builder: Builder, output: Handle, name: str, config: Mapping[str, Any]) -> Handle:
    target = _target_like(builder, output, name)
    if smoothing := float(config.get("label_smoothing") or 0):
        target = target * (1 - smoothing) + smoothing / int(output.shape[-1])
    if config.get("from_logits"):
        logs = builder.call(ops.LogSoftmax(), output)
    else:
        total = builder.call(ops.ReduceSum((-1,), keepdims=True), output)
        logs = builder.call(ops.Log(), _kept_off(builder, output / total))
    return _negative_mean(builder, target * logs)


def _negative_mean(builder: Builder, terms: Handle) -> Handle:
    rows = builder.call(ops.ReduceSum((-1,)), terms)
    return builder.call(ops.Neg(), builder.call(ops.ReduceMean(), rows), name="cross_entropy")


def _sparse(builder: Builder, output: Handle, name: str, config: Mapping[str, Any]) -> Handle:
    if config.get("ignore_class") is not None:
        raise ModelError("a loss that ignores a class is not computed here; attach another loss")
    target = builder.input(name, output.shape[:-1], dtype="int64", gradient=False)
    logits = output
    if not config.get("from_logits"):
        logits = builder.call(ops.Log(), _kept_off(builder, output))
        # These are logarithms of probabilities, so the one of the right class is all that counts.
        return _picked(builder, logits, target)
    return builder.call(ops.SoftmaxCrossEntropy(), logits, target, name="cross_entropy")


def _picked(builder: Builder, logs: Handle, target: Handle) -> Handle:
    classes = int(logs.shape[-1])
    eye = builder.constant("classes", [[float(i == j) for j in range(classes)] for i in range(classes)])
    return _negative_mean(builder, builder.call(ops.Gather(0), eye, target) * logs)


def _huber(builder: Builder, output: Handle, name: str, config: Mapping[str, Any]) -> Handle:
    delta = float(config.get("delta", 1.0))
    size = builder.call(ops.Abs(), output - _target_like(builder, output, name))
    near = builder.call(ops.Clip(high=delta), size)
    return builder.call(ops.ReduceMean(), near * (size - near * 0.5), name="huber")


def _hinge(builder: Builder, output: Handle, name: str, _config: Mapping[str, Any]) -> Handle:
    margin = 1.0 - output * _target_like(builder, output, name)
    return builder.call(ops.ReduceMean(), builder.call(ops.Relu(), margin), name="hinge")


_LOSSES: Mapping[str, Callable[[Builder, Handle, str, Mapping[str, Any]], Handle]] = {
    "meansquarederror": _mean_squared,
    "meanabsoluteerror": _mean_absolute,
    "binarycrossentropy": _binary,
    "categoricalcrossentropy": _categorical,
    "sparsecategoricalcrossentropy": _sparse,
    "huber": _huber,
    "hinge": _hinge,
}


# ---- regularizers --------------------------------------------------------------------------------------------


def penalty(layer: Layer, told: Any, weight: Handle) -> Handle:
    """What a regularizer adds to the loss for one weight.

    Raises:
        ModelError: it is neither L1 nor L2.
    """
    name, config = called(told)
    factors = {
        "l1": config.get("l1", 0.01 if name == "L1" else 0),
        "l2": config.get("l2", 0.01 if name == "L2" else 0),
    }
    if name not in ("L1", "L2", "L1L2") or not all(
        isinstance(each, (int, float)) for each in factors.values()
    ):
        raise ModelError("{layer}: the regularizer {name} is not computed here", layer=layer.name, name=name)
    builder = layer.builder
    terms: list[Handle] = []
    for key, op in (("l1", ops.Abs()), ("l2", ops.Square())):
        if factors[key]:
            terms.append(builder.call(ops.ReduceSum(), builder.call(op, weight)) * float(factors[key]))
    return _sum(terms) if terms else builder.constant(builder.scoped("penalty"), 0.0)


# ---- optimizers ----------------------------------------------------------------------------------------------


def _optimizer(builder: Builder, told: Any) -> None:
    if told is None:
        return
    name, config = called(told)
    op = _op(name, config)
    if op is None:
        raise ModelError(
            "the optimizer {name} of the file is not computed here; choose another: --optimizer sgd:0.01",
            name=name,
        )
    builder.optimizer(op)
    for key, option in (("global_clipnorm", "global_norm"), ("clipnorm", "norm"), ("clipvalue", "value")):
        if config.get(key):
            builder.clip(**{option: float(config[key])})


def _op(name: str, config: Mapping[str, Any]) -> Op | None:
    rate = config.get("learning_rate", 0.001)
    if isinstance(rate, dict):  # a schedule: what it starts with
        rate = cast("dict[str, Any]", rate).get("config", {}).get("initial_learning_rate", 0.001)
    lr = float(rate)

    def setting(key: str, default: float) -> float:
        value = config.get(key)
        return default if value is None else float(value)

    decay = setting("weight_decay", 0.0)
    adam: dict[str, Any] = {
        "beta1": setting("beta_1", 0.9),
        "beta2": setting("beta_2", 0.999),
        "epsilon": setting("epsilon", 1e-7),
        "amsgrad": bool(config.get("amsgrad", False)),
    }
    match name.lower():
        case "sgd" if not decay:
            return optimizers.SGD(lr, setting("momentum", 0.0), nesterov=bool(config.get("nesterov", False)))
        case "adam" if not decay:
            return optimizers.Adam(lr, **adam)
        case "adam" | "adamw":  # in Keras the decay stands beside the gradient, as in AdamW
            return optimizers.AdamW(lr, **adam, weight_decay=decay)
        case _:
            return None
