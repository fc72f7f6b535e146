"""ONNX's Einstein summation."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import Rule, simple

NODES: Mapping[str, Rule] = {"Einsum": simple(ops.Einsum, equation="equation")}
