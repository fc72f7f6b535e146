"""ONNX's logic and bits."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _shift(node: OnnxNode) -> Outputs:
    return node.call(ops.BitShift(node.attribute("direction").lower()), node.input(0), node.input(1))


NODES: Mapping[str, Rule] = {
    "And": simple(ops.LogicalAnd),
    "BitShift": _shift,
    "BitwiseAnd": simple(ops.BitwiseAnd),
    "BitwiseNot": simple(ops.BitwiseNot),
    "BitwiseOr": simple(ops.BitwiseOr),
    "BitwiseXor": simple(ops.BitwiseXor),
    "Not": simple(ops.LogicalNot),
    "Or": simple(ops.LogicalOr),
    "Xor": simple(ops.LogicalXor),
}
