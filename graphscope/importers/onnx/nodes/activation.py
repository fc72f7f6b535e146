"""ONNX's activations."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.rule import Rule, simple

NODES: Mapping[str, Rule] = {
    "Celu": simple(ops.Celu, alpha="alpha"),
    "Elu": simple(ops.Elu, alpha="alpha"),
    "Gelu": simple(ops.Gelu, approximate="approximate"),
    "HardSigmoid": simple(ops.HardSigmoid, alpha="alpha", beta="beta"),
    "HardSwish": simple(ops.HardSwish),
    "Hardmax": simple(ops.Hardmax, axis="axis"),
    "LeakyRelu": simple(ops.LeakyRelu, slope="alpha"),
    "LogSoftmax": simple(ops.LogSoftmax, axis="axis"),
    "Mish": simple(ops.Mish),
    "PRelu": simple(ops.PRelu),
    "Relu": simple(ops.Relu),
    "Selu": simple(ops.Selu, alpha="alpha", gamma="gamma"),
    "Shrink": simple(ops.Shrink, lambd="lambd", bias="bias"),
    "Sigmoid": simple(ops.Sigmoid),
    "Softmax": simple(ops.Softmax, axis="axis"),
    "Softplus": simple(ops.Softplus),
    "Softsign": simple(ops.Softsign),
    "Swish": simple(ops.Swish, alpha="alpha"),
    "Tanh": simple(ops.Tanh),
    "ThresholdedRelu": simple(ops.ThresholdedRelu, alpha="alpha"),
}
