"""Layers: Dense, Conv2d and others, which make their parameters and ops in a group of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any, Literal

import numpy as np

from graphscope import ops
from graphscope.errors import InputError, Sentence
from graphscope.model import given
from graphscope.model.handle import Handle
from graphscope.model.initializers import Glorot, He, Initializer, initializer
from graphscope.ops.base import Op

ActivationName = Literal[
    "relu",
    "leaky_relu",
    "gelu",
    "tanh",
    "sigmoid",
    "softmax",
    "log_softmax",
    "elu",
    "selu",
    "celu",
    "softplus",
    "softsign",
    "silu",
    "mish",
    "hard_sigmoid",
    "hard_swish",
    "relu6",
]

ACTIVATIONS: dict[str, Callable[[], Op]] = {
    "relu": ops.Relu,
    "leaky_relu": ops.LeakyRelu,
    "gelu": ops.Gelu,
    "tanh": ops.Tanh,
    "sigmoid": ops.Sigmoid,
    "softmax": ops.Softmax,
    "log_softmax": ops.LogSoftmax,
    "elu": ops.Elu,
    "selu": ops.Selu,
    "celu": ops.Celu,
    "softplus": ops.Softplus,
    "softsign": ops.Softsign,
    "silu": ops.Swish,
    "mish": ops.Mish,
    "hard_sigmoid": partial(ops.HardSigmoid, alpha=1 / 6),
    "hard_swish": ops.HardSwish,
    "relu6": partial(ops.HardTanh, 0.0, 6.0),
}
"""The activations that can be asked for by name."""
RECTIFIERS = (ops.Relu, ops.LeakyRelu, ops.Gelu, ops.Elu, ops.Celu, ops.Swish, ops.Mish, ops.HardSwish)
"""Those that let through one half of what comes."""


def activation(wanted: str | Op) -> Op:
    """An activation by name, or the op itself.

    Raises:
        InputError: no activation has that name; the sentence lists those there are, the nearest first.
    """
    if not isinstance(wanted, str):
        return given.operation(wanted, "activation")
    if wanted not in ACTIVATIONS:
        near = get_close_matches(wanted, ACTIVATIONS, n=1)
        known = dict.fromkeys((*near, *ACTIVATIONS))
        raise InputError(
            "there is no activation “{name}”; choose one of {known}, or give an op",
            name=wanted,
            known=", ".join(known),
        )
    return ACTIVATIONS[wanted]()


def _activated(x: Handle, wanted: str | Op | None) -> Handle:
    return x if wanted is None else x.builder.call(activation(wanted), x)


def _weights(chosen: str | Initializer | None, follows: str | Op | None) -> Initializer:
    """The initializer that was asked for; by default He's before a ReLU, else Glorot's."""
    if chosen is not None:
        return initializer(chosen)
    rectified = follows is not None and isinstance(activation(follows), RECTIFIERS)
    return He() if rectified else Glorot()


def _parameter(x: Handle, name: str, source: Initializer, shape: tuple[int, ...]) -> Handle:
    return x.builder.parameter(x.builder.qualified(name), source, shape)


def _known_size(x: Handle, axis: int, layer: str) -> int:
    """A size that the weights need; it cannot be left to the data."""
    _check_value(x, layer)
    size = x.shape[axis] if -len(x.shape) <= axis < len(x.shape) else None
    if not isinstance(size, int):
        raise InputError(
            "{layer}: axis {axis} of {name} ({shape}) must have a known size, since the weights need it",
            layer=layer,
            axis=axis,
            name=x.name,
            shape=str(x.spec),
        )
    return size


def _check_value(x: Any, layer: str) -> None:
    """Refuse what is no value of a builder, such as an array."""
    if not isinstance(x, Handle):
        raise InputError(
            "{layer} is applied to a value of the builder, such as g.input(…) gives, not {given}",
            layer=layer,
            given=given.shown(x),
        )


def _pair(value: int | tuple[int, int], what: Sentence, *, least: int = 1) -> tuple[int, int]:
    """Height and width; one number stands for both."""
    several = isinstance(value, (tuple, list))
    if several and len(value) != 2:
        raise InputError(
            "{what} is one number, or two for height and width, not {given}",
            what=what,
            given=given.shown(value),
        )
    height, width = value if several else (value, value)
    return given.whole(height, what, least=least), given.whole(width, what, least=least)


def _group(x: Handle, name: str | None, default: str) -> AbstractContextManager[None]:
    _check_value(x, name or default)
    return x.builder.scope(name or x.builder.free_scope(default))


def _single(x: Handle, op: Op, name: str | None) -> Handle:
    """One op needs no group; its value bears the layer's name."""
    _check_value(x, name or op.title)
    return x.builder.call(op, x, name=x.builder.qualified(name) if name else None)


