"""ONNX's choice of the best of overlapping boxes."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.nodes.filling import number
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule


def _best(node: OnnxNode) -> Outputs:
    most, overlap, least = (number(node.optional(slot)) for slot in (2, 3, 4))
    return node.apply(
        ops.NonMaxSuppression,
        node.input(0),
        node.input(1),
        most=most,
        overlap=overlap,
        least=least,
        centered=node.flag("center_point_box"),
    )


NODES: Mapping[str, Rule] = {"NonMaxSuppression": _best}
