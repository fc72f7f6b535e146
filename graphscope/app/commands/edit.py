"""Commands on numbers: copying, changing, finding."""

from __future__ import annotations

from graphscope.app.command import Command

COMMANDS = (
    Command(
        "undo_edit",
        "Undo edit",
        "Take the last edited number back; the former run returns",
        "Edit",
        keys=("Ctrl+Z",),
        when="edited",
        echo="session.undo()",
    ),
    Command(
        "edit_value",
        "Edit value…",
        "Put another number in place of the selected one; the steps after it are computed anew",
        "Edit",
        keys=("F2",),
        icon="pencil",
        when="element",
        echo="session.set_element(name, index, number)",
    ),
    Command(
        "inspect",
        "Inspect value",
        "Show every number of the selected value in the inspector; Enter on a single selected number edits it",
        "Edit",
        section=1,
        canvas_keys=("Return",),
        icon="value",
        when="selection",
    ),
    Command(
        "copy_numpy",
        "Copy value as NumPy",
        "Copy the selected value or gradient as NumPy code",
        "Edit",
        section=1,
        keys=("Ctrl+Shift+C",),
        icon="copy",
        when="value",
        echo="session.value(name)",
    ),
    Command(
        "find",
        "Find a value…",
        "Select a value of the model by its name",
        "Edit",
        section=2,
        keys=("Ctrl+F",),
        icon="search",
        when="model",
        echo="session.graph.values",
    ),
    Command(
        "go_to_step",
        "Go to step…",
        "Go to a position by its number, or to the step of a node",
        "Edit",
        section=2,
        keys=("Ctrl+G",),
        when="model",
        echo="session.seek(position)",
    ),
    Command(
        "settings",
        "Settings…",
        "Theme, language, motion and files",
        "Edit",
        section=3,
        keys=("Ctrl+,",),
        icon="settings",
    ),
)
