"""Normalizations of PyTorch in training mode, and dropout with the mask that was drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphscope.capture.lowering import Lowering, Tensor, Unsayable
from graphscope.capture.operands import dtype_of, op, rank_of, shape_of


def batch_norm(
    g: Lowering,
    x: Tensor,
    scale: Tensor | None,
    bias: Tensor | None,
    mean: Tensor | None = None,
    variance: Tensor | None = None,
    training: bool = True,
    momentum: float = 0.1,
    epsilon: float = 1e-5,
) -> Any:
    """The result, two tensors that only PyTorch's own backward reads, and the running averages."""
    channels, kind = shape_of(x)[1], dtype_of(x)
    scale = np.ones(channels, kind) if scale is None else scale
    bias = np.zeros(channels, kind) if bias is None else bias
    if not training:
        made = g.call(op("BatchNorm", epsilon=epsilon, training=False), x, scale, bias, mean, variance)
        return made, None, None, mean, variance
    if mean is None:
        return g.call(op("BatchNorm", epsilon=epsilon, training=True), x, scale, bias), None, None, None, None
    running = op("RunningBatchNorm", epsilon=epsilon, momentum=1 - momentum, unbiased=True)
    made, new_mean, new_variance = g.call(running, x, scale, bias, mean, variance)
    return made, None, None, new_mean, new_variance


def batch_norm_alone(
    g: Lowering,
    x: Tensor,
    scale: Tensor | None,
    bias: Tensor | None,
    training: bool,
    *given: Any,
) -> Any:
    """The form without running averages."""
    return batch_norm(g, x, scale, bias, None, None, training, *given)


def batch_norm_fixed(
    g: Lowering, x: Tensor, scale: Any, bias: Any, mean: Any, variance: Any, momentum: float, epsilon: float
) -> Any:
    """The form of evaluation mode."""
    return batch_norm(g, x, scale, bias, mean, variance, False, momentum, epsilon)[:3]


def layer_norm(
    g: Lowering,
    x: Tensor,
    shape: list[int],
    scale: Tensor | None = None,
    bias: Tensor | None = None,
    epsilon: float = 1e-5,
    *_: Any,
) -> Any:
    """Over the last axes."""
    return g.call(op("LayerNorm", axis=-len(shape), epsilon=epsilon), x, scale, bias)


def native_layer_norm(g: Lowering, x: Tensor, *given: Any) -> Any:
    """The form that also returns what PyTorch's own backward reads."""
    return layer_norm(g, x, *given), None, None


def rms_norm(
    g: Lowering, x: Tensor, shape: list[int], scale: Tensor | None = None, epsilon: float | None = None
) -> Any:
    """Over the last axes; without an epsilon it is the smallest step of the type."""
    epsilon = float(np.finfo(dtype_of(x)).eps) if epsilon is None else epsilon
    return g.call(op("RMSNorm", axis=-len(shape), epsilon=epsilon), x, scale)


def group_norm(
    g: Lowering,
    x: Tensor,
    groups: int,
    scale: Tensor | None = None,
    bias: Tensor | None = None,
    epsilon: float = 1e-5,
    *_: Any,
) -> Any:
    """Channels in groups."""
    return g.call(op("GroupNorm", groups=groups, epsilon=epsilon), x, scale, bias)


def native_group_norm(
    g: Lowering, x: Tensor, scale: Any, bias: Any, _n: int, _c: int, _hw: int, groups: int, epsilon: float
) -> Any:
    """The form that also returns what PyTorch's own backward reads."""
    return group_norm(g, x, groups, scale, bias, epsilon), None, None


def instance_norm(
    g: Lowering,
    x: Tensor,
    scale: Tensor | None = None,
    bias: Tensor | None = None,
    mean: Tensor | None = None,
    variance: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,  # noqa: ARG001
    epsilon: float = 1e-5,
    *_: Any,
) -> Any:
    """Each channel of each sample; running averages are refused."""
    if not use_input_stats or mean is not None or variance is not None:
        raise Unsayable
    return g.call(op("InstanceNorm", epsilon=epsilon), x, scale, bias)


def plain_dropout(g: Lowering, x: Tensor, rate: float, training: bool | None = True) -> Any:
    """The form that returns the result alone."""
    return dropout(g, x, rate, training)[0]


def dropout(g: Lowering, x: Tensor, rate: float, training: bool | None = True) -> Any:
    """The elements that were kept, which are a constant of this step."""
    if not training or rate == 0:
        return x, None
    mask = g.now.mask
    if mask is None or rank_of(x) != mask.ndim:
        raise Unsayable
    return g.call(op("GivenDropout", rate=rate), x, mask), None


RULES = {
    "_native_batch_norm_legit_functional": batch_norm,
    "native_batch_norm": batch_norm,
    "_native_batch_norm_legit": batch_norm,
    "_native_batch_norm_legit.no_stats": batch_norm_alone,
    "_native_batch_norm_legit_no_training": batch_norm_fixed,
    "layer_norm": layer_norm,
    "native_layer_norm": native_layer_norm,
    "rms_norm": rms_norm,
    "group_norm": group_norm,
    "native_group_norm": native_group_norm,
    "instance_norm": instance_norm,
    "native_dropout": dropout,
    "dropout": plain_dropout,
}
