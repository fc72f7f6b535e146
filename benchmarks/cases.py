"""The models that are measured, each as GraphScope runs it and as PyTorch does it cheapest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch

import graphscope as gs
from graphscope.app.opening import open as open_model

RATE = 0.01

Step = Callable[[], object]
Parameters = list[torch.Tensor]


@dataclass(frozen=True)
class Case:
    """One model on both sides.

    Args:
        aim: the ratio of the two times that is wanted.
    """

    name: str
    graphscope: Callable[[], Step]
    pytorch: Callable[[], Step]
    aim: float | None = None


def session_step(builder: gs.Builder, *, memory: str = "512 MB") -> Step:
    """One iteration of a session: every value, gradient and update is recorded and can be gone back to."""
    builder.optimizer(gs.optimizers.SGD(lr=RATE))
    return open_model(builder.build(), memory=memory).iterate


def torch_step(loss: Callable[..., torch.Tensor], parameters: Parameters, *data: torch.Tensor) -> Step:
    """The cheapest eager step: no module, no optimizer object, autograd asked directly, one fused update."""
    torch.set_num_threads(1)
    stored = [parameter.detach() for parameter in parameters]  # the same memory, without autograd's eye on it

    def step() -> None:
        gradients = torch.autograd.grad(loss(*data, *parameters), parameters)
        torch._foreach_add_(stored, gradients, alpha=-RATE)  # pyright: ignore[reportPrivateImportUsage]

    return step


def parameters(*shapes: tuple[int, ...]) -> Parameters:
    """Small random parameters."""
    source = torch.Generator().manual_seed(0)
    return [(torch.randn(shape, generator=source) * 0.1).requires_grad_() for shape in shapes]


def numbers(*shape: int) -> Any:
    """Random data."""
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def labels(count: int) -> Any:
    """Random classes."""
    return np.random.default_rng(0).integers(0, 10, count)


# ---- one neuron with one weight ---------------------------------------------------------------------------


def toy() -> Step:
    g = gs.Builder("toy")
    x, y = g.input("x", (), gradient=False), g.input("y", (), gradient=False)
    w, b = g.parameter("w", 0.5), g.parameter("b", 0.1)
    error = x * w + b - y
    g.loss(error * error)
    g.feed({"x": 0.7, "y": 0.3})
    return session_step(g)


def torch_toy() -> Step:
    def loss(x: Any, y: Any, w: Any, b: Any) -> torch.Tensor:
        error = x * w + b - y
        return error * error

    return torch_step(loss, parameters((), ()), torch.tensor(0.7), torch.tensor(0.3))


# ---- exclusive or, 2-4-1, batch 4 -------------------------------------------------------------------------

XOR_X, XOR_Y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]]


def xor() -> Step:
    g = gs.Builder("xor")
    x, y = g.input("x", ("batch", 2), gradient=False), g.input("y", ("batch", 1), gradient=False)
    w1, b1 = g.parameter("w1", gs.initializers.Glorot(), (2, 4)), g.parameter("b1", np.zeros(4))
    w2, b2 = g.parameter("w2", gs.initializers.Glorot(), (4, 1)), g.parameter("b2", np.zeros(1))
    h = g.call(gs.ops.Tanh(), x @ w1 + b1)
    g.loss(gs.losses.bce_with_logits, h @ w2 + b2, y)
    g.feed({"x": XOR_X, "y": XOR_Y})
    return session_step(g)


def torch_xor() -> Step:
    def loss(x: Any, y: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> torch.Tensor:
        h = torch.tanh(torch.addmm(b1, x, w1))
        return torch.nn.functional.binary_cross_entropy_with_logits(torch.addmm(b2, h, w2), y)

    return torch_step(loss, parameters((2, 4), (4,), (4, 1), (1,)), torch.tensor(XOR_X), torch.tensor(XOR_Y))


# ---- a perceptron of three layers, 784-256-128-10 ---------------------------------------------------------

SIZES = (784, 256, 128, 10)


def perceptron(batch: int, *, memory: str = "512 MB") -> Callable[[], Step]:
    def build() -> Step:
        g = gs.Builder("mlp")
        h = g.input("x", ("batch", SIZES[0]), gradient=False)
        y = g.input("y", ("batch",), dtype="int64", gradient=False)
        for layer, (rows, columns) in enumerate(pairwise(SIZES)):
            w = g.parameter(f"w{layer}", gs.initializers.He(), (rows, columns))
            b = g.parameter(f"b{layer}", np.zeros(columns))
            h = h @ w + b
            if columns != SIZES[-1]:
                h = g.call(gs.ops.Relu(), h)
        g.loss(gs.losses.cross_entropy, h, y)
        g.feed({"x": numbers(batch, SIZES[0]), "y": labels(batch)})
        return session_step(g, memory=memory)

    return build


def torch_perceptron(batch: int) -> Callable[[], Step]:
    def loss(x: Any, y: Any, *wb: Any) -> torch.Tensor:
        h = torch.relu(torch.addmm(wb[1], x, wb[0]))
        h = torch.relu(torch.addmm(wb[3], h, wb[2]))
        return torch.nn.functional.cross_entropy(torch.addmm(wb[5], h, wb[4]), y)

    shapes = [shape for pair in pairwise(SIZES) for shape in (pair, pair[1:])]
    return lambda: torch_step(
        loss, parameters(*shapes), torch.from_numpy(numbers(batch, SIZES[0])), torch.from_numpy(labels(batch))
    )


# ---- a small convolutional network, 8 and 16 channels on 28×28, batch 32 ----------------------------------


def convolutional() -> Step:
    g = gs.Builder("cnn")
    image = g.input("image", ("batch", 1, 28, 28), gradient=False)
    y = g.input("y", ("batch",), dtype="int64", gradient=False)
    h = gs.layers.MaxPool2d(2)(gs.layers.Conv2d(8, 3, padding=1, activation="relu")(image))
    h = gs.layers.MaxPool2d(2)(gs.layers.Conv2d(16, 3, padding=1, activation="relu")(h))
    g.loss(gs.losses.cross_entropy, gs.layers.Dense(10)(gs.layers.Flatten()(h)), y)
    g.feed({"image": numbers(32, 1, 28, 28), "y": labels(32)})
    return session_step(g)


def torch_convolutional() -> Step:
    f = torch.nn.functional

    def loss(image: Any, y: Any, w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any) -> torch.Tensor:
        h = f.max_pool2d(torch.relu(f.conv2d(image, w1, b1, padding=1)), 2)
        h = f.max_pool2d(torch.relu(f.conv2d(h, w2, b2, padding=1)), 2)
        return f.cross_entropy(torch.addmm(b3, h.flatten(1), w3), y)

    shapes = ((8, 1, 3, 3), (8,), (16, 8, 3, 3), (16,), (784, 10), (10,))
    return torch_step(
        loss, parameters(*shapes), torch.from_numpy(numbers(32, 1, 28, 28)), torch.from_numpy(labels(32))
    )


CASES = (
    Case("toy: one neuron, scalars", toy, torch_toy, 0.25),
    Case("xor: 2-4-1, batch 4", xor, torch_xor, 0.6),
    Case("mlp: 784-256-128-10, batch 1", perceptron(1), torch_perceptron(1)),
    Case("mlp: 784-256-128-10, batch 32", perceptron(32), torch_perceptron(32), 1.0),
    Case('mlp, batch 32, memory="32 MB"', perceptron(32, memory="32 MB"), torch_perceptron(32)),
    Case("mlp: 784-256-128-10, batch 256", perceptron(256), torch_perceptron(256)),
    Case("cnn: 8 and 16 channels, batch 32", convolutional, torch_convolutional),
)
