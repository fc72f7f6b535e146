"""ONNX's matrix products."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _gemm(node: OnnxNode) -> Outputs:
    """alpha · A' · B' + beta · C, of which only what is not 1 becomes a node."""
    x, w, c = node.input(0), node.input(1), node.optional(2)
    if node.flag("transA"):
        x = node.call(ops.Transpose((1, 0)), x, label="x")
    if node.flag("transB"):
        w = node.call(ops.Transpose((1, 0)), w, label="w")
    out = _scaled(node, node.call(ops.MatMul(), x, w, label="product"), "alpha")
    beta = node.attribute("beta")
    if c is None or beta == 0:
        return out
    return node.call(ops.Add(), out, _scaled(node, c, "beta"))


def _scaled(node: OnnxNode, x: Operand, attribute: str) -> Operand:
    factor = node.attribute(attribute)
    if factor == 1:
        return x
    return node.call(ops.Mul(), x, node.constant(factor, x.dtype, attribute), label=f"{attribute} product")


NODES: Mapping[str, Rule] = {
    "Gemm": _gemm,
    "MatMul": simple(ops.MatMul),
}
