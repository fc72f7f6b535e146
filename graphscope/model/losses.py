"""Losses by their usual names: ``g.loss(gs.losses.mse, prediction, target)``."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.ops.base import Op

mse = ops.MeanSquaredError()
"""The mean squared error, for numbers."""

bce_with_logits = ops.BinaryCrossEntropyWithLogits()
"""The binary cross entropy of scores and 0 or 1."""

cross_entropy = ops.SoftmaxCrossEntropy()
"""The cross entropy of scores and class numbers or probabilities."""

BY_NAME: Mapping[str, Op] = {"mse": mse, "bce_with_logits": bce_with_logits, "cross_entropy": cross_entropy}
"""Each loss by the name that a command line or a file gives it."""
