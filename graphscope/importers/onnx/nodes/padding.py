"""ONNX's operators that lay borders around a tensor or repeat it."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _pad(node: OnnxNode) -> Outputs:
    return node.apply(
        ops.Pad,
        node.input(0),
        pads=node.input(1),
        value=node.optional(2),
        axes=node.optional(3),
        mode=node.attribute("mode"),
    )


NODES: Mapping[str, Rule] = {
    "CenterCropPad": simple(ops.CenterCropPad, shape="@1", axes="axes"),
    "Pad": _pad,
    "Tile": simple(ops.Tile, repeats="@1"),
}
