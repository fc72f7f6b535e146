"""A row or more for every op: its fields, its operands, PyTorch's word for the same. An op adds a line."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphscope import ops
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op

Source = Any
"""An operand: a shape (normal numbers), a function of a generator, a `Host` value, None where absent."""


@dataclass(frozen=True)
class Host:
    """An operand that stays on the host: plain Python numbers."""

    value: Any


@dataclass(frozen=True)
class Case:
    """One op with fields and operands.

    Args:
        operands: where each operand comes from.
        torch: called with the torch module, the operands and the draws; None where PyTorch has no such op.
        variant: what this row shows, where an op has several.
    """

    op: Op
    operands: tuple[Source, ...]
    torch: Callable[..., Any] | None = None
    variant: str = ""

    @property
    def id(self) -> str:
        return f"{self.op.name}-{self.variant}" if self.variant else self.op.name

    def arrays(self, dtype: str) -> list[Any]:
        """The operands, read-only, the same for every dtype up to rounding."""
        rng = np.random.default_rng(zlib.crc32(self.id.encode()))
        return [_array(source, rng, dtype) for source in self.operands]

    def specs(self, arrays: list[Any]) -> list[TensorSpec | None]:
        return [_spec(source, array) for source, array in zip(self.operands, arrays, strict=True)]

    def draws(self, arrays: list[Any]) -> tuple[Any, ...]:
        if not self.op.drawn:
            return ()
        return self.op.draw(np.random.default_rng(7), *self.specs(arrays))  # type: ignore[attr-defined]


def _array(source: Source, rng: np.random.Generator, dtype: str) -> Any:
    if source is None or isinstance(source, Host):
        return source.value if source else None
    made = np.asarray(source(rng) if callable(source) else rng.normal(size=source))
    array = made.astype(dtype) if made.dtype.kind == "f" else made
    array.setflags(write=False)
    return array


def _spec(source: Source, array: Any) -> TensorSpec | None:
    if isinstance(source, Host):
        return TensorSpec(np.shape(array), "int64", value=array)
    return None if source is None else TensorSpec(array.shape, array.dtype.name)


def positive(*shape: int) -> Source:
    return lambda rng: rng.uniform(0.5, 2.0, shape)


def truth(*shape: int) -> Source:
    return lambda rng: rng.random(shape) < 0.5


def whole(high: int, *shape: int, low: int = 0) -> Source:
    return lambda rng: rng.integers(low, high, shape)


def chances(*shape: int) -> Source:
    """Probabilities that sum to 1 along the last axis."""
    return lambda rng: rng.dirichlet(np.ones(shape[-1]), shape[:-1])


def exactly(*values: Any) -> Source:
    return lambda rng: np.array(values)


def _rows() -> Iterator[Case]:
    yield from _elementwise()
    yield from _activations()
    yield from _linear_and_reductions()
    yield from _arrangements()
    yield from _convolutions()
    yield from _pools_and_norms()
    yield from _losses_and_updates()


def _elementwise() -> Iterator[Case]:
    pair = ((2, 3), (2, 3))
    yield Case(ops.Add(), pair, lambda t, x, y: x + y)
    yield Case(ops.Add(), ((2, 3), (3,)), lambda t, x, y: x + y, "broadcast")
    yield Case(ops.Add(), ((), (2, 1, 3)), lambda t, x, y: x + y, "scalar")
    yield Case(ops.Sub(), ((4, 1), (1, 3)), lambda t, x, y: x - y)
    yield Case(ops.Mul(), ((2, 3), (2, 1)), lambda t, x, y: x * y)
    yield Case(ops.Div(), ((2, 3), positive(3)), lambda t, x, y: x / y)
    yield Case(ops.Pow(), (positive(2, 3), (3,)), lambda t, x, y: x**y)
    yield Case(
        ops.Pow(),
        (exactly(-2.0, 0.0, 3.0), lambda rng: np.array(2.0)),
        lambda t, x, y: x ** y.detach(),
        "square",
    )
    yield Case(ops.Maximum(), pair, lambda t, x, y: t.maximum(x, y))
    yield Case(ops.Minimum(), ((2, 3), (3,)), lambda t, x, y: t.minimum(x, y))
    yield Case(ops.Neg(), ((2, 3),), lambda t, x: -x)
    yield Case(ops.Exp(), ((2, 3),), lambda t, x: t.exp(x))
    yield Case(ops.Log(), (positive(2, 3),), lambda t, x: t.log(x))
    yield Case(ops.Sqrt(), (positive(2, 3),), lambda t, x: t.sqrt(x))
    yield Case(ops.Square(), ((2, 3),), lambda t, x: t.square(x))
    yield Case(ops.Abs(), ((2, 3),), lambda t, x: t.abs(x))
    yield Case(ops.Clip(low=-0.5, high=0.7), ((3, 4),), lambda t, x: t.clamp(x, -0.5, 0.7))
    yield Case(ops.Clip(high=0.1), ((3, 4),), lambda t, x: t.clamp(x, max=0.1), "one side")
    yield Case(ops.Identity(), ((2, 3),), lambda t, x: x)
    yield Case(ops.StopGradient(), ((2, 3),), lambda t, x: x.detach())
    yield Case(ops.Cast("float64"), ((2, 3),), lambda t, x: x.to(t.float64))
    yield Case(ops.Cast("int64"), (exactly(1.0, 2.0),), None, "to integer")
    yield Case(ops.Greater(), ((2, 3), (3,)), lambda t, x, y: x > y)
    yield Case(ops.Less(), ((2, 3), (3,)), lambda t, x, y: x < y)
    yield Case(ops.Equal(), (whole(3, 2, 3), whole(3, 3)), lambda t, x, y: x == y)
    yield Case(ops.Where(), (truth(2, 3), (2, 3), (3,)), lambda t, c, x, y: t.where(c, x, y))
    yield Case(ops.Dropout(0.4), ((5, 6),), lambda t, x, mask: x * mask / (1 - 0.4))
    yield Case(ops.Dropout(0.4, training=False), ((5, 6),), lambda t, x, mask: x, "not training")


def _activations() -> Iterator[Case]:
    yield Case(ops.Tanh(), ((2, 3),), lambda t, x: t.tanh(x))
    yield Case(ops.Sigmoid(), ((2, 3),), lambda t, x: t.sigmoid(x))
    yield Case(ops.Sigmoid(), (exactly(-800.0, 0.0, 800.0),), lambda t, x: t.sigmoid(x), "far out")
    yield Case(ops.Relu(), ((2, 3),), lambda t, x: t.relu(x))
    yield Case(ops.LeakyRelu(0.2), ((2, 3),), lambda t, x: t.nn.functional.leaky_relu(x, 0.2))
    yield Case(ops.Gelu(), ((2, 3),), lambda t, x: t.nn.functional.gelu(x))
    tanh = ops.Gelu(approximate="tanh")
    yield Case(tanh, ((2, 3),), lambda t, x: t.nn.functional.gelu(x, approximate="tanh"), "tanh")
    yield Case(ops.Softmax(), ((2, 3),), lambda t, x: t.softmax(x, -1))
    yield Case(ops.Softmax(axis=1), ((2, 3, 2),), lambda t, x: t.softmax(x, 1), "middle")
    far = exactly([1000.0, 999.0], [-1000.0, 0.0])
    yield Case(ops.Softmax(), (far,), lambda t, x: t.softmax(x, -1), "large")
    yield Case(ops.LogSoftmax(), ((2, 3),), lambda t, x: t.log_softmax(x, -1))
    yield Case(ops.LogSoftmax(axis=0), (far,), lambda t, x: t.log_softmax(x, 0), "large")


def _linear_and_reductions() -> Iterator[Case]:
    yield Case(ops.MatMul(), ((2, 3), (3, 4)), lambda t, x, w: x @ w)
    yield Case(ops.MatMul(), ((5, 2, 3), (3, 4)), lambda t, x, w: x @ w, "batched")
    yield Case(ops.MatMul(), ((1, 2, 3), (5, 3, 2)), lambda t, x, w: x @ w, "broadcast")
    yield Case(ops.ReduceSum(), ((2, 3),), lambda t, x: x.sum())
    yield Case(ops.ReduceSum(axes=(1,)), ((2, 3, 4),), lambda t, x: x.sum(1), "axis")
    yield Case(
        ops.ReduceSum(axes=(-1, 0), keepdims=True), ((2, 3, 4),), lambda t, x: x.sum((-1, 0), True), "kept"
    )
    yield Case(ops.ReduceSum(), ((2, 3, 4), Host((1,))), lambda t, x, axes: x.sum(axes), "axes as operand")
    yield Case(ops.ReduceMean(), ((2, 3),), lambda t, x: x.mean())
    yield Case(ops.ReduceMean(axes=(0, 2)), ((2, 3, 4),), lambda t, x: x.mean((0, 2)), "axes")
    yield Case(ops.ReduceMax(axes=(1,)), ((2, 3, 4),), lambda t, x: x.amax(1))
    ties = exactly([1.0, 3.0, 3.0], [2.0, 2.0, 2.0])
    yield Case(ops.ReduceMax(), ((2, 3),), lambda t, x: x.amax(), "all")
    yield Case(ops.ReduceMin(axes=(0,), keepdims=True), ((2, 3),), lambda t, x: x.amin(0, True))
    yield Case(ops.ReduceMean(axes=(-1,), keepdims=True), (ties,), lambda t, x: x.mean(-1, True), "kept")


def _arrangements() -> Iterator[Case]:
    yield Case(ops.Reshape((3, -1)), ((2, 6),), lambda t, x: x.reshape(3, 4))
    yield Case(ops.Reshape((0, 2, -1)), ((3, 4),), lambda t, x: x.reshape(3, 2, 2), "kept")
    yield Case(
        ops.Reshape(), ((2, 6), Host((4, 3))), lambda t, x, shape: x.reshape(shape), "shape as operand"
    )
    yield Case(ops.Flatten(), ((2, 3, 4),), lambda t, x: x.flatten(1))
    yield Case(ops.Flatten(axis=3), ((2, 3, 4),), lambda t, x: x.reshape(24, 1), "all rows")
    yield Case(ops.Squeeze((1,)), ((2, 1, 3, 1),), lambda t, x: x.squeeze(1))
    yield Case(ops.Squeeze(), ((2, 1, 3, 1),), lambda t, x: x.squeeze(), "all")
    yield Case(ops.Unsqueeze((0, -1)), ((2, 3),), lambda t, x: x[None, ..., None])
    yield Case(ops.Transpose(), ((2, 3),), lambda t, x: x.T)
    yield Case(ops.Transpose((1, 2, 0)), ((2, 3, 4),), lambda t, x: x.permute(1, 2, 0), "order")
    yield Case(ops.Expand((2, 3, 4)), ((3, 1),), lambda t, x: x.expand(2, 3, 4))
    yield Case(
        ops.Expand(), ((2, 3), Host((5, 1, 1))), lambda t, x, shape: x.expand(5, 2, 3), "shape as operand"
    )
    yield Case(ops.Concat(axis=-1), ((2, 3), (2, 1), (2, 2)), lambda t, *xs: t.cat(xs, -1))
    yield Case(ops.Concat(), ((2, 3),), lambda t, *xs: t.cat(xs, 0), "one")
    yield Case(ops.Split(axis=1), ((2, 4),), lambda t, x: t.split(x, 2, 1))
    yield Case(
        ops.Split(sizes=(1, 3, 2), axis=-1), ((2, 6),), lambda t, x: t.split(x, (1, 3, 2), -1), "sizes"
    )
    yield Case(ops.Split(parts=1), ((2, 4),), lambda t, x: t.split(x, 2), "one part")
    yield Case(ops.Split(parts=3), ((5, 2),), lambda t, x: t.split(x, 2), "unequal")
    yield Case(ops.Slice((1,), (3,)), ((4, 3),), lambda t, x: x[1:3])
    yield Case(ops.Slice((0, -2), (2**31 - 1, -1), (0, 2)), ((2, 3, 4),), lambda t, x: x[:, :, -2:-1], "axes")
    every = ops.Slice((1, 0), (9, 3), (1, 0), (2, 1))
    yield Case(every, ((4, 6),), lambda t, x: x[0:3, 1:9:2], "steps")
    back = ops.Slice((-1,), (-9,), (1,), (-2,))
    yield Case(back, ((2, 5),), lambda t, x: x.flip(1)[:, ::2], "backwards")
    hosts = (Host((1,)), Host((3,)), Host((1,)), None)
    yield Case(ops.Slice(), ((2, 4), *hosts), lambda t, x, *_: x[:, 1:3], "cuts as operands")
    yield Case(ops.Gather(), ((5, 3), whole(5, 2, 4)), lambda t, x, i: x[i])
    yield Case(ops.Gather(axis=1), ((2, 5, 3), whole(5, 4, low=-5)), lambda t, x, i: x[:, i], "negative")
    yield Case(ops.Gather(), ((5, 3), lambda rng: np.array(2)), lambda t, x, i: x[i], "one row")


PICTURE = (2, 4, 7, 6)


def _convolutions() -> Iterator[Case]:
    x = PICTURE
    yield from (
        Case(ops.Conv2d(**fields), operands, _torch_conv(fields), variant)
        for variant, fields, operands in (
            ("", {}, ((2, 3, 5, 5), (4, 3, 3, 2))),
            ("bias", {"padding": (1, 1)}, ((2, 3, 5, 4), (4, 3, 3, 3), (4,))),
            ("one channel", {}, ((2, 1, 5, 5), (3, 1, 3, 3))),
            ("stride", {"stride": (2, 2), "padding": (1, 0)}, (x, (3, 4, 3, 3))),
            ("stride without overlap", {"stride": (3, 2)}, (x, (3, 4, 2, 1))),
            ("dilation", {"dilation": (2, 1), "padding": (1, 2)}, (x, (3, 4, 3, 3))),
            ("stride and dilation", {"stride": (2, 1), "dilation": (1, 2)}, (x, (3, 4, 3, 3))),
            ("groups", {"groups": 2, "padding": (1, 1)}, (x, (6, 2, 3, 3), (6,))),
            ("depthwise", {"groups": 4}, (x, (8, 1, 3, 3))),
            ("groups and stride", {"groups": 2, "stride": (2, 2)}, (x, (6, 2, 3, 3))),
            ("much padding", {"padding": (3, 3)}, ((1, 2, 3, 3), (2, 2, 2, 2))),
        )
    )
    sided = ops.Conv2d(padding=(1, 0, 2, 3))
    yield Case(sided, ((1, 2, 4, 4), (3, 2, 3, 3)), _torch_sided, "four paddings")


def _pools_and_norms() -> Iterator[Case]:
    x = PICTURE
    yield Case(ops.MaxPool2d(), ((2, 3, 4, 6),), lambda t, x: t.nn.functional.max_pool2d(x, 2))
    yield Case(
        ops.MaxPool2d((3, 2), (2, 1), (1, 1)),
        (x,),
        lambda t, x: t.nn.functional.max_pool2d(x, (3, 2), (2, 1), (1, 1)),
        "overlap",
    )
    yield Case(
        ops.MaxPool2d((2, 2), (1, 1), dilation=(2, 3)),
        (x,),
        lambda t, x: t.nn.functional.max_pool2d(x, 2, 1, 0, (2, 3)),
        "dilation",
    )
    yield Case(ops.MaxPool2d((2, 2)), ((2, 1, 5, 5),), lambda t, x: t.nn.functional.max_pool2d(x, 2), "rest")
    yield Case(ops.AvgPool2d(), ((2, 3, 4, 6),), lambda t, x: t.nn.functional.avg_pool2d(x, 2))
    yield Case(
        ops.AvgPool2d((3, 3), (2, 2), (1, 1)),
        (x,),
        lambda t, x: t.nn.functional.avg_pool2d(x, 3, 2, 1),
        "border",
    )
    yield Case(
        ops.AvgPool2d((3, 3), (2, 2), (1, 1), border_counts=False),
        (x,),
        lambda t, x: t.nn.functional.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
        "border does not count",
    )
    yield Case(ops.BatchNorm(), ((4, 3, 2, 2), (3,), (3,)), _torch_norm)
    yield Case(ops.BatchNorm(), ((6, 3), (3,), (3,)), _torch_norm, "rows")
    fixed = ops.BatchNorm(training=False)
    operands = ((4, 3, 2, 2), (3,), (3,), lambda rng: rng.normal(size=3), positive(3))
    yield Case(
        fixed,
        operands,
        lambda t, x, s, b, m, v: _torch_norm(t, x, s, b, m.detach(), v.detach()),
        "not training",
    )


def _torch_conv(fields: dict[str, Any]) -> Callable[..., Any]:
    return lambda t, x, w, b=None: t.nn.functional.conv2d(x, w, b, **fields)


def _torch_sided(t: Any, x: Any, w: Any) -> Any:
    return t.nn.functional.conv2d(t.nn.functional.pad(x, (0, 3, 1, 2)), w)


def _torch_norm(t: Any, x: Any, scale: Any, bias: Any, mean: Any = None, variance: Any = None) -> Any:
    return t.nn.functional.batch_norm(x, mean, variance, scale, bias, training=mean is None)


def _losses_and_updates() -> Iterator[Case]:
    pair = ((4, 2), (4, 2))
    yield Case(ops.MeanSquaredError(), pair, _torch_loss("mse_loss"))
    yield Case(ops.MeanSquaredError("sum"), pair, _torch_loss("mse_loss", "sum"), "sum")
    bce = ops.BinaryCrossEntropyWithLogits
    yield Case(bce(), pair, _torch_loss("binary_cross_entropy_with_logits"))
    far = (exactly([900.0], [-900.0], [0.0]), exactly([0.0], [1.0], [0.5]))
    yield Case(bce("sum"), far, _torch_loss("binary_cross_entropy_with_logits", "sum"), "far out")
    ce = ops.SoftmaxCrossEntropy
    yield Case(ce(), ((4, 3), whole(3, 4)), _torch_loss("cross_entropy"))
    yield Case(ce("sum"), ((4, 3), chances(4, 3)), _torch_loss("cross_entropy", "sum"), "probabilities")
    deep = lambda t, x, y: t.nn.functional.cross_entropy(x.reshape(10, 3), y.reshape(10))  # noqa: E731
    yield Case(ce(), ((2, 5, 3), whole(3, 2, 5)), deep, "sequence")
    yield Case(ops.SGD(lr=0.1), ((2, 3), (2, 3)), lambda t, p, g: p - 0.1 * g)
    yield Case(ops.Momentum(lr=0.1), ((2, 3), (2, 3), (2, 3)))
    yield Case(ops.Momentum(lr=0.1, nesterov=True), ((2, 3), (2, 3), (2, 3)), None, "nesterov")
    yield Case(ops.Adam(lr=0.1), ((2, 3), (2, 3), (2, 3), positive(2, 3), lambda rng: np.array(3.0)))


def _torch_loss(name: str, reduction: str = "mean") -> Callable[..., Any]:
    return lambda t, x, target: getattr(t.nn.functional, name)(x, target, reduction=reduction)


CASES = tuple(_rows())