@dataclass(frozen=True)
class Dense:
    """out = activation(x · weight + bias), over the last axis of x.

    Args:
        units: how many numbers come out for each sample.
        activation: the name of an activation, an op, or None.
        bias: whether a bias is added; it starts at 0.
        initializer: how the weights are drawn; by default He's before a ReLU, else Glorot's.
        name: the name of the group; by default ``dense``, ``dense_2``, …
    """

    units: int
    activation: ActivationName | str | Op | None = None
    bias: bool = True
    initializer: str | Initializer | None = None
    name: str | None = None

    def __call__(self, x: Handle) -> Handle:
        inputs = _known_size(x, -1, "Dense")
        source = _weights(self.initializer, self.activation)
        with _group(x, self.name, "dense"):
            out = x @ _parameter(x, "weight", source, (inputs, self.units))
            if self.bias:
                out = out + _parameter(x, "bias", initializer("zeros"), (self.units,))
            return _activated(out, self.activation)


@dataclass(frozen=True)
class Conv2d:
    """A convolution over pictures [sample, channel, height, width], with bias and activation.

    Args:
        filters: how many channels come out.
        window: the size of the filters.
        stride: how far the window moves.
        padding: the border of zeros, or "same" to keep height and width (at stride 1).
        dilation: the distance between the elements of the window.
        groups: into how many groups the channels are divided.
        activation: the name of an activation, an op, or None.
        bias: whether a bias is added; it starts at 0.
        initializer: how the weights are drawn; by default He's before a ReLU, else Glorot's.
        name: the name of the group; by default ``conv2d``, ``conv2d_2``, …
    """

    filters: int
    window: int | tuple[int, int] = 3
    stride: int | tuple[int, int] = 1
    padding: int | tuple[int, int] | Literal["same"] = 0
    dilation: int | tuple[int, int] = 1
    groups: int = 1
    activation: ActivationName | str | Op | None = None
    bias: bool = True
    initializer: str | Initializer | None = None
    name: str | None = None

    def __call__(self, x: Handle) -> Handle:
        channels = _known_size(x, 1, "Conv2d")
        given.whole(self.groups, Sentence("the groups of {layer}", layer="Conv2d"), least=1)
        given.whole(self.filters, Sentence("the filters of {layer}", layer="Conv2d"), least=1)
        if channels % self.groups or self.filters % self.groups:
            raise InputError(
                "Conv2d: {groups} groups must divide both the {channels} channels of {name} "
                "and the {filters} filters",
                groups=self.groups,
                channels=channels,
                name=x.name,
                filters=self.filters,
            )
        shape = (self.filters, channels // self.groups, *self._window())
        source = _weights(self.initializer, self.activation)
        op = ops.Conv2d(self._stride(), self._border(), self._dilation(), self.groups)
        with _group(x, self.name, "conv2d"):
            operands = [x, _parameter(x, "weight", source, shape)]
            if self.bias:
                operands.append(_parameter(x, "bias", initializer("zeros"), (self.filters,)))
            return _activated(x.builder.call(op, *operands), self.activation)

    def _window(self) -> tuple[int, int]:
        return _pair(self.window, Sentence("the window of {layer}", layer="Conv2d"))

    def _stride(self) -> tuple[int, int]:
        return _pair(self.stride, Sentence("the stride of {layer}", layer="Conv2d"))

    def _dilation(self) -> tuple[int, int]:
        return _pair(self.dilation, Sentence("the dilation of {layer}", layer="Conv2d"))

    def _border(self) -> tuple[int, ...]:
        """(height, width), or (top, left, bottom, right) where an even window needs one more on one side."""
        if self.padding != "same":
            return _pair(self.padding, Sentence("the padding of {layer}", layer="Conv2d"), least=0)
        if self._stride() != (1, 1):
            raise InputError(
                "Conv2d: padding “same” keeps the size only at stride 1; give the padding as numbers"
            )
        spans = [gap * (size - 1) for size, gap in zip(self._window(), self._dilation(), strict=True)]
        return (spans[0] // 2, spans[1] // 2, spans[0] - spans[0] // 2, spans[1] - spans[1] // 2)


_Pair = tuple[int, int]


def _pool(
    window: int | _Pair, stride: int | _Pair | None, padding: int | _Pair
) -> tuple[_Pair, _Pair | None, _Pair]:
    """The fields of a pooling op."""
    return (
        _pair(window, Sentence("the window of {layer}", layer="pool")),
        None if stride is None else _pair(stride, Sentence("the stride of {layer}", layer="pool")),
        _pair(padding, Sentence("the padding of {layer}", layer="pool"), least=0),
    )


@dataclass(frozen=True)
class MaxPool2d:
    """The largest element of each window of a picture.

    Args:
        window: the size of the window.
        stride: how far it moves; None for the window itself.
        padding: the border.
        name: the name of the value.
    """

    window: int | tuple[int, int] = 2
    stride: int | tuple[int, int] | None = None
    padding: int | tuple[int, int] = 0
    name: str | None = None

    def __call__(self, x: Handle) -> Handle:
        return _single(x, ops.MaxPool2d(*_pool(self.window, self.stride, self.padding)), self.name)


@dataclass(frozen=True)
class AvgPool2d:
    """The mean of each window of a picture.

    Args:
        window: the size of the window.
        stride: how far it moves; None for the window itself.
        padding: the border.
        name: the name of the value.
    """

    window: int | tuple[int, int] = 2
    stride: int | tuple[int, int] | None = None
    padding: int | tuple[int, int] = 0
    name: str | None = None

    def __call__(self, x: Handle) -> Handle:
        return _single(x, ops.AvgPool2d(*_pool(self.window, self.stride, self.padding)), self.name)


@dataclass(frozen=True)
class Flatten:
    """Each sample laid out as one row.

    Args:
        name: the name of the value.
    """

    name: str | None = None

    def __call__(self, x: Handle) -> Handle:
        return _single(x, ops.Flatten(), self.name)


@dataclass(frozen=True)
class Activation:
    """An activation on its own.

    Args:
        kind: the name of an activation, or an op.
        name: the name of the value.
    """

    kind: ActivationName | str | Op
    name: str | None = None

    def __call__(self, x: Handle) -> Handle:
        return _single(x, activation(self.kind), self.name)


@dataclass(frozen=True)
class Dropout:
    """Some elements dropped at random, anew at every iteration, and the others scaled up.

    Args:
        rate: the share of elements to drop.
        name: the name of the value.
    """

    rate: float = 0.5
    name: str | None = None

    def __call__(self, x: Handle) -> Handle:
        return _single(x, ops.Dropout(self.rate), self.name)


@dataclass(frozen=True)
class BatchNorm:
    """Each channel (axis 1) brought to mean 0 and deviation 1 over the batch, then scaled and shifted.

    Args:
        epsilon: added to the variance, so that the deviation is never 0.
        name: the name of the group; by default ``batch_norm``, ``batch_norm_2``, …
        momentum: how much of the running mean and variance is kept at each iteration; None for no running ones.
    """

    epsilon: float = 1e-5
    name: str | None = None
    momentum: float | None = None

    def __call__(self, x: Handle) -> Handle:
        channels = _known_size(x, 1, "BatchNorm")
        with _group(x, self.name, "batch_norm"):
            scale = _parameter(x, "scale", initializer("ones"), (channels,))
            bias = _parameter(x, "bias", initializer("zeros"), (channels,))
            if self.momentum is None:
                return x.builder.call(ops.BatchNorm(self.epsilon), x, scale, bias)
            return self._running(self.momentum, x, scale, bias)

    def _running(self, momentum: float, x: Handle, scale: Handle, bias: Handle) -> Handle:
        """The same, with running averages in buffers."""
        g = x.builder
        size = scale.shape
        held = [
            g.buffer(g.qualified("mean"), np.zeros(size)),
            g.buffer(g.qualified("variance"), np.ones(size)),
        ]
        op = ops.RunningBatchNorm(self.epsilon, momentum)
        out, *averages = g.call(op, x, scale, bias, *held)
        for buffer, average in zip(held, averages, strict=True):
            g.carry(buffer, average)
        return out


@dataclass(frozen=True)
class Embedding:
    """A vector for each number, looked up in a table that is learned.

    Args:
        count: how many different numbers there are.
        size: the length of a vector.
        initializer: how the table is drawn.
        name: the name of the group; by default ``embedding``, ``embedding_2``, …
    """

    count: int
    size: int
    initializer: str | Initializer = "normal"
    name: str | None = None

    def __call__(self, x: Handle) -> Handle:
        with _group(x, self.name, "embedding"):
            table = _parameter(x, "table", initializer(self.initializer), (self.count, self.size))
            return x.builder.call(ops.Gather(), table, x)


@dataclass(frozen=True)
class Sequential:
    """Layers one after the other: ``Sequential([Dense(4, "tanh"), Dense(1)])(x)``.

    Args:
        layers: layers, or functions from a value to a value.
        name: the name of a group around them; None for no group.
    """

    layers: Sequence[Callable[[Handle], Handle]]
    name: str | None = None

    def __call__(self, x: Handle) -> Handle:
        around: AbstractContextManager[Any] = x.builder.scope(self.name) if self.name else nullcontext()
        with around:
            for layer in self.layers:
                if not callable(layer) or isinstance(layer, type):
                    raise InputError(
                        "Sequential takes layers such as Dense(4), with brackets, not {given}",
                        given=given.shown(layer),
                    )
                x = layer(x)
        return x
