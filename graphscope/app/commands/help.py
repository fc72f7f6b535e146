"""Commands that help: palette, tour, keys, lesson, licences."""

from __future__ import annotations

from graphscope.app.command import Command

COMMANDS = (
    Command(
        "palette",
        "Command palette…",
        "Find any command by a few letters",
        "Help",
        keys=("Ctrl+Shift+P",),
        icon="search",
    ),
    Command(
        "help",
        "A two-minute tour",
        "What to press first, and what the shapes and colours mean",
        "Help",
        section=1,
        keys=("F1",),
        icon="help",
    ),
    Command(
        "lesson",
        "Lesson of this sample",
        "Read the text that comes with the sample",
        "Help",
        section=1,
        when="model",
    ),
    Command("keys", "Keys", "Every key and what it does", "Help", section=1, canvas_keys=("?",)),
    Command(
        "about", "About GraphScope", "Version, libraries and their licences", "Help", section=2, icon="info"
    ),
)
