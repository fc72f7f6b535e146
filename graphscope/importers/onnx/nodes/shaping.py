"""ONNX's operators that only move numbers."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _reshape(node: OnnxNode) -> Outputs:
    node.expect("allowzero", 0)
    return node.apply(ops.Reshape, node.input(0), shape=node.input(1))


def _split(node: OnnxNode) -> Outputs:
    x, sizes, axis = node.input(0), node.value(1), node.attribute("axis")
    parts = node.attribute("num_outputs", len(node.outputs))
    if (
        sizes is None
        and isinstance(x.shape[axis], int)
        and x.shape[axis] <= (parts - 1) * -(-x.shape[axis] // parts)
    ):
        node.refuse(Sentence("the last part would be empty"))
    op = ops.Split(parts=parts, axis=axis) if sizes is None else ops.Split(sizes=sizes, axis=axis)
    return node.call(op, x)


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
