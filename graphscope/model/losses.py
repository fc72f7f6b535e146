"""Losses by their usual names: ``g.loss(gs.losses.mse, prediction, target)``."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.errors import InputError
from graphscope.graph.spec import TensorSpec
from graphscope.model import given
from graphscope.ops.base import Op

mse = ops.MeanSquaredError()
"""The mean squared error, for numbers."""

bce_with_logits = ops.BinaryCrossEntropyWithLogits()
"""The binary cross entropy of scores and 0 or 1."""

cross_entropy = ops.SoftmaxCrossEntropy()
"""The cross entropy of scores and class numbers or probabilities."""

BY_NAME: Mapping[str, Op] = {"mse": mse, "bce_with_logits": bce_with_logits, "cross_entropy": cross_entropy}
"""Each loss by the name that a command line or a file gives it."""


def loss(wanted: Op | str) -> Op:
    """A loss by its name, or the op itself.

    Raises:
        InputError: no loss has that name, or it is no op.
    """
    if isinstance(wanted, str):
        if wanted not in BY_NAME:
            raise InputError(
                "there is no loss “{name}”; choose one of {known}", name=wanted, known=", ".join(BY_NAME)
            )
        return BY_NAME[wanted]
    return given.operation(wanted, "loss", example="gs.losses.mse")


def check(name: str, spec: TensorSpec) -> None:
    """Hold a value to what backward can start from: one floating number.

    Raises:
        InputError: it has several elements, or is an integer, which has no slope.
    """
    if spec.shape not in ((), (1,)):
        raise InputError(
            "the loss must be one number, but {name} is {shape}; sum it or take its mean",
            name=name,
            shape=str(spec),
        )
    if not spec.floating:
        raise InputError(
            "the loss must be a floating number to have a gradient, but {name} is {dtype}; cast it",
            name=name,
            dtype=spec.dtype,
        )
