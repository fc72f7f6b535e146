"""ONNX's window functions, which fade a signal out towards both ends: sums of cosines."""

from __future__ import annotations

from collections.abc import Mapping
from math import tau

from graphscope import ops
from graphscope.importers.onnx import tensors
from graphscope.importers.onnx.nodes.filling import number
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, checked_type


def _window(*shares: float) -> Rule:
    """shares₀ − shares₁ cos(x) + shares₂ cos(2x) …, where x goes once round from the first place to the last."""

    def rule(node: OnnxNode) -> Outputs:
        kind = checked_type(tensors.dtype(node.attribute("output_datatype")))
        size = node.input(0)
        place = node.apply(ops.Range, limit=number(size), dtype="float64", label="place")
        length = node.call(ops.Cast("float64"), size, label="size")
        if not node.flag("periodic"):
            length = node.call(ops.Sub(), length, node.constant(1.0, "float64", "one"), label="length")
        share = node.call(ops.Div(), place, length, label="share")
        total = node.constant(shares[0], "float64", "total")
        for times, weight in enumerate(shares[1:], 1):
            speed = node.constant(tau * times, "float64", f"speed{times}")
            wave = node.call(ops.Cos(), node.call(ops.Mul(), share, speed, label="angle"), label="cosine")
            height = node.constant(-weight if times % 2 else weight, "float64", f"height{times}")
            term = node.call(ops.Mul(), wave, height, label="wave")
            total = node.call(ops.Add(), total, term, label="sum")
        return node.call(ops.Cast(kind), total)

    return rule


NODES: Mapping[str, Rule] = {
    "BlackmanWindow": _window(0.42, 0.5, 0.08),
    "HammingWindow": _window(25 / 46, 21 / 46),
    "HannWindow": _window(0.5, 0.5),
}
