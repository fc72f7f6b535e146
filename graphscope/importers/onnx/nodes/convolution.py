"""ONNX's convolution."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule


def _conv(node: OnnxNode) -> Outputs:
    x, w, b = node.input(0), node.input(1), node.optional(2)
    if x.rank != 4:
        node.refuse(Sentence("only pictures are convolved here (operands of four axes)"))
    node.expect("auto_pad", "NOTSET")
    node.expect("kernel_shape", None, tuple(w.shape[2:]))
    op = ops.Conv2d(
        stride=node.attribute("strides", (1, 1)),
        padding=node.attribute("pads", (0, 0)),
        dilation=node.attribute("dilations", (1, 1)),
        groups=node.attribute("group"),
    )
    return node.call(op, x, w, b)


NODES: Mapping[str, Rule] = {"Conv": _conv}
