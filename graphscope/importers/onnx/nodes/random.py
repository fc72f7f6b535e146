"""ONNX's random operators."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule


def _dropout(node: OnnxNode) -> Outputs:
    """An inference graph keeps everything."""
    if node.value(2, False):
        node.refuse(Sentence("dropping while training is not computed here"))
    if node.wants(1):
        node.refuse(Sentence("its mask is not computed here"))
    node.attribute("seed")
    return node.call(ops.Dropout(rate=node.value(1, 0.5), training=False), node.input(0))


NODES: Mapping[str, Rule] = {"Dropout": _dropout}
