"""ONNX's random operators. Their seeds are not taken over: a run has one seed of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope import ops
from graphscope.importers.onnx import tensors
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, checked_type


def _dropout(node: OnnxNode) -> Outputs:
    """Without its mask and in a graph that only infers, everything is kept."""
    node.attribute("seed")
    x, rate, training = node.input(0), node.optional(1), node.optional(2)
    keeps = training is None or (training.known and not training.value)
    if keeps and not node.wants(1):
        return node.call(ops.Dropout(training=False), x)
    fields: dict[str, Any] = {"rate": rate, "training": False if keeps else training}
    return node.apply(ops.DropoutMask, x, **fields)


def _type(node: OnnxNode) -> str | None:
    return checked_type(tensors.dtype(node.attribute("dtype"))) if node.has("dtype") else None


def _drawn(kind: type[Any], *fields: str) -> Rule:
    """Numbers of a shape that the file fixes, or of the shape of an input."""

    def rule(node: OnnxNode) -> Outputs:
        node.attribute("seed")
        first: dict[str, Any] = {name: node.attribute(name) for name in fields}
        operands: tuple[Operand, ...] = node.all_inputs()
        if not operands:
            first |= {"shape": tuple(node.attribute("shape")), "dtype": _type(node) or "float32"}
        else:
            first |= {"dtype": _type(node)}
        return node.call(kind(**first), *operands)

    return rule


NODES: Mapping[str, Rule] = {
    "Bernoulli": _drawn(ops.Bernoulli),
    "Dropout": _dropout,
    "RandomNormal": _drawn(ops.RandomNormal, "mean", "scale"),
    "RandomNormalLike": _drawn(ops.RandomNormalLike, "mean", "scale"),
    "RandomUniform": _drawn(ops.RandomUniform, "low", "high"),
    "RandomUniformLike": _drawn(ops.RandomUniformLike, "low", "high"),
}
