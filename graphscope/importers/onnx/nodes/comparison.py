"""ONNX's comparisons and the choice by them."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import Rule, simple

NODES: Mapping[str, Rule] = {
    "Equal": simple(ops.Equal),
    "Greater": simple(ops.Greater),
    "Less": simple(ops.Less),
    "Where": simple(ops.Where),
}
