"""ONNX's operators that turn elements round, mask them or move them between axes."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _trilu(node: OnnxNode) -> Outputs:
    return node.apply(ops.Trilu, node.input(0), k=node.optional(1), upper=node.flag("upper"))


NODES: Mapping[str, Rule] = {
    "DepthToSpace": simple(ops.DepthToSpace, blocksize="blocksize", order="mode"),
    "ReverseSequence": simple(ops.ReverseSequence, batch_axis="batch_axis", time_axis="time_axis"),
    "SpaceToDepth": simple(ops.SpaceToDepth, blocksize="blocksize", order="mode"),
    "Trilu": _trilu,
}
