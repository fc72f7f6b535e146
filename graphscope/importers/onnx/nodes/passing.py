"""ONNX's change of an element type."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx import tensors
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, checked_type


def _cast(node: OnnxNode) -> Outputs:
    node.attribute("saturate")  # only for float8, which is refused
    node.attribute("round_mode")  # the same
    return node.call(ops.Cast(checked_type(tensors.dtype(node.attribute("to")))), node.input(0))


def _cast_like(node: OnnxNode) -> Outputs:
    node.attribute("saturate")
    node.attribute("round_mode")
    return node.call(ops.Cast(checked_type(node.input(1).dtype)), node.input(0))


NODES: Mapping[str, Rule] = {"Cast": _cast, "CastLike": _cast_like}
