"""Commands that give a model a loss, an optimizer and data."""

from __future__ import annotations

from graphscope.app.command import Command

COMMANDS = (
    Command(
        "training",
        "Loss, optimizer and data…",
        "Give the model a loss, an optimizer or data of your own, and open it anew",
        "Run",
        section=6,
        keys=("Ctrl+L",),
        when="model",
        echo='session = gs.open("model.onnx", loss="mse", optimizer="adam:0.001", data="train.npz", batch=32)',
    ),
)
