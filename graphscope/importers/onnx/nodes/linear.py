"""ONNX's matrix products."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.nodes.convolution import whole
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _gemm(node: OnnxNode) -> Outputs:
    c, beta = node.optional(2), node.attribute("beta")
    op = ops.Gemm(
        alpha=node.attribute("alpha"),
        beta=beta if c is not None else 1.0,
        transpose_x=node.flag("transA"),
        transpose_w=node.flag("transB"),
    )
    return node.call(op, node.input(0), node.input(1), c)


def _integer(node: OnnxNode) -> Outputs:
    return node.call(ops.MatMul(), whole(node, 0, 2), whole(node, 1, 3))


NODES: Mapping[str, Rule] = {"Gemm": _gemm, "MatMul": simple(ops.MatMul), "MatMulInteger": _integer}
