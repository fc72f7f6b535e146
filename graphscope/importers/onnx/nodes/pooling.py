"""ONNX's pooling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule


def _fields(node: OnnxNode) -> dict[str, Any]:
    """What both kinds of windows have."""
    if node.input(0).rank != 4:
        node.refuse(Sentence("only pictures are pooled here (operands of four axes)"))
    node.expect("auto_pad", "NOTSET")
    node.expect("ceil_mode", 0)
    return {
        "window": node.attribute("kernel_shape"),
        "stride": node.attribute("strides", (1, 1)),
        "padding": node.attribute("pads", (0, 0)),
        "dilation": node.attribute("dilations", (1, 1)),
    }


def _max_pool(node: OnnxNode) -> Outputs:
    if node.wants(1):
        node.refuse(Sentence("the positions of the largest elements are not computed here"))
    node.attribute("storage_order")  # only for those positions
    if not node.input(0).spec.floating:
        node.refuse(Sentence("integers are not pooled here"))
    return node.call(ops.MaxPool2d(**_fields(node)), node.input(0))


def _average_pool(node: OnnxNode) -> Outputs:
    counts = node.flag("count_include_pad")
    return node.call(ops.AvgPool2d(**_fields(node), border_counts=counts), node.input(0))


NODES: Mapping[str, Rule] = {"AveragePool": _average_pool, "MaxPool": _max_pool}
