"""Normalization: bring the values of a channel to mean 0 and deviation 1, then scale and shift them."""

from __future__ import annotations

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, same_size
from graphscope.ops.base import Op


class BatchNorm(Op):
    """out = scale ⊙ (x − mean) / deviation + bias, per channel, deviation = √(variance + ε).

    While training, mean and variance are those of the batch (the variance divided by n); otherwise they are
    the operands of that name, which get no gradient. Running averages are not kept.

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
    why = (
        "Shifting or stretching a whole channel is undone by the normalization, so those parts of the "
        "gradient drop out."
    )
    formulas = {
        "out": "scale ⊙ x̂ + bias, x̂ = (x − mean) / deviation",
        "x": "scale / deviation ⊙ (g − mean(g) − x̂ ⊙ mean(g ⊙ x̂))",
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
        for name, spec in given.items():
            if spec is not None and (
                spec.rank != 1 or x.rank < 2 or not same_size(spec.shape[0], x.shape[self.axis])
            ):
                raise ShapeError(
                    "batch norm: {name} ({spec}) must have one number per channel, axis {axis} of x ({x})",
                    name=name,
                    spec=spec,
                    axis=self.axis,
                    x=x,
                )
        return x.like()

    def forward(self, xp, x, scale, bias, mean=None, variance=None):
        if self.training:
            mean = xp.mean(x, axis=self._others(x), keepdims=True)
            d = x - mean
            variance = xp.mean(d * d, axis=self._others(x), keepdims=True)
        else:
            mean, variance = self._along(xp, x, mean), self._along(xp, x, variance)
            d = x - mean
        deviation = xp.sqrt(variance + self.epsilon)
        out = self._along(xp, x, scale) * (d / deviation) + self._along(xp, x, bias)
        return out, mean, deviation

    def vjp(self, xp, g, out, x, scale, bias, mean=None, variance=None):
        _, mean, deviation = out
        others = self._others(x)
        n = (x - mean) / deviation
        dscale, dbias = xp.sum(g * n, axis=others), xp.sum(g, axis=others)
        dx = g
        if self.training:
            dx = g - xp.mean(g, axis=others, keepdims=True) - n * xp.mean(g * n, axis=others, keepdims=True)
        return self._along(xp, x, scale) / deviation * dx, dscale, dbias, None, None

    def _others(self, x):
        """All axes but the channels'."""
        return tuple(axis for axis in range(x.ndim) if axis != self.axis % x.ndim)

    def _along(self, xp, x, vector):
        """A number per channel, shaped to broadcast against x."""
        return xp.reshape(vector, tuple(-1 if axis == self.axis % x.ndim else 1 for axis in range(x.ndim)))
