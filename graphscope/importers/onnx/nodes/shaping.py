"""ONNX's operators that only move numbers."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _reshape(node: OnnxNode) -> Outputs:
    x, shape = node.input(0), node.input(1)
    if not node.flag("allowzero"):
        return node.apply(ops.Reshape, x, shape=shape)
    if shape.array is None:
        return node.call(ops.Reshape(allow_zero=True), x, shape)
    return node.call(ops.Reshape(shape.value, allow_zero=True), x)


def _split(node: OnnxNode) -> Outputs:
    x, sizes, axis = node.input(0), node.optional(1), node.attribute("axis")
    parts = node.attribute("num_outputs", len(node.outputs))
    if sizes is not None:
        return node.apply(ops.Split, x, sizes=sizes, parts=parts, axis=axis)
    if isinstance(x.shape[axis], int) and x.shape[axis] <= (parts - 1) * -(-x.shape[axis] // parts):
        node.refuse(Sentence("the last part would be empty"))
    return node.call(ops.Split(parts=parts, axis=axis), x)


NODES: Mapping[str, Rule] = {
    "Concat": simple(ops.Concat, axis="axis"),
    "Expand": simple(ops.Expand, shape="@1"),
    "Flatten": simple(ops.Flatten, axis="axis"),
    "Reshape": _reshape,
    "Split": _split,
    "Squeeze": simple(ops.Squeeze, axes="@1"),
    "Transpose": simple(ops.Transpose, order="perm"),
    "Unsqueeze": simple(ops.Unsqueeze, axes="@1"),
}
