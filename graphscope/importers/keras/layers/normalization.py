"""Batch, layer and other normalizations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.keras.layer import Call, Layer, Rule
from graphscope.importers.keras.tensor import Tensor
from graphscope.model.handle import Handle


def batch_norm(layer: Layer, call: Call) -> Tensor:
    """With the numbers of the batch while training, which the running averages take in; else with those."""
    layer.must_be("renorm", False)
    x, axis = _channels(layer, call.x)
    size = int(x.shape[axis])
    count = int(layer.flag("scale", True)) + int(layer.flag("center", True))
    scale = layer.weight("gamma", 0) if layer.flag("scale", True) else _fixed(layer, "gamma", np.ones(size))
    shift = (
        layer.weight("beta", count - 1)
        if layer.flag("center", True)
        else _fixed(layer, "beta", np.zeros(size))
    )
    mean, variance = layer.statistic("moving_mean", count), layer.statistic("moving_variance", count + 1)
    epsilon = float(layer.number("epsilon", 1e-3))
    operands = (x, scale, shift, mean, variance)
    if not layer.training or layer.frozen:
        return call.x.same(layer.call(ops.BatchNorm(epsilon, axis, training=False), *operands))
    op = ops.RunningBatchNorm(epsilon, float(layer.number("momentum", 0.99)), axis)
    out, new_mean, new_variance = layer.call(op, *operands)
    layer.builder.carry(mean, new_mean)
    layer.builder.carry(variance, new_variance)
    return call.x.same(out)


def _channels(layer: Layer, x: Tensor) -> tuple[Handle, int]:
    """The tensor and the axis of its channels, in the layout that is there."""
    told: Any = layer.config.get("axis", -1)
    axis: Any = told
    if isinstance(told, list):
        several = cast("list[Any]", told)
        axis = several[0] if len(several) == 1 else None
    if type(axis) is not int or axis % x.rank not in (1, x.rank - 1):
        raise layer.refuse(
            Sentence("{name} = {value} is not computed here", name="axis", value=repr(axis)[:60])
        )
    axis %= x.rank
    if x.moved is not None and axis == x.rank - 1:
        return x.moved, 1
    handle = x.whole()
    x.moved = None
    return handle, axis


def _fixed(layer: Layer, name: str, array: np.ndarray) -> Handle:
    return layer.builder.constant(layer.builder.scoped(name), array)


def layer_norm(layer: Layer, call: Call) -> Tensor:
    """Each row by itself."""
    layer.must_be("rms_scaling", False)
    layer.must_be("axis", -1, [-1], call.x.rank - 1, [call.x.rank - 1])
    x = call.x.whole()
    scale = layer.weight("gamma", 0) if layer.flag("scale", True) else None
    shift = layer.weight("beta", int(scale is not None)) if layer.flag("center", True) else None
    return Tensor(layer.call(ops.LayerNorm(-1, float(layer.number("epsilon", 1e-3))), x, scale, shift))


def rms_norm(layer: Layer, call: Call) -> Tensor:
    """Each row divided by the root of its mean square."""
    layer.must_be("axis", -1, [-1], call.x.rank - 1)
    x = call.x.whole()
    return Tensor(
        layer.call(ops.RMSNorm(-1, float(layer.number("epsilon", 1e-6))), x, layer.weight("scale", 0))
    )


def group_norm(layer: Layer, call: Call) -> Tensor:
    """The channels of a sample in groups."""
    layer.must_be("axis", -1)
    x = call.x.first()
    size = int(x.shape[1])
    scale = layer.weight("gamma", 0) if layer.flag("scale", True) else _fixed(layer, "gamma", np.ones(size))
    number = int(layer.flag("scale", True))
    shift = (
        layer.weight("beta", number) if layer.flag("center", True) else _fixed(layer, "beta", np.zeros(size))
    )
    groups = layer.whole("groups", 32)
    op = ops.GroupNorm(size if groups == -1 else groups, float(layer.number("epsilon", 1e-3)))
    return Tensor(moved=layer.call(op, x, scale, shift))


LAYERS: Mapping[str, Rule] = {
    "BatchNormalization": batch_norm,
    "LayerNormalization": layer_norm,
    "RMSNormalization": rms_norm,
    "GroupNormalization": group_norm,
}
