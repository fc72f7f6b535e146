"""Commands that make new models."""

from __future__ import annotations

from graphscope.app.command import Command

COMMANDS = (
    Command(
        "new_expression",
        "New from expression…",
        "Type a model as mathematics and watch its graph grow",
        "File",
        keys=("Ctrl+N",),
        echo='$ graphscope new "mean((x @ W + b - y)**2)" --out line.py',
    ),
)
