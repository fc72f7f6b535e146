"""ONNX's functions of one operand: curves, rounding, and what is no ordinary number."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple

SAME = (
    "Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Erf Exp Floor Identity Log Reciprocal Round Sign Sin "
    "Sinh Sqrt Tan IsNaN".split()
)
"""Operators that are one op of the same name."""


def _clip(node: OnnxNode) -> Outputs:
    """The limits are fields where their numbers are known."""
    return node.apply(ops.Clip, node.input(0), low=node.optional(1), high=node.optional(2))


NODES: Mapping[str, Rule] = {
    **{name: simple(getattr(ops, name)) for name in SAME},
    "Clip": _clip,
    "IsInf": simple(ops.IsInf, positive="detect_positive", negative="detect_negative"),
}
