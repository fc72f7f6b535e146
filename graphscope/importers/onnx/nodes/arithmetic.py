"""ONNX's arithmetic of two or more operands."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple
from graphscope.ops.base import Op


def _several(two: type[Op], many: type[Op]) -> Rule:
    """An operator of any number of operands: two are the op that everybody knows."""

    def rule(node: OnnxNode) -> Outputs:
        operands = node.all_inputs()
        if len(operands) == 1:
            return node.call(ops.Identity(), *operands)
        return node.call(two() if len(operands) == 2 else many(), *operands)

    return rule


def _mod(node: OnnxNode) -> Outputs:
    return node.call(ops.Mod(fmod=node.flag("fmod")), node.input(0), node.input(1))


NODES: Mapping[str, Rule] = {
    "Add": simple(ops.Add),
    "Div": simple(ops.Div),
    "Max": _several(ops.Maximum, ops.MaxOf),
    "Mean": _several(ops.MeanOf, ops.MeanOf),
    "Min": _several(ops.Minimum, ops.MinOf),
    "Mod": _mod,
    "Mul": simple(ops.Mul),
    "Neg": simple(ops.Neg),
    "Pow": simple(ops.Pow),
    "Sub": simple(ops.Sub),
    "Sum": _several(ops.Add, ops.SumOf),
}
