"""ONNX's operators that make pictures larger and smaller or read them off at points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple

FIELDS = {
    "aspect": "keep_aspect_ratio_policy",
    "coordinates": "coordinate_transformation_mode",
    "cubic_a": "cubic_coeff_a",
    "mode": "mode",
    "nearest": "nearest_mode",
    "outside": "extrapolation_value",
}


def _resize(node: OnnxNode) -> Outputs:
    fields: dict[str, Any] = {name: node.attribute(attribute) for name, attribute in FIELDS.items()}
    fields |= {name: node.flag(name) for name in ("antialias", "exclude_outside")}
    if fields["antialias"] and fields["mode"] == "nearest":
        node.refuse(Sentence("the nearest element is not smoothed"))
    axes = node.attribute("axes") if node.has("axes") else None
    cut, scales, sizes = (_given(node.optional(slot)) for slot in (1, 2, 3))
    roi = cut if fields["coordinates"] == "tf_crop_and_resize" else None
    return node.apply(ops.Resize, node.input(0), roi=roi, scales=scales, sizes=sizes, axes=axes, **fields)


def _given(operand: Operand | None) -> Operand | None:
    """An input, unless it is empty, which older files write for one that is left out."""
    return None if operand is None or operand.shape == (0,) else operand


def _grid_sample(node: OnnxNode) -> Outputs:
    fields = {"mode": node.attribute("mode"), "padding": node.attribute("padding_mode")}
    op = ops.GridSample(align_corners=node.flag("align_corners"), **fields)
    return node.call(op, node.input(0), node.input(1))


NODES: Mapping[str, Rule] = {
    "AffineGrid": simple(ops.AffineGrid, size="@1", align_corners="align_corners"),
    "GridSample": _grid_sample,
    "Resize": _resize,
}
