"""ONNX's operators that find the largest and the different elements."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.nodes.filling import number
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule


def _top_k(node: OnnxNode) -> Outputs:
    node.attribute("sorted")  # it is always in order, which "in any order" includes
    axis, largest = node.attribute("axis"), node.flag("largest")
    return node.apply(ops.TopK, node.input(0), k=number(node.input(1)), axis=axis, largest=largest)


def _unique(node: OnnxNode) -> Outputs:
    axis = node.attribute("axis") if node.has("axis") else None
    return node.call(ops.Unique(axis, node.flag("sorted")), node.input(0))


NODES: Mapping[str, Rule] = {"TopK": _top_k, "Unique": _unique}
