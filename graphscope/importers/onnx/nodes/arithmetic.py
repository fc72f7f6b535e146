"""ONNX's arithmetic of two or more operands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple
from graphscope.ops.base import Op


def _div(node: OnnxNode) -> Outputs:
    x, y = node.input(0), node.input(1)
    if not x.spec.floating:
        node.refuse(Sentence("integers are not divided here"))
    return node.call(ops.Div(), x, y)


def _pow(node: OnnxNode) -> Outputs:
    x, y = node.input(0), node.input(1)
    if x.dtype != y.dtype:
        y = node.call(ops.Cast(x.dtype), y, label="exponent")
    return node.call(ops.Pow(), x, y)


def _several(op: Op) -> Rule:
    """An operator of any number of operands, as a chain of an op of two."""

    def rule(node: OnnxNode) -> Outputs:
        first, *others = node.all_inputs()
        if not others:
            return node.call(ops.Identity(), first)
        return reduce(lambda x, y: node.call(op, x, y), others, first)

    return rule


NODES: Mapping[str, Rule] = {
    "Add": simple(ops.Add),
    "Div": _div,
    "Max": _several(ops.Maximum()),
    "Min": _several(ops.Minimum()),
    "Mul": simple(ops.Mul),
    "Neg": simple(ops.Neg),
    "Pow": _pow,
    "Sub": simple(ops.Sub),
    "Sum": _several(ops.Add()),
}
