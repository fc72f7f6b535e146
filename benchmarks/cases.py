"""The models that are measured, each as GraphScope runs it and as PyTorch does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn

import graphscope as gs
from benchmarks import convolutional, transformer
from benchmarks.peers import RATE, Loss, Trained, Written
from graphscope.model.model import Model


@dataclass(frozen=True)
class Case:
    """One model on both sides.

    Args:
        build: the model, all but its optimizer.
        loss: the same for PyTorch, as a function of parameters and data.
        module: the same as a module that gives the loss.
        aim: the ratio to PyTorch's time that is wanted.
        memory: how much the session keeps.
    """

    name: str
    build: Callable[[], gs.Builder]
    loss: Loss
    module: Callable[[], nn.Module]
    aim: float | None = None
    memory: str = "512 MB"

    def model(self) -> Model:
        """The model with its optimizer."""
        builder = self.build()
        builder.optimizer(gs.optimizers.SGD(lr=RATE))
        return builder.build()


# ---- one neuron with one weight ---------------------------------------------------------------------------


def toy() -> gs.Builder:
    g = gs.Builder("toy")
    x, y = g.input("x", (), gradient=False), g.input("y", (), gradient=False)
    w, b = g.parameter("w", 0.5), g.parameter("b", 0.1)
    error = x * w + b - y
    g.loss(error * error)
    g.feed({"x": 0.7, "y": 0.3})
    return g


def torch_toy(weights: Any, x: Any, y: Any) -> torch.Tensor:
    w, b = weights
    error = x * w + b - y
    return error * error


# ---- exclusive or, 2-4-1, batch 4 -------------------------------------------------------------------------

XOR_X, XOR_Y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]]


def xor() -> gs.Builder:
    g = gs.Builder("xor")
    x, y = g.input("x", ("batch", 2), gradient=False), g.input("y", ("batch", 1), gradient=False)
    w1, b1 = g.parameter("w1", gs.initializers.Glorot(), (2, 4)), g.parameter("b1", np.zeros(4))
    w2, b2 = g.parameter("w2", gs.initializers.Glorot(), (4, 1)), g.parameter("b2", np.zeros(1))
    h = g.call(gs.ops.Tanh(), x @ w1 + b1)
    g.loss(gs.losses.bce_with_logits, h @ w2 + b2, y)
    g.feed({"x": XOR_X, "y": XOR_Y})
    return g


def torch_xor(weights: Any, x: Any, y: Any) -> torch.Tensor:
    w1, b1, w2, b2 = weights
    h = torch.tanh(torch.addmm(b1, x, w1))
    return nn.functional.binary_cross_entropy_with_logits(torch.addmm(b2, h, w2), y)


def xor_module() -> nn.Module:
    return Trained(nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1)), nn.BCEWithLogitsLoss())


# ---- a perceptron of three layers, 784-256-128-10 ---------------------------------------------------------

SIZES = (784, 256, 128, 10)


def perceptron(batch: int) -> Callable[[], gs.Builder]:
    def build() -> gs.Builder:
        g, chance = gs.Builder("mlp"), np.random.default_rng(0)
        h = g.input("x", ("batch", SIZES[0]), gradient=False)
        y = g.input("y", ("batch",), dtype="int64", gradient=False)
        for columns in SIZES[1:]:
            h = gs.layers.Dense(columns, "relu" if columns != SIZES[-1] else None)(h)
        g.loss(gs.losses.cross_entropy, h, y)
        g.feed({"x": chance.normal(size=(batch, SIZES[0])), "y": chance.integers(0, 10, batch)})
        return g

    return build


def torch_perceptron(weights: Any, x: Any, y: Any) -> torch.Tensor:
    w1, b1, w2, b2, w3, b3 = weights
    h = torch.relu(torch.addmm(b1, x, w1))
    h = torch.relu(torch.addmm(b2, h, w2))
    return nn.functional.cross_entropy(torch.addmm(b3, h, w3), y)


def perceptron_module() -> nn.Module:
    layers = [layer for pair in pairwise(SIZES) for layer in (nn.Linear(*pair), nn.ReLU())]
    return Trained(nn.Sequential(*layers[:-1]), nn.CrossEntropyLoss())


def mlp(batch: int, aim: float | None = None, *, memory: str = "512 MB", name: str = "") -> Case:
    name = name or f"mlp: 784-256-128-10, batch {batch}"
    return Case(name, perceptron(batch), torch_perceptron, perceptron_module, aim, memory)


CASES = (
    Case("toy: one neuron, scalars", toy, torch_toy, lambda: Written(torch_toy, (), ()), 0.25),
    Case("xor: 2-4-1, batch 4", xor, torch_xor, xor_module, 0.6),
    mlp(1),
    mlp(32, 1.0),
    mlp(32, memory="32 MB", name='mlp, batch 32, memory="32 MB"'),
    mlp(256),
    Case(
        "cnn: 8 and 16 channels, 28×28, batch 32",
        convolutional.small,
        convolutional.torch_small,
        convolutional.small_module,
        1.0,
    ),
    Case(
        "cnn: conv-norm-relu-pool, 32×32, batch 32",
        convolutional.normed,
        convolutional.torch_normed,
        convolutional.normed_module,
        1.0,
    ),
    Case(
        "gpt: 2 blocks, attention written out",
        lambda: transformer.gpt(transformer.written_out),
        transformer.torch_gpt,
        transformer.Gpt,
        1.0,
    ),
    Case(
        "gpt: 2 blocks, attention as one op",
        lambda: transformer.gpt(transformer.as_one_op),
        transformer.torch_gpt,
        transformer.Gpt,
        1.0,
    ),
)
