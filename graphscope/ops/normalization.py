"""Normalization: bring the values of a channel, a sample or a row to mean 0 and deviation 1, then scale them."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, broadcast, promote, same_size
from graphscope.ops.base import Op


def check_channels(operation: str, x: TensorSpec, axis: int, given: Mapping[str, TensorSpec | None]) -> None:
    """Whether each of these operands has one number per channel of x."""
    for name, spec in given.items():
        if spec is not None and (spec.rank != 1 or x.rank < 2 or not same_size(spec.shape[0], x.shape[axis])):
            raise ShapeError(
                "{operation}: {name} ({spec}) must have one number per channel, axis {axis} of x ({x})",
                operation=operation,
                name=name,
                spec=spec,
                axis=axis,
                x=x,
            )


def along(xp, vector, rank: int, axis: int):
    """A number per channel, shaped to broadcast against an array of that rank."""
    return xp.reshape(vector, tuple(vector.shape[0] if each == axis % rank else 1 for each in range(rank)))


def others(x, axis: int) -> tuple[int, ...]:
    """All axes but the channels'."""
    return tuple(each for each in range(x.ndim) if each != axis % x.ndim)


def deviation_of(xp, d, axes: tuple[int, ...], epsilon: float):
    """√(variance + ε) of what lies around 0."""
    return xp.sqrt(xp.mean(d * d, axis=axes, keepdims=True) + epsilon)


def pulled_back(xp, g, n, deviation, axes: tuple[int, ...]):
    """The gradient of x from that of n = (x − mean) / deviation: less its mean and its lean along n."""
    mean, lean = xp.mean(g, axis=axes, keepdims=True), xp.mean(g * n, axis=axes, keepdims=True)
    return (g - mean - n * lean) / deviation


class BatchNorm(Op):
    """out = scale ⊙ (x − mean) / deviation + bias, per channel, deviation = √(variance + ε).

    While training, mean and variance are those of the batch (the variance divided by n); otherwise they are
    the operands of that name, which get no gradient. Running averages are kept by `RunningBatchNorm`.

    Source: Ioffe and Szegedy 2015, "Batch normalization", algorithm 1; PyTorch ``BatchNorm2d``.

    Args:
        epsilon: added to the variance, so that the deviation is never 0.
        axis: the axis of the channels.
        training: whether to use the mean and variance of the batch.
    """

    epsilon: float = 1e-5
    axis: int = 1
    training: bool = True

    saved = ("batch_mean", "deviation")
    symbol = "batch norm"
    says = (
        "Bring each channel of {x} to mean 0 and deviation 1, then scale it by {scale} and shift it by "
        "{bias} to get {out}."
    )
    backward_says = (
        "The gradient of {out} times {scale}, less its mean and its lean along {x}, divided by the "
        "deviation, goes to {x}."
    )
    backward_parts = {
        "x": backward_says,
        "scale": "The scale collects the gradient of {out} times the normalized {x}.",
        "bias": "The bias collects the gradient of {out}.",
    }
    why = (
        "Shifting or stretching a whole channel is undone by the normalization, so those parts of the "
        "gradient drop out."
    )
    formulas = {
        "out": "scale ⊙ x̂ + bias, x̂ = (x − mean) / deviation",
        "x": "scale / deviation ⊙ (g − E(g) − x̂ ⊙ E(g ⊙ x̂))",
        "scale": "Σ g ⊙ x̂",
        "bias": "Σ g",
    }

    def infer(
        self,
        x: TensorSpec,
        scale: TensorSpec,
        bias: TensorSpec,
        mean: TensorSpec | None = None,
        variance: TensorSpec | None = None,
    ) -> TensorSpec:
        if not self.training and (mean is None or variance is None):
            raise ShapeError("batch norm: without training it needs the mean and variance as operands")
        given = {"scale": scale, "bias": bias, "mean": mean, "variance": variance}
        check_channels(self.title, x, self.axis, given)
        return x.like()

    def forward(self, xp, x, scale, bias, mean=None, variance=None):
        if self.training:
            mean = xp.mean(x, axis=others(x, self.axis), keepdims=True)
            d = x - mean
            variance = xp.mean(d * d, axis=others(x, self.axis), keepdims=True)
        else:
            mean, variance = (along(xp, each, x.ndim, self.axis) for each in (mean, variance))
            d = x - mean
        deviation = xp.sqrt(variance + self.epsilon)
        scale, bias = (along(xp, each, x.ndim, self.axis) for each in (scale, bias))
        out = scale * (d / deviation) + bias
        return out, mean, deviation

    def vjp(self, xp, g, out, x, scale, bias, mean=None, variance=None):
        _, mean, deviation = out
        axes = others(x, self.axis)
        n = (x - mean) / deviation
        dscale, dbias = xp.sum(g * n, axis=axes), xp.sum(g, axis=axes)
        dn = g * along(xp, scale, x.ndim, self.axis)
        dx = pulled_back(xp, dn, n, deviation, axes) if self.training else dn / deviation
        return dx, dscale, dbias, None, None


