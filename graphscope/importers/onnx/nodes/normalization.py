"""ONNX's normalization."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule


def _batch_norm(node: OnnxNode) -> Outputs:
    node.expect("training_mode", 0)
    node.attribute("momentum")  # only while training
    op = ops.BatchNorm(epsilon=node.attribute("epsilon"), axis=1, training=False)
    return node.call(op, *(node.input(slot) for slot in range(5)))


NODES: Mapping[str, Rule] = {"BatchNormalization": _batch_norm}
