"""ONNX's operators that cut out and look up."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import Rule, simple

NODES: Mapping[str, Rule] = {
    "Gather": simple(ops.Gather, axis="axis"),
    "Slice": simple(ops.Slice, starts="@1", ends="@2", axes="@3", steps="@4"),
}
