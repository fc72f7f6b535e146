"""Commands on the code of the model."""

from __future__ import annotations

from graphscope.app.command import Command

COMMANDS = (
    Command(
        "panel_source",
        "Source",
        "The code of the model, with the lines of the steps marked",
        "View",
        section=3,
        submenu="Panels",
        icon="code",
        checkable=True,
        echo="$ graphscope code xor",
    ),
)
