"""ONNX's operators that cut out, look up and put in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _compress(node: OnnxNode) -> Outputs:
    axis = node.attribute("axis") if node.has("axis") else None
    return node.apply(ops.Compress, node.input(0), condition=node.input(1), axis=axis)


def _tensor_scatter(node: OnnxNode) -> Outputs:
    """Each sample of the update goes into its sample of the cache, from its own place on."""
    node.expect("mode", "linear", "circular")
    cache, update, starts = node.input(0), node.input(1), node.optional(2)
    axis: int = node.attribute("axis") % cache.rank
    steps, rank = update.shape[axis], cache.rank
    if not isinstance(steps, int) or not isinstance(cache.shape[axis], int):
        node.refuse(Sentence("the sizes along its axis must be numbers"))
    shape = tuple(steps if place == axis else 1 for place in range(rank))
    every: list[int] = list(range(steps))
    places = node.constant(np.reshape(every, shape), "int64", "steps")
    if starts is not None:
        lead = node.call(ops.Reshape((-1, *(1,) * (rank - 1))), starts, label="starts")
        places = node.call(ops.Add(), lead, places, label="places")
    if node.attribute("mode") == "circular":
        around = node.constant(cache.shape[axis], "int64", "length")
        places = node.call(ops.Mod(), places, around, label="around")
    wide = node.call(ops.Shape(), update, label="shape")
    places = node.apply(ops.Expand, places, shape=wide, label="indices")
    return node.call(ops.ScatterElements(axis=axis), cache, places, update)


NODES: Mapping[str, Rule] = {
    "Compress": _compress,
    "Gather": simple(ops.Gather, axis="axis"),
    "GatherElements": simple(ops.GatherElements, axis="axis"),
    "GatherND": simple(ops.GatherND, batch_dims="batch_dims"),
    "NonZero": simple(ops.NonZero),
    "ScatterElements": simple(ops.ScatterElements, axis="axis", reduction="reduction"),
    "ScatterND": simple(ops.ScatterND, reduction="reduction"),
    "Slice": simple(ops.Slice, starts="@1", ends="@2", axes="@3", steps="@4"),
    "TensorScatter": _tensor_scatter,
}