class RunningBatchNorm(Op):
    """out = scale ⊙ (x − m) / √(v + ε) + bias; running_mean = momentum · mean + (1 − momentum) · m.

    m and v are mean and variance of each channel over the batch (v divided by n), and the running variance
    is averaged like the running mean: what normalization by `BatchNorm` without training then uses.

    Source: ONNX operator ``BatchNormalization`` 15 in training mode; PyTorch ``BatchNorm2d``, whose momentum
    is 1 minus this one and whose running variance is the unbiased one.

    Args:
        epsilon: added to the variance, so that the deviation is never 0.
        momentum: how much of the old running averages is kept.
        axis: the axis of the channels.
        unbiased: whether the variance that is averaged is divided by n − 1 instead of n.
    """

    epsilon: float = 1e-5
    momentum: float = 0.9
    axis: int = 1
    unbiased: bool = False

    outputs = ("out", "running_mean", "running_variance")
    saved = ("batch_mean", "deviation")
    symbol = "batch norm"
    says = (
        "Bring each channel of {x} to mean 0 and deviation 1, scale it by {scale} and shift it by {bias} to get "
        "{out}; mix mean and variance of the batch into {mean} and {variance} to get {running_mean} and "
        "{running_variance}."
    )
    backward_says = (
        "The gradient of {out} times {scale}, less its mean and its lean along {x}, divided by the "
        "deviation, goes to {x}."
    )
    backward_parts = {
        "x": backward_says,
        "scale": "The scale collects the gradient of {out} times the normalized {x}.",
        "bias": "The bias collects the gradient of {out}.",
    }
    why = (
        "Training looks at this batch alone; the running averages remember many, for the day when there is "
        "only one sample."
    )
    formulas = {
        "out": "scale ⊙ x̂ + bias, x̂ = (x − E(x)) / deviation",
        "running_mean": "momentum · mean + (1 − momentum) · E(x)",
        "running_variance": "momentum · variance + (1 − momentum) · Var(x)",
        "x": "scale / deviation ⊙ (g − E(g) − x̂ ⊙ E(g ⊙ x̂))",
        "scale": "Σ g ⊙ x̂",
        "bias": "Σ g",
        "mean": "momentum · ∇running_mean",
        "variance": "momentum · ∇running_variance",
    }

    def infer(
        self, x: TensorSpec, scale: TensorSpec, bias: TensorSpec, mean: TensorSpec, variance: TensorSpec
    ) -> tuple[TensorSpec, ...]:
        given = {"scale": scale, "bias": bias, "mean": mean, "variance": variance}
        check_channels(self.title, x, self.axis, given)
        return x.like(), mean.like(), variance.like()

    def forward(self, xp, x, scale, bias, mean, variance):
        axes = others(x, self.axis)
        batch_mean = xp.mean(x, axis=axes, keepdims=True)
        d = x - batch_mean
        batch_variance = xp.mean(d * d, axis=axes, keepdims=True)
        deviation = xp.sqrt(batch_variance + self.epsilon)
        out = along(xp, scale, x.ndim, self.axis) * (d / deviation) + along(xp, bias, x.ndim, self.axis)
        seen = (xp.reshape(each, mean.shape) for each in (batch_mean, batch_variance))
        return out, *self.mixed(x, mean, variance, *seen), batch_mean, deviation

    def vjp(self, xp, g, out, x, scale, bias, mean, variance):
        _, _, _, batch_mean, deviation = out
        axes, take = others(x, self.axis), 1 - self.momentum
        count = prod(x.shape[axis] for axis in axes)
        d = x - batch_mean
        n = d / deviation
        dx, dscale, dbias = xp.zeros_like(x), xp.zeros_like(scale), xp.zeros_like(bias)
        if g[0] is not None:
            dscale, dbias = xp.sum(g[0] * n, axis=axes), xp.sum(g[0], axis=axes)
            dn = g[0] * along(xp, scale, x.ndim, self.axis)
            dx = pulled_back(xp, dn, n, deviation, axes)
        dmean = dvariance = None
        if g[1] is not None:
            dmean = self.momentum * g[1]
            dx = dx + along(xp, g[1], x.ndim, self.axis) * (take / count)
        if g[2] is not None:
            dvariance = self.momentum * g[2]
            dx = dx + along(xp, g[2], x.ndim, self.axis) * d * (2 * take * self._unbias(x) / count)
        return dx, dscale, dbias, dmean, dvariance

    def mixed(self, x, mean, variance, batch_mean, batch_variance):
        """The running averages with those of the batch mixed in."""
        keep, take = self.momentum, 1 - self.momentum
        running_mean = keep * mean + take * batch_mean
        return running_mean, keep * variance + take * (batch_variance * self._unbias(x))

    def _unbias(self, x):
        """n / (n − 1) where the running variance is the unbiased one."""
        count = prod(x.shape[axis] for axis in others(x, self.axis))
        return count / (count - 1) if self.unbiased and count > 1 else 1.0


