"""ONNX's reductions, running sums, and where the largest element stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope import ops
from graphscope.importers.onnx.nodes.filling import number
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule


def _reduction(kind: type[Any]) -> Rule:
    """Axes are an input; without any, all are reduced, or none where the file says so."""

    def rule(node: OnnxNode) -> Outputs:
        x, axes, keepdims = node.input(0), node.optional(1), node.flag("keepdims")
        none, keeps_all = axes is None or axes.shape == (0,), node.flag("noop_with_empty_axes")
        if none and keeps_all:
            return node.call(kind(axes=(), keepdims=keepdims), x)
        return node.apply(kind, x, axes=None if none else axes, keepdims=keepdims)

    return rule


def _position(kind: type[Any]) -> Rule:
    def rule(node: OnnxNode) -> Outputs:
        fields = {"keepdims": node.flag("keepdims"), "last": node.flag("select_last_index")}
        return node.call(kind(axis=node.attribute("axis"), **fields), node.input(0))

    return rule


def _running(kind: type[Any]) -> Rule:
    def rule(node: OnnxNode) -> Outputs:
        exclusive, reverse = node.flag("exclusive"), node.flag("reverse")
        return node.apply(
            kind, node.input(0), axis=number(node.input(1)), exclusive=exclusive, reverse=reverse
        )

    return rule


REDUCTIONS = "L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare".split()
"""Reductions of the same name."""

NODES: Mapping[str, Rule] = {
    **{f"Reduce{name}": _reduction(getattr(ops, f"Reduce{name}")) for name in REDUCTIONS},
    "ArgMax": _position(ops.ArgMax),
    "ArgMin": _position(ops.ArgMin),
    "CumProd": _running(ops.CumProd),
    "CumSum": _running(ops.CumSum),
}
