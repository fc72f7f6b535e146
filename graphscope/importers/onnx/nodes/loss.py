"""ONNX's losses; their classes are the second axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope import ops
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule


def _fields(node: OnnxNode) -> dict[str, Any]:
    ignored = node.attribute("ignore_index") if node.has("ignore_index") else None
    return {"reduction": node.attribute("reduction"), "axis": 1, "ignore": ignored}


def _log_likelihood(node: OnnxNode) -> Outputs:
    op = ops.NegativeLogLikelihood(**_fields(node))
    return node.call(op, node.input(0), node.input(1), *_weight(node))


def _cross_entropy(node: OnnxNode) -> Outputs:
    """Where the file wants the log probabilities, too, they are a step of their own."""
    scores, target = node.input(0), node.input(1)
    if not node.wants(1):
        return node.call(ops.SoftmaxCrossEntropy(**_fields(node)), scores, target, *_weight(node))
    logs = node.call(ops.LogSoftmax(axis=1), scores, label="log_prob")
    loss = node.call(ops.NegativeLogLikelihood(**_fields(node)), logs, target, *_weight(node))
    return loss, logs


def _weight(node: OnnxNode) -> tuple[Any, ...]:
    weight = node.optional(2)
    return () if weight is None else (weight,)


NODES: Mapping[str, Rule] = {
    "NegativeLogLikelihoodLoss": _log_likelihood,
    "SoftmaxCrossEntropyLoss": _cross_entropy,
}
