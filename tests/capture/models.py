"""Models in PyTorch as people write them, each with a batch and a loss."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

torch = pytest.importorskip("torch", reason="captures a run of PyTorch")
nn, f = torch.nn, torch.nn.functional


class Trial(NamedTuple):
    model: Any
    x: Any
    y: Any
    loss: Any


class Convolutional(nn.Module):
    """Batch normalization, an activation in place, dropout."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Flatten(),
        )
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.drop(self.features(x)))


class Recurrent(nn.Module):
    def __init__(self, kind="LSTM", **settings):
        super().__init__()
        self.memory = getattr(nn, kind)(3, 5, **settings)
        self.head = nn.Linear(5 * (2 if settings.get("bidirectional") else 1), 2)
        self.first = settings.get("batch_first", False)

    def forward(self, x):
        out, _ = self.memory(x)
        return self.head(out[:, -1] if self.first else out[-1])


class Block(nn.Module):
    def __init__(self, width, heads, rate):
        super().__init__()
        self.heads, self.rate = heads, rate
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        samples, time, width = x.shape
        parts = self.qkv(self.norm_1(x)).view(samples, time, 3, self.heads, width // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4).unbind(0)
        rate = self.rate if self.training else 0.0
        seen = f.scaled_dot_product_attention(q, k, v, is_causal=True, dropout_p=rate)
        x = x + self.out(seen.transpose(1, 2).reshape(samples, time, width))
        return x + self.mlp(self.norm_2(x))


class Gpt(nn.Module):
    """Embeddings, attention with dropout inside, a head that shares its weight with the embedding."""

    def __init__(self, rate=0.1):
        super().__init__()
        self.tokens, self.places = nn.Embedding(11, 8), nn.Embedding(6, 8)
        self.drop = nn.Dropout(rate)
        self.blocks = nn.ModuleList(Block(8, 2, rate) for _ in range(2))
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 11, bias=False)
        self.head.weight = self.tokens.weight

    def forward(self, tokens):
        x = self.drop(self.tokens(tokens) + self.places(torch.arange(tokens.shape[1])))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


def each_token(scores, tokens):
    return f.cross_entropy(scores.flatten(0, 1), tokens.flatten())


class Branching(nn.Module):
    """Which way it goes depends on a number, which only recording can follow."""

    def __init__(self):
        super().__init__()
        self.first, self.norm, self.second = nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1)

    def forward(self, x):
        h = self.norm(self.first(x))
        if h.sum().item() > -1e9:
            h = f.relu(h)
        with torch.no_grad():
            size = h.abs().mean()
        return self.second(f.dropout(h / (1 + size), 0.5, self.training))


def trial(name, dtype=None):
    """A model with a batch, always the same."""
    torch.manual_seed(3)
    tokens = torch.randint(0, 11, (2, 6))
    sequence = torch.randn(4, 6, 3)
    trials = {
        "convolutional": lambda: Trial(
            Convolutional(), torch.randn(6, 1, 8, 8), torch.randint(0, 10, (6,)), nn.CrossEntropyLoss()
        ),
        "lstm": lambda: Trial(
            Recurrent("LSTM", num_layers=2, batch_first=True, dropout=0.3),
            sequence,
            torch.randn(4, 2),
            nn.MSELoss(),
        ),
        "gru": lambda: Trial(
            Recurrent("GRU", bidirectional=True), sequence.transpose(0, 1), torch.randn(4, 2), nn.MSELoss()
        ),
        "rnn": lambda: Trial(
            Recurrent("RNN", nonlinearity="relu"), sequence.transpose(0, 1), torch.randn(4, 2), nn.MSELoss()
        ),
        "gpt": lambda: Trial(Gpt(), tokens, tokens.roll(-1, 1), each_token),
        "encoder": lambda: Trial(
            nn.TransformerEncoderLayer(8, 2, 16, dropout=0.3, batch_first=True),
            torch.randn(2, 5, 8),
            torch.randn(2, 5, 8),
            nn.MSELoss(),
        ),
        "branching": lambda: Trial(Branching(), torch.randn(5, 3), torch.randn(5, 1), nn.MSELoss()),
        "perceptron": lambda: Trial(
            nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 4)),
            torch.randn(5, 3),
            torch.randint(0, 4, (5,)),
            nn.CrossEntropyLoss(),
        ),
    }
    model, x, y, loss = trials[name]()
    if dtype is not None:
        model, x = model.to(dtype), (x.to(dtype) if x.is_floating_point() else x)
        y = y.to(dtype) if y.is_floating_point() else y
    return Trial(model.train(), x, y, loss)
