"""ONNX's reductions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope import ops
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule


def _reduction(kind: type[Any]) -> Rule:
    """Axes are an input; without any, all are reduced, or none where the file says so."""

    def rule(node: OnnxNode) -> Outputs:
        x, axes, keepdims = node.input(0), node.optional(1), node.flag("keepdims")
        none = axes is None or axes.shape == (0,)
        if none and node.flag("noop_with_empty_axes"):
            return node.call(ops.Identity(), x)
        return node.apply(kind, x, axes=None if none else axes, keepdims=keepdims)

    return rule


NODES: Mapping[str, Rule] = {
    "ReduceMax": _reduction(ops.ReduceMax),
    "ReduceMean": _reduction(ops.ReduceMean),
    "ReduceMin": _reduction(ops.ReduceMin),
    "ReduceSum": _reduction(ops.ReduceSum),
}
