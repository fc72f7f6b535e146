"""Commands that run freely, and show the curves of what has run."""

from __future__ import annotations

from graphscope.app.command import Command

COMMANDS = (
    Command(
        "free_run",
        "Free run…",
        "Run so many iterations, or until a condition holds",
        "Run",
        section=5,
        keys=("Ctrl+F5",),
        icon="run",
        when="model",
        echo='session.free_run(1000, until="loss < 0.01")',
    ),
    Command(
        "free_run_on",
        "Run until stopped",
        "Run iteration after iteration until a problem, or until you stop it",
        "Run",
        section=5,
        keys=("Ctrl+F6",),
        when="model",
        echo="session.free_run()",
    ),
    Command(
        "free_run_data",
        "Run to the end of the data",
        "Run until every sample has been used once more",
        "Run",
        section=5,
        when="model",
        echo="session.free_run(data=True)",
    ),
    Command(
        "panel_curves",
        "Training curves",
        "The loss and the gradient norms of every iteration",
        "View",
        section=3,
        submenu="Panels",
        icon="curves",
        checkable=True,
    ),
)
