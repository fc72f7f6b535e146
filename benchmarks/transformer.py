"""A small GPT on both sides: two blocks, four heads, 64 tokens of 64 numbers, batch 8."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as f

import graphscope as gs

BATCH, TOKENS, WIDTH, HEADS, BLOCKS, VOCABULARY = 8, 64, 64, 4, 2, 65
SIZE = WIDTH // HEADS

Look = Callable[[gs.Builder, Any, Any, Any], Any]


# ---- GraphScope, as the sample tiny_gpt has it ------------------------------------------------------------


def gpt(look: Look) -> gs.Builder:
    """The model, and how queries look at keys."""
    g, chance = gs.Builder("gpt"), np.random.default_rng(0)
    tokens = g.input("tokens", ("batch", TOKENS), dtype="int64", gradient=False)
    y = g.input("y", ("batch", TOKENS), dtype="int64", gradient=False)
    stream = gs.layers.Embedding(VOCABULARY, WIDTH)(tokens)
    stream = stream + g.parameter("where", gs.initializers.Normal(0.1), (TOKENS, WIDTH))
    for block in range(BLOCKS):
        with g.scope(f"block{block}"):
            stream = stream + attention(g, norm(g, "norm1", stream), look)
            wide = gs.layers.Dense(4 * WIDTH, "gelu")(norm(g, "norm2", stream))
            stream = stream + gs.layers.Dense(WIDTH)(wide)
    scores = gs.layers.Dense(VOCABULARY)(norm(g, "norm", stream))
    g.loss(gs.losses.cross_entropy, scores, y)
    shape = (BATCH, TOKENS)
    g.feed({"tokens": chance.integers(0, VOCABULARY, shape), "y": chance.integers(0, VOCABULARY, shape)})
    return g


def norm(g: gs.Builder, name: str, x: Any) -> Any:
    with g.scope(name):
        scale = g.parameter(g.qualified("scale"), np.ones(WIDTH))
        bias = g.parameter(g.qualified("bias"), np.zeros(WIDTH))
        return g.call(gs.ops.LayerNorm(), x, scale, bias)


def attention(g: gs.Builder, x: Any, look: Look) -> Any:
    found = look(g, *(by_head(g, x) for _ in range(3)))
    together = g.call(gs.ops.Transpose((0, 2, 1, 3)), found)
    return gs.layers.Dense(WIDTH)(g.call(gs.ops.Reshape((-1, TOKENS, WIDTH)), together))


def by_head(g: gs.Builder, x: Any) -> Any:
    split = g.call(gs.ops.Reshape((-1, TOKENS, HEADS, SIZE)), gs.layers.Dense(WIDTH)(x))
    return g.call(gs.ops.Transpose((0, 2, 1, 3)), split)


def written_out(g: gs.Builder, query: Any, key: Any, value: Any) -> Any:
    likeness = query @ g.call(gs.ops.Transpose((0, 1, 3, 2)), key) / np.sqrt(SIZE)
    hidden = np.triu(np.full((TOKENS, TOKENS), -1e9), k=1)
    mask = g.constant(g.qualified("mask"), hidden)
    return g.call(gs.ops.Softmax(), likeness + mask) @ value


def as_one_op(g: gs.Builder, query: Any, key: Any, value: Any) -> Any:
    return g.call(gs.ops.Attention(is_causal=True), query, key, value)


# ---- PyTorch, as functions --------------------------------------------------------------------------------


def torch_gpt(weights: Sequence[Any], tokens: Any, y: Any) -> torch.Tensor:
    take = partial(next, iter(weights))
    stream = f.embedding(tokens, take()) + take()
    for _ in range(BLOCKS):
        stream = stream + torch_attention(torch_norm(stream, take), take)
        wide = f.gelu(torch_dense(torch_norm(stream, take), take))
        stream = stream + torch_dense(wide, take)
    scores = torch_dense(torch_norm(stream, take), take)
    return f.cross_entropy(scores.view(-1, VOCABULARY), y.view(-1))


def torch_norm(x: Any, take: Callable[[], Any]) -> Any:
    return f.layer_norm(x, (WIDTH,), take(), take())


def torch_dense(x: Any, take: Callable[[], Any]) -> Any:
    weight, bias = take(), take()
    return torch.addmm(bias, x.view(-1, x.shape[-1]), weight).view(*x.shape[:-1], weight.shape[1])


def torch_attention(x: Any, take: Callable[[], Any]) -> Any:
    parts = (torch_dense(x, take).view(-1, TOKENS, HEADS, SIZE).transpose(1, 2) for _ in range(3))
    found = f.scaled_dot_product_attention(*parts, is_causal=True)
    return torch_dense(found.transpose(1, 2).reshape(-1, TOKENS, WIDTH), take)


# ---- PyTorch, as modules ----------------------------------------------------------------------------------


class Gpt(nn.Module):
    """The model with its loss."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Embedding(VOCABULARY, WIDTH)
        self.where = nn.Embedding(TOKENS, WIDTH)
        self.blocks = nn.Sequential(*(Block() for _ in range(BLOCKS)))
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY)
        self.criterion = nn.CrossEntropyLoss()

    def forward(self, tokens: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        stream = self.token(tokens) + self.where(torch.arange(tokens.shape[1]))
        scores = self.head(self.norm(self.blocks(stream)))
        return self.criterion(scores.view(-1, VOCABULARY), y.view(-1))


class Block(nn.Module):
    """Look at others, then think alone."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH)
        self.attention = Attention()
        self.norm2 = nn.LayerNorm(WIDTH)
        self.think = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH))

    def forward(self, stream: torch.Tensor) -> torch.Tensor:
        stream = stream + self.attention(self.norm1(stream))
        return stream + self.think(self.norm2(stream))


class Attention(nn.Module):
    """Each token looks at those before it."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.mix = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        query, key, value = (self._by_head(layer(x)) for layer in (self.query, self.key, self.value))
        found = f.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.mix(found.transpose(1, 2).reshape(x.shape))

    def _by_head(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(x.shape[0], -1, HEADS, SIZE).transpose(1, 2)