class GroupNorm(Op):
    """out = scale ⊙ (x − mean) / √(variance + ε) + bias, mean and variance of each group of channels.

    x is [sample, channel, …]; the channels of a sample are divided into groups, and each group is normalized
    by itself. scale and bias have one number per channel.

    Source: Wu and He 2018, "Group normalization"; ONNX operator ``GroupNormalization`` 21.

    Args:
        groups: into how many groups the channels are divided.
        epsilon: added to the variance, so that the deviation is never 0.
    """

    groups: int = 1
    epsilon: float = 1e-5

    saved = ("group_mean", "deviation")
    symbol = "group norm"
    says = (
        "Bring each group of channels in each sample of {x} to mean 0 and deviation 1, then scale and shift "
        "every channel to get {out}."
    )
    backward_says = (
        "The scaled gradient of {out}, less its mean over the group and its lean along {x}, divided by the "
        "deviation, goes to {x}."
    )
    backward_parts = {
        "x": backward_says,
        "scale": "The scale collects the gradient of {out} times the normalized {x}.",
        "bias": "The bias collects the gradient of {out}.",
    }
    why = "No sample looks at another, so the result is the same whatever else is in the batch."
    formulas = {
        "out": "scale ⊙ x̂ + bias, x̂ = (x − mean) / deviation",
        "x": "(scale ⊙ g − E(scale ⊙ g) − x̂ ⊙ E(scale ⊙ g ⊙ x̂)) / deviation",
        "scale": "Σ g ⊙ x̂",
        "bias": "Σ g",
    }

    def infer(
        self, x: TensorSpec, scale: TensorSpec | None = None, bias: TensorSpec | None = None
    ) -> TensorSpec:
        channels = x.shape[1] if x.rank > 1 else None
        if x.rank < 2 or (isinstance(channels, int) and channels % self.group_count(channels)):
            raise ShapeError(
                "{operation}: the channels, axis 1 of x ({x}), must be divisible into {groups} groups",
                operation=self.title,
                x=x,
                groups=self.groups,
            )
        check_channels(self.title, x, 1, {"scale": scale, "bias": bias})
        return x.like()

    def group_count(self, channels: int) -> int:
        """Into how many groups so many channels are divided."""
        return self.groups

    def forward(self, xp, x, scale=None, bias=None):
        rows = self._rows(xp, x)
        mean = xp.mean(rows, axis=2, keepdims=True)
        d = rows - mean
        deviation = deviation_of(xp, d, (2,), self.epsilon)
        out = xp.reshape(d / deviation, x.shape)
        out = out if scale is None else out * along(xp, scale, x.ndim, 1)
        out = out if bias is None else out + along(xp, bias, x.ndim, 1)
        return out, mean, deviation

    def vjp(self, xp, g, out, x, scale=None, bias=None):
        _, mean, deviation = out
        n = (self._rows(xp, x) - mean) / deviation
        dn = g if scale is None else g * along(xp, scale, x.ndim, 1)
        dx = xp.reshape(pulled_back(xp, self._rows(xp, dn), n, deviation, (2,)), x.shape)
        dscale = None if scale is None else xp.sum(g * xp.reshape(n, x.shape), axis=others(x, 1))
        return dx, dscale, None if bias is None else xp.sum(g, axis=others(x, 1))

    def _rows(self, xp, x):
        """Each group of each sample as one row."""
        groups = self.group_count(x.shape[1])
        return xp.reshape(x, (x.shape[0], groups, prod(x.shape[1:]) // max(groups, 1)))


class InstanceNorm(GroupNorm):
    """out = scale ⊙ (x − mean) / √(variance + ε) + bias, mean and variance of each channel of each sample.

    Source: Ulyanov et al. 2016, "Instance normalization"; ONNX operator ``InstanceNormalization`` 22.

    Args:
        groups: not asked: every channel is a group of its own.
        epsilon: added to the variance, so that the deviation is never 0.
    """

    symbol = "instance norm"
    says = (
        "Bring each channel in each sample of {x} to mean 0 and deviation 1, then scale and shift it to get "
        "{out}."
    )
    backward_says = (
        "The scaled gradient of {out}, less its mean over the channel and its lean along {x}, divided by the "
        "deviation, goes to {x}."
    )
    backward_parts = {
        "x": backward_says,
        "scale": "The scale collects the gradient of {out} times the normalized {x}.",
        "bias": "The bias collects the gradient of {out}.",
    }
    why = "Brightness and contrast of a single picture are taken out, whatever the other pictures are like."

    def group_count(self, channels: int) -> int:
        return channels


class LayerNorm(Op):
    """out = scale ⊙ (x − mean) / √(variance + ε) + bias, over the last axes of x, from ``axis`` on.

    Source: Ba, Kiros and Hinton 2016, "Layer normalization"; ONNX operator ``LayerNormalization`` 17.

    Args:
        axis: the first of the axes that are normalized together.
        epsilon: added to the variance, so that the deviation is never 0.
    """

    axis: int = -1
    epsilon: float = 1e-5

    saved = ("mean", "deviation")
    symbol = "layer norm"
    says = "Bring each row of {x} to mean 0 and deviation 1, then scale and shift its elements to get {out}."
    backward_says = (
        "The scaled gradient of {out}, less its mean over the row and its lean along {x}, divided by the "
        "deviation, goes to {x}."
    )
    backward_parts = {
        "x": backward_says,
        "scale": "The scale collects the gradient of {out} times the normalized {x}.",
        "bias": "The bias collects the gradient of {out}.",
    }
    why = "Shifting or stretching a whole row changes nothing, so those parts of the gradient drop out."
    formulas = {
        "out": "scale ⊙ x̂ + bias, x̂ = (x − mean) / deviation",
        "x": "(scale ⊙ g − E(scale ⊙ g) − x̂ ⊙ E(scale ⊙ g ⊙ x̂)) / deviation",
        "scale": "g ⊙ x̂",
        "bias": "g",
    }

    def infer(
        self, x: TensorSpec, scale: TensorSpec | None = None, bias: TensorSpec | None = None
    ) -> TensorSpec:
        return _inferred_over_last(self.title, x, self.axis, {"scale": scale, "bias": bias})

    def forward(self, xp, x, scale=None, bias=None):
        axes = _last(x.ndim, self.axis)
        mean = xp.mean(x, axis=axes, keepdims=True)
        d = x - mean
        deviation = deviation_of(xp, d, axes, self.epsilon)
        out = d / deviation
        out = out if scale is None else out * scale
        return out if bias is None else out + bias, mean, deviation

    def vjp(self, xp, g, out, x, scale=None, bias=None):
        _, mean, deviation = out
        n = (x - mean) / deviation
        dn = g if scale is None else g * scale
        dx = pulled_back(xp, dn, n, deviation, _last(x.ndim, self.axis))
        return dx, None if scale is None else g * n, None if bias is None else g


class RMSNorm(Op):
    """out = scale ⊙ x / √(mean(x²) + ε), over the last axes of x, from ``axis`` on.

    Source: Zhang and Sennrich 2019, "Root mean square layer normalization"; ONNX ``RMSNormalization`` 23.

    Args:
        axis: the first of the axes that are normalized together.
        epsilon: added to the mean of the squares, so that the divisor is never 0.
    """

    axis: int = -1
    epsilon: float = 1e-5

    saved = ("size",)
    symbol = "RMS norm"
    says = "Divide each row of {x} by its usual size, the root of the mean of its squares, to get {out}."
    backward_says = (
        "The scaled gradient of {out}, less its lean along {x}, divided by the usual size, goes to {x}."
    )
    backward_parts = {
        "x": backward_says,
        "scale": "The scale collects the gradient of {out} times the normalized {x}.",
    }
    why = "Stretching a whole row changes nothing, so that part of the gradient drops out."
    formulas = {
        "out": "scale ⊙ x̂, x̂ = x / √(E(x²) + ε)",
        "x": "(scale ⊙ g − x̂ ⊙ E(scale ⊙ g ⊙ x̂)) / √(E(x²) + ε)",
        "scale": "g ⊙ x̂",
    }

    def infer(self, x: TensorSpec, scale: TensorSpec | None = None) -> TensorSpec:
        return _inferred_over_last(self.title, x, self.axis, {"scale": scale})

    def forward(self, xp, x, scale=None):
        size = deviation_of(xp, x, _last(x.ndim, self.axis), self.epsilon)
        out = x / size
        return out if scale is None else out * scale, size

    def vjp(self, xp, g, out, x, scale=None):
        _, size = out
        n = x / size
        dn = g if scale is None else g * scale
        lean = xp.mean(dn * n, axis=_last(x.ndim, self.axis), keepdims=True)
        return (dn - n * lean) / size, None if scale is None else g * n


def _last(rank: int, axis: int) -> tuple[int, ...]:
    """The axes from ``axis`` on."""
    return tuple(range(axis % rank, rank))


def _inferred_over_last(
    operation: str, x: TensorSpec, axis: int, given: Mapping[str, TensorSpec | None]
) -> TensorSpec:
    """The spec of x, once scale and bias broadcast against it."""
    if not -x.rank <= axis < x.rank:
        raise ShapeError(
            "{operation}: x ({x}) has no axis {axis}; name one that it has",
            operation=operation,
            x=x,
            axis=axis,
        )
    for name, spec in given.items():
        if spec is None:
            continue
        promote(x, spec)
        wide: tuple[Dim, ...] = broadcast(operation, **{"x": x, name: spec})
        if len(wide) != x.rank or not all(map(same_size, wide, x.shape)):
            raise ShapeError(
                "{operation}: {name} ({spec}) must fit the last axes of x ({x}); reshape it",
                operation=operation,
                name=name,
                spec=spec,
                x=x,
            )
    return x.like()
