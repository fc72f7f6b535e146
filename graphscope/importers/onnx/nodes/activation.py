"""ONNX's activations."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _gelu(node: OnnxNode) -> Outputs:
    return node.call(ops.Gelu(node.attribute("approximate")), node.input(0))


NODES: Mapping[str, Rule] = {
    "Gelu": _gelu,
    "LeakyRelu": simple(ops.LeakyRelu, slope="alpha"),
    "LogSoftmax": simple(ops.LogSoftmax, axis="axis"),
    "Relu": simple(ops.Relu),
    "Sigmoid": simple(ops.Sigmoid),
    "Softmax": simple(ops.Softmax, axis="axis"),
    "Tanh": simple(ops.Tanh),
}
