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

mae = ops.MeanAbsoluteError()
"""The mean distance, for numbers of which some are far off."""

smooth_l1 = ops.SmoothL1()
"""The mean distance, squared where it is below 1."""

huber = ops.Huber()
"""Half of the mean squared distance, straight where it is above 1."""

bce = ops.BinaryCrossEntropy()
"""The binary cross entropy of probabilities and 0 or 1."""

bce_with_logits = ops.BinaryCrossEntropyWithLogits()
"""The binary cross entropy of scores and 0 or 1."""

cross_entropy = ops.SoftmaxCrossEntropy()
"""The cross entropy of scores and class numbers or probabilities; a third operand weighs the classes."""

nll = ops.NegativeLogLikelihood()
"""The cross entropy of log probabilities and class numbers; a third operand weighs the classes."""

kl_divergence = ops.KLDivergence(per_sample=True)
"""How far log probabilities are from a distribution, for each sample."""

BY_NAME: Mapping[str, Op] = {
    "mse": mse,
    "mae": mae,
    "smooth_l1": smooth_l1,
    "huber": huber,
    "bce": bce,
    "bce_with_logits": bce_with_logits,
    "cross_entropy": cross_entropy,
    "nll": nll,
    "kl_divergence": kl_divergence,
}
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
