"""ONNX's functions of one operand."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _clip(node: OnnxNode) -> Outputs:
    x = node.input(0)
    if not x.spec.floating:
        node.refuse(Sentence("integers are not clipped here"))
    low, high = node.value(1), node.value(2)
    bounds = {name: value for name, value in (("low", low), ("high", high)) if value is not None}
    return node.call(ops.Clip(**bounds), x)


NODES: Mapping[str, Rule] = {
    "Abs": simple(ops.Abs),
    "Clip": _clip,
    "Exp": simple(ops.Exp),
    "Identity": simple(ops.Identity),
    "Log": simple(ops.Log),
    "Sqrt": simple(ops.Sqrt),
}
