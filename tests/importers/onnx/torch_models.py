"""Small PyTorch models, and their ONNX files by both of PyTorch's exporters."""

# pyright: reportArgumentType=false

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

CLASSES = 3


class Recurrent(nn.Module):
    """A recurrent layer whose last state is read out."""

    def __init__(self, kind: Callable[..., nn.Module]) -> None:
        super().__init__()
        self.rnn = kind(5, 7, batch_first=True)
        self.out = nn.Linear(7, CLASSES)

    def forward(self, x: Any) -> Any:
        return self.out(self.rnn(x)[0][:, -1])


class Block(nn.Module):
    """One transformer block with causal attention of two heads."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: Any) -> Any:
        batch, length, width = x.shape
        parts = self.qkv(self.norm1(x)).split(width, dim=2)
        q, k, v = (part.view(batch, length, 2, width // 2).transpose(1, 2) for part in parts)
        scores = (q @ k.transpose(-2, -1)) / (width // 2) ** 0.5
        mask = torch.tril(torch.ones(length, length)).view(1, 1, length, length)
        weights = scores.masked_fill(mask == 0, float("-inf")).softmax(-1)
        x = x + self.proj((weights @ v).transpose(1, 2).reshape(batch, length, width))
        return x + self.down(nn.functional.gelu(self.up(self.norm2(x))))


class Gpt(nn.Module):
    """A language model of two blocks that tells the class of a sequence."""

    def __init__(self, letters: int = 11, width: int = 8, length: int = 6) -> None:
        super().__init__()
        self.token, self.place = nn.Embedding(letters, width), nn.Embedding(length, width)
        self.blocks = nn.Sequential(Block(width), Block(width))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, CLASSES, bias=False)

    def forward(self, letters: Any) -> Any:
        x = self.token(letters) + self.place(torch.arange(letters.shape[1]))
        return self.head(self.norm(self.blocks(x)))[:, -1]


def _cnn() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 4, 3, stride=2, padding=1, groups=2),
        nn.Flatten(),
        nn.Linear(16, CLASSES),
    )


MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "mlp": (lambda: nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, CLASSES)), (5, 4)),
    "cnn": (_cnn, (2, 2, 8, 8)),
    "lstm": (lambda: Recurrent(nn.LSTM), (2, 4, 5)),
    "gru": (lambda: Recurrent(nn.GRU), (2, 4, 5)),
    "gpt": (Gpt, (2, 6)),
}
"""For each name how to make it, and the shape of its input."""


def made(name: str) -> tuple[nn.Module, Any]:
    """The model, no two numbers of which are equal, and an input."""
    build, shape = MODELS[name]
    torch.manual_seed(7)
    model = build().eval()
    with torch.no_grad():
        for tensor in (*model.parameters(), *(b for b in model.buffers() if b.is_floating_point())):
            tensor.add_(torch.rand_like(tensor) * 0.3)
    x = torch.randint(0, 11, shape) if name == "gpt" else torch.randn(shape)
    return model, x


def export(model: nn.Module, x: Any, path: Path, *, new: bool) -> None:
    """Write the ONNX file of a model; weights stay as PyTorch has them."""
    names = {"input_names": ["x"], "output_names": ["y"]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if new:
            batch = ({0: torch.export.Dim("batch")},)
            torch.onnx.export(
                model, (x,), path, dynamo=True, optimize=False, dynamic_shapes=batch, external_data=False,
                verbose=False, **names,
            )  # fmt: skip
        else:
            keep = torch.onnx.TrainingMode.PRESERVE
            torch.onnx.export(
                model, (x,), str(path), dynamo=False, training=keep, do_constant_folding=False,
                dynamic_axes={"x": {0: "batch"}}, **names,
            )  # fmt: skip


def reference(model: nn.Module, x: Any, target: Any) -> tuple[float, dict[str, np.ndarray]]:
    """PyTorch's own loss, and its gradient of every parameter."""
    loss = nn.functional.cross_entropy(model(x), target)
    loss.backward()
    gradients = {name: each.grad for name, each in model.named_parameters()}
    return loss.item(), {name: each.numpy() for name, each in gradients.items() if each is not None}
