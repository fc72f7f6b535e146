"""Commands on whole models: opening, exporting, leaving."""

from __future__ import annotations

from graphscope.app.command import Command

COMMANDS = (
    Command(
        "gallery",
        "Samples",
        "Choose one of the models that come with GraphScope; again to go back to the graph",
        "File",
        keys=("Ctrl+Shift+N",),
        icon="gallery",
        checkable=True,
        echo="$ graphscope samples",
    ),
    Command(
        "open",
        "Open…",
        "Open a model file",
        "File",
        keys=("Ctrl+O",),
        icon="open",
        echo='session = gs.open("model.py", trust=True)',
    ),
    Command(
        "forget_recent",
        "Forget recent models",
        "Empty the list of recent models",
        "File",
        section=1,
        submenu="Open recent",
        when="recent",
    ),
    Command(
        "export_picture",
        "Export picture…",
        "Write the graph as it is now to an SVG, PNG or PDF file",
        "File",
        section=2,
        keys=("Ctrl+E",),
        when="model",
        echo="$ graphscope show xor --at 12 --out xor.svg",
    ),
    Command(
        "close",
        "Close model",
        "Close the model and show the samples",
        "File",
        section=3,
        keys=("Ctrl+W",),
        when="model",
        echo="session.close()",
    ),
    Command("quit", "Quit", "Leave GraphScope", "File", section=4, keys=("Ctrl+Q",)),
)
