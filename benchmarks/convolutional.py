"""Two convolutional networks on both sides: a small one, and one with batch norm as most have it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as f

import graphscope as gs
from benchmarks.peers import Trained

BATCH = 32


def pictures(name: str, *shape: int) -> tuple[gs.Builder, Any, Any]:
    """A builder with one batch of random pictures and classes."""
    g, chance = gs.Builder(name), np.random.default_rng(0)
    image = g.input("image", ("batch", *shape), gradient=False)
    y = g.input("y", ("batch",), dtype="int64", gradient=False)
    g.feed({"image": chance.normal(size=(BATCH, *shape)), "y": chance.integers(0, 10, BATCH)})
    return g, image, y


# ---- 8 and 16 channels on 28×28 ---------------------------------------------------------------------------


def small() -> gs.Builder:
    g, image, y = pictures("cnn", 1, 28, 28)
    h = gs.layers.MaxPool2d(2)(gs.layers.Conv2d(8, 3, padding=1, activation="relu")(image))
    h = gs.layers.MaxPool2d(2)(gs.layers.Conv2d(16, 3, padding=1, activation="relu")(h))
    g.loss(gs.losses.cross_entropy, gs.layers.Dense(10)(gs.layers.Flatten()(h)), y)
    return g


def torch_small(weights: Any, image: Any, y: Any) -> torch.Tensor:
    w1, b1, w2, b2, w3, b3 = weights
    h = f.max_pool2d(torch.relu(f.conv2d(image, w1, b1, padding=1)), 2)
    h = f.max_pool2d(torch.relu(f.conv2d(h, w2, b2, padding=1)), 2)
    return f.cross_entropy(torch.addmm(b3, h.flatten(1), w3), y)


def small_module() -> nn.Module:
    layers: list[nn.Module] = []
    for pair in pairwise((1, 8, 16)):
        layers += [nn.Conv2d(*pair, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    return Trained(nn.Sequential(*layers, nn.Flatten(), nn.Linear(784, 10)), nn.CrossEntropyLoss())


# ---- convolution, batch norm, ReLU, pooling, three times, on 32×32 ----------------------------------------

CHANNELS = (3, 16, 32, 64)


def normed() -> gs.Builder:
    g, h, y = pictures("normed cnn", 3, 32, 32)
    for filters in CHANNELS[1:]:
        h = gs.layers.Conv2d(filters, 3, padding=1, bias=False)(h)
        h = gs.layers.Activation("relu")(gs.layers.BatchNorm(momentum=0.9)(h))
        h = gs.layers.MaxPool2d(2)(h)
    g.loss(gs.losses.cross_entropy, gs.layers.Dense(10)(gs.layers.Flatten()(h)), y)
    return g


def torch_normed(weights: Any, image: Any, y: Any) -> torch.Tensor:
    h = image
    for layer, filters in enumerate(CHANNELS[1:]):
        w, scale, bias = weights[3 * layer : 3 * layer + 3]
        running = torch.zeros(filters), torch.ones(filters)
        h = f.batch_norm(f.conv2d(h, w, padding=1), *running, scale, bias, training=True)
        h = f.max_pool2d(torch.relu(h), 2)
    return f.cross_entropy(torch.addmm(weights[-1], h.flatten(1), weights[-2]), y)


def normed_module() -> nn.Module:
    layers: list[nn.Module] = []
    for pair in pairwise(CHANNELS):
        layers += [nn.Conv2d(*pair, 3, padding=1, bias=False), nn.BatchNorm2d(pair[1])]
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
    return Trained(nn.Sequential(*layers, nn.Flatten(), nn.Linear(1024, 10)), nn.CrossEntropyLoss())
