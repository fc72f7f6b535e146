"""ONNX's comparisons and the choice by them."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import Rule, simple

NODES: Mapping[str, Rule] = {
    name: simple(getattr(ops, name))
    for name in ("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Where")
}
