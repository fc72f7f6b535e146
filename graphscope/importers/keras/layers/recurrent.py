"""Layers that go through a sequence step by step, in one direction or in both, and what is done at every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple, cast

import numpy as np

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.keras.layer import Call, Layer, Rule
from graphscope.importers.keras.layers import rules
from graphscope.importers.keras.tensor import Tensor
from graphscope.importers.keras.weights import Path, Weights
from graphscope.model.handle import Handle
from graphscope.ops.base import Op

Way = Literal["forward", "reverse", "bidirectional"]
BACK = -(2**31)
"""Before the first element: where a slice that goes backwards ends."""


class Kind(NamedTuple):
    """How Keras orders the gates of a layer, as places in our order.

    Args:
        gates: which of Keras' gates come first, second, … in our order.
    """

    gates: tuple[int, ...]


_KINDS = {"SimpleRNN": Kind((0,)), "GRU": Kind((0, 1, 2)), "LSTM": Kind((0, 3, 1, 2))}


class Parts(NamedTuple):
    """The weights of one direction, with an axis of directions in front."""

    w: Handle
    r: Handle
    b: Handle


def recurrent(layer: Layer, call: Call) -> Tensor | tuple[Tensor, ...]:
    """One direction."""
    backwards = layer.flag("go_backwards")
    parts = _parts(layer, layer.kind, layer.config, ("cell",))
    results = _run(layer, layer.kind, layer.config, call, parts, "reverse" if backwards else "forward")
    every, last = results[0], [_flat(layer, each) for each in results[1:]]
    if not layer.flag("return_sequences"):
        out = last[0]
    else:
        out = _sides(layer, every, "concat")
        out = layer.call(ops.Slice((-1,), (BACK,), (1,), (-1,)), out) if backwards else out
    if not layer.flag("return_state"):
        return Tensor(out)
    return (Tensor(out), *map(Tensor, last))


def both_ways(layer: Layer, call: Call) -> Tensor:
    """Both directions, and how their results are put together."""
    layer.must_be("return_state", False)
    kind, config = _told(layer, "layer")
    if kind not in _KINDS or config.get("return_state") or config.get("go_backwards"):
        raise layer.refuse(Sentence("{name} in both directions is not computed here", name=kind))
    forward = _parts(layer, kind, config, ("forward_layer", "cell"))
    backward = _parts(layer, kind, config, ("backward_layer", "cell"))
    joined = Parts(*(layer.call(ops.Concat(0), one, two) for one, two in zip(forward, backward, strict=True)))
    every, last, *_ = _run(layer, kind, config, call, joined, "bidirectional")
    mode = str(layer.config.get("merge_mode", "concat"))
    return Tensor(_sides(layer, every if config.get("return_sequences") else last, mode))


def _told(layer: Layer, name: str) -> tuple[str, Mapping[str, Any]]:
    """Class and settings of a layer inside a layer."""
    told: Any = layer.config.get(name)
    if isinstance(told, dict):
        told = cast("dict[str, Any]", told)
        if isinstance(told.get("config"), dict):
            return str(told.get("class_name")), cast("dict[str, Any]", told["config"])
    raise layer.refuse(Sentence("it holds no layer"))


# ---- weights -------------------------------------------------------------------------------------------------


def _parts(layer: Layer, kind: str, config: Mapping[str, Any], at: Path) -> Parts:
    """The weights of one direction in our order of gates."""
    units = replace(layer, config=config).whole("units")
    gates = _KINDS[kind].gates
    w = layer.weight("kernel", 0, at=at)
    r = layer.weight("recurrent_kernel", 1, at=at, kept=(units, len(gates) * units))
    return Parts(
        _turned(layer, w, gates, units),
        _turned(layer, r, gates, units),
        _bias(layer, config, gates, units, at),
    )


def _turned(layer: Layer, weight: Handle, gates: tuple[int, ...], units: int) -> Handle:
    """[feature, gate × unit] as [1, gate × unit, feature]."""
    turned = layer.call(ops.Transpose((1, 0)), weight)
    return layer.call(ops.Unsqueeze((0,)), _ordered(layer, turned, gates, units))


def _ordered(layer: Layer, rows: Handle, gates: tuple[int, ...], units: int) -> Handle:
    """The rows of the gates in our order."""
    if gates == tuple(range(len(gates))):
        return rows
    order = [gate * units + unit for gate in gates for unit in range(units)]
    name = layer.builder.scoped("gates")
    return layer.call(ops.Gather(0), rows, layer.builder.constant(name, order, dtype="int64"))


def _bias(layer: Layer, config: Mapping[str, Any], gates: tuple[int, ...], units: int, at: Path) -> Handle:
    """The bias of the inputs and then that of the state: [1, 2 × gate × unit]."""
    rows = len(gates) * units
    if config.get("use_bias", True) is False:
        return layer.builder.constant(layer.builder.scoped("bias"), np.zeros((1, 2 * rows)))
    bias = layer.weight("bias", 2, at=at)
    if bias.spec.rank == 2:
        return layer.call(ops.Reshape((1, 2 * rows)), bias)
    none = layer.builder.constant(layer.builder.scoped("zeros"), np.zeros(rows))
    return layer.call(
        ops.Unsqueeze((0,)), layer.call(ops.Concat(0), _ordered(layer, bias, gates, units), none)
    )


# ---- running -------------------------------------------------------------------------------------------------


def _run(
    layer: Layer, kind: str, config: Mapping[str, Any], call: Call, parts: Parts, way: Way
) -> Sequence[Handle]:
    """The states of all times [sample, time, direction, unit], and the last ones [sample, direction, unit]."""
    if len(call.tensors) != 1 or any(
        call.keywords.get(each) is not None for each in ("initial_state", "mask")
    ):
        raise layer.refuse(Sentence("a first state or a mask is not used here"))
    told = replace(layer, config=config)
    told.must_be("stateful", False)
    if layer.training and (told.number("dropout", 0.0) or told.number("recurrent_dropout", 0.0)):
        raise layer.refuse(Sentence("what it does while training is not computed here"))
    if kind != "SimpleRNN":
        told.must_be("activation", "tanh")
        told.must_be("recurrent_activation", "sigmoid")
    return layer.call(_op(told, kind, way), call.x.whole(), *parts)


def _op(layer: Layer, kind: str, way: Way) -> Op:
    if kind == "LSTM":
        return ops.LSTM(direction=way, batch_first=True)
    if kind == "GRU":
        return ops.GRU(direction=way, batch_first=True, reset_after=layer.flag("reset_after", True))
    layer.must_be("activation", "tanh", "relu")
    return ops.RNN(direction=way, batch_first=True, activation=cast("Any", layer.word("activation", "tanh")))


def _flat(layer: Layer, state: Handle) -> Handle:
    """[sample, direction, unit] of one direction as [sample, unit]."""
    return layer.call(ops.Squeeze((1,)), state)


def _sides(layer: Layer, x: Handle, mode: str) -> Handle:
    """The directions, the last axis but one, put together."""
    axis = x.spec.rank - 2
    if mode == "concat":
        width = int(x.shape[-1]) * int(x.shape[-2])
        return layer.call(ops.Reshape((0,) * axis + (width,)), x)
    if mode in ("sum", "ave"):
        return layer.call(ops.ReduceSum((axis,)) if mode == "sum" else ops.ReduceMean((axis,)), x)
    raise layer.refuse(Sentence("{name} = {value} is not computed here", name="merge_mode", value=mode))


# ---- the same layer at every step ----------------------------------------------------------------------------

_ON_LAST_AXIS = ("Dense", "Activation", "ReLU", "LeakyReLU", "ELU", "Dropout", "LayerNormalization")
"""Layers that do not care how many axes there are before the last."""


class Within(Weights):
    """The weights of a layer inside a layer."""

    def __init__(self, outer: Weights, at: Path) -> None:
        self._outer, self._at = outer, at

    def array(self, name: str, number: int, at: Path = ()) -> np.ndarray:
        return self._outer.array(name, number, (*self._at, *at))


def at_every_step(layer: Layer, call: Call) -> Tensor:
    """One layer, applied to each step by itself."""
    kind, config = _told(layer, "layer")
    if kind not in rules():
        raise layer.refuse(Sentence("{name} at every step is not computed here", name=kind))
    if layer.inner is None:
        weights, name = Within(layer.weights, ("layer",)), str(config.get("name", kind))
        layer.inner = replace(layer, kind=kind, name=name, config=config, weights=weights, held={})
    inner: Layer = layer.inner
    x = call.x.whole()
    if kind in _ON_LAST_AXIS:
        made = rules()[kind](inner, Call((Tensor(x),)))
        return made if isinstance(made, Tensor) else made[0]
    time = x.shape[1]
    if not isinstance(time, int):
        raise layer.refuse(Sentence("{name} at every step is not computed here", name=kind))
    steps = layer.call(ops.Reshape((-1, *(int(size) for size in x.shape[2:]))), x)
    made = rules()[kind](inner, Call((Tensor(steps),)))
    out = (made if isinstance(made, Tensor) else made[0]).whole()
    return Tensor(layer.call(ops.Reshape((-1, time, *(int(size) for size in out.shape[1:]))), out))


LAYERS: Mapping[str, Rule] = {
    "LSTM": recurrent,
    "GRU": recurrent,
    "SimpleRNN": recurrent,
    "Bidirectional": both_ways,
    "TimeDistributed": at_every_step,
}
