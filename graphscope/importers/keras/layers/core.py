"""Dense layers, embeddings, activations, dropout, and what changes no number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.keras.layer import Call, Layer, Rule
from graphscope.importers.keras.tensor import Tensor
from graphscope.importers.keras.training import called
from graphscope.model.handle import Handle
from graphscope.ops.base import Op


def dense(layer: Layer, call: Call) -> Tensor:
    """Activation(x · kernel + bias)."""
    x = call.x.whole()
    out = x @ layer.weight("kernel", 0, kept=(x.shape[-1], layer.whole("units")))
    if layer.flag("use_bias", True):
        out = out + layer.weight("bias", 1, kept=(layer.whole("units"),))
    return Tensor(activated(layer, out))


def embedding(layer: Layer, call: Call) -> Tensor:
    """The row of a table for each number."""
    layer.must_be("mask_zero", False)
    x = call.x.whole()
    if x.spec.floating:
        x = layer.call(ops.Cast("int64"), x)
    size = (layer.whole("input_dim"), layer.whole("output_dim"))
    return Tensor(layer.call(ops.Gather(0), layer.weight("embeddings", 0, kept=size), x))


def activated(layer: Layer, x: Handle, setting: str = "activation") -> Handle:
    """The activation that a layer ends with, if any."""
    name, config = called(layer.config.get(setting) or "linear")
    return activate(layer, x, name, config)


def activate(layer: Layer, x: Handle, name: str, config: Mapping[str, Any], *, moved: bool = False) -> Handle:
    """An activation by its name in Keras.

    Args:
        moved: whether the channels of ``x`` were moved.
    """
    plain = name.replace("_", "").lower()
    if plain == "linear":
        return x
    make = _ACTIVATIONS.get(plain)
    if make is None:
        raise layer.refuse(Sentence("the activation {name} is not computed here", name=name))
    if plain in _OVER_AXIS and moved:
        return layer.call(_OVER_AXIS[plain](axis=1), x)
    return make(layer, x, config)


def _op(make: Callable[[], Op]) -> Callable[[Layer, Handle, Mapping[str, Any]], Handle]:
    return lambda layer, x, _: layer.call(make(), x)


def _leaky(layer: Layer, x: Handle, config: Mapping[str, Any]) -> Handle:
    slope = config.get("negative_slope", config.get("alpha", 0.2 if not config else 0.3))
    return layer.call(ops.LeakyRelu(float(slope)), x)


def _gelu(layer: Layer, x: Handle, config: Mapping[str, Any]) -> Handle:
    return layer.call(ops.Gelu("tanh" if config.get("approximate") else "none"), x)


def _relu(layer: Layer, x: Handle, config: Mapping[str, Any]) -> Handle:
    slope, threshold = config.get("negative_slope") or 0, config.get("threshold") or 0
    if threshold:
        raise layer.refuse(Sentence("a ReLU with a threshold is not computed here"))
    out = layer.call(ops.LeakyRelu(float(slope)) if slope else ops.Relu(), x)
    most = config.get("max_value")
    return out if most is None else layer.call(ops.Clip(high=float(most)), out)


_OVER_AXIS = {"softmax": ops.Softmax, "logsoftmax": ops.LogSoftmax}
_ACTIVATIONS: Mapping[str, Callable[[Layer, Handle, Mapping[str, Any]], Handle]] = {
    "relu": _relu,
    "relu6": lambda layer, x, _: _relu(layer, x, {"max_value": 6}),
    "leakyrelu": _leaky,
    "tanh": _op(ops.Tanh),
    "sigmoid": _op(ops.Sigmoid),
    "softmax": _op(ops.Softmax),
    "logsoftmax": _op(ops.LogSoftmax),
    "gelu": _gelu,
    "exponential": _op(ops.Exp),
    "silu": _op(ops.Swish),
    "swish": _op(ops.Swish),
    "hardsigmoid": lambda layer, x, _: layer.call(ops.HardSigmoid(1 / 6, 0.5), x),
    "hardsilu": _op(ops.HardSwish),
    "hardswish": _op(ops.HardSwish),
    "hardtanh": _op(ops.HardTanh),
    "elu": lambda layer, x, config: layer.call(ops.Elu(float(config.get("alpha", 1.0))), x),
    "celu": lambda layer, x, config: layer.call(ops.Celu(float(config.get("alpha", 1.0))), x),
    "selu": _op(ops.Selu),
    "softplus": _op(ops.Softplus),
    "softsign": _op(ops.Softsign),
    "mish": _op(ops.Mish),
    "logsigmoid": _op(ops.LogSigmoid),
}


def activation(layer: Layer, call: Call) -> Tensor:
    """One activation alone."""
    name, config = called(layer.config.get("activation") or "linear")
    return _elementwise(layer, call, name, config)


def _named(name: str) -> Rule:
    return lambda layer, call: _elementwise(layer, call, name, layer.config)


def _elementwise(layer: Layer, call: Call, name: str, config: Mapping[str, Any]) -> Tensor:
    x = call.x
    return x.same(activate(layer, x.any, name, config, moved=x.moved is not None and x.rank > 2))


def prelu(layer: Layer, call: Call) -> Tensor:
    """A slope of its own for each feature, which is learnt."""
    return Tensor(layer.call(ops.PRelu(), call.x.whole(), layer.weight("alpha", 0)))


def softmax(layer: Layer, call: Call) -> Tensor:
    """A softmax over the axis that the layer says."""
    return Tensor(layer.call(ops.Softmax(layer.whole("axis", -1)), call.x.whole()))


def dropout(layer: Layer, call: Call) -> Tensor:
    """Dropout while training; nothing otherwise."""
    layer.must_be("noise_shape", None)
    return call.x.each(lambda x: layer.call(ops.Dropout(float(layer.number("rate")), layer.training), x))


def nothing(_layer: Layer, call: Call) -> Tensor:
    """What changes no number."""
    return call.x


def only_while_training(layer: Layer, call: Call) -> Tensor:
    """What only training does: a model that is not trained goes without."""
    if layer.training:
        raise layer.refuse(Sentence("what it does while training is not computed here"))
    return call.x


def rescaling(layer: Layer, call: Call) -> Tensor:
    """x · scale + offset."""
    x = call.x.whole()
    if not x.spec.floating:
        x = layer.call(ops.Cast("float32"), x)
    return Tensor(x * float(layer.number("scale")) + float(layer.number("offset", 0.0)))


def normalization(layer: Layer, call: Call) -> Tensor:
    """(x − mean) / deviation with the numbers that the layer was adapted to."""
    layer.must_be("axis", -1, [-1])
    layer.must_be("invert", False)
    mean = layer.statistic("mean", 0, carried=False)
    deviation = layer.call(ops.Sqrt(), layer.statistic("variance", 1, carried=False))
    return Tensor((call.x.whole() - mean) / layer.call(ops.Clip(low=1e-7), deviation))


LAYERS: Mapping[str, Rule] = {
    "Dense": dense,
    "Embedding": embedding,
    "Activation": activation,
    "ReLU": _named("relu"),
    "LeakyReLU": _named("leaky_relu"),
    "ELU": _named("elu"),
    "PReLU": prelu,
    "Softmax": softmax,
    "Dropout": dropout,
    "GaussianNoise": only_while_training,
    "GaussianDropout": only_while_training,
    "AlphaDropout": only_while_training,
    "ActivityRegularization": only_while_training,
    "Identity": nothing,
    "Rescaling": rescaling,
    "Normalization": normalization,
}
