"""Commands on what is seen: zoom, groups, panels, layouts, themes, language."""

from __future__ import annotations

from graphscope.app.command import Command
from graphscope.app.settings import BY_KEY

_CANVAS = (
    Command(
        "fit", "Fit the graph", "Show the whole graph", "View", canvas_keys=("F",), icon="fit", when="model"
    ),
    Command(
        "centre",
        "Centre the step",
        "Bring the step that just ran, or the selection, to the middle",
        "View",
        canvas_keys=("C",),
        icon="center",
        when="model",
    ),
    Command(
        "follow",
        "Follow the step",
        "Scroll the graph so that the step that just ran is always in sight",
        "View",
        icon="follow",
        checkable=True,
        choice=("follow", "yes"),
    ),
    Command("zoom_in", "Zoom in", "Show the graph larger", "View", keys=("Ctrl++", "Ctrl+="), when="model"),
    Command("zoom_out", "Zoom out", "Show the graph smaller", "View", keys=("Ctrl+-",), when="model"),
    Command(
        "toggle_group",
        "Open or close the group",
        "Open or close the group of the selection, or of the step that just ran",
        "View",
        section=1,
        canvas_keys=("G",),
        when="scope",
    ),
    Command(
        "close_groups", "Close all groups", "Show every group as one card", "View", section=1, when="model"
    ),
    Command("open_groups", "Open all groups", "Show what is in every group", "View", section=1, when="model"),
)

_SELECTION = tuple(
    Command(
        f"select_{direction}",
        f"Select to the {word}",
        "Move the selection along the edges of the graph",
        "View",
        section=2,
        submenu="Move the selection",
        canvas_keys=(f"Ctrl+{direction.capitalize()}",),
        when="model",
    )
    for direction, word in (("left", "left"), ("right", "right"), ("up", "top"), ("down", "bottom"))
)

_PANELS = tuple(
    Command(
        f"panel_{name}",
        title,
        tip,
        "View",
        section=3,
        submenu="Panels",
        canvas_keys=keys,
        icon=icon,
        checkable=True,
    )
    for name, title, tip, keys, icon in (
        ("explain", "Explain", "What the step that just ran does, in words and numbers", (), "info"),
        ("timeline", "Timeline", "The steps of the iterations, to scrub through", (), "iteration"),
        ("steps", "Steps", "The steps of the iteration as a tree", (), "phase"),
        ("outline", "Outline", "The modules, parameters and values of the model as a tree", (), "layer"),
        (
            "inspector",
            "Inspector",
            "Every number of the selected value and its gradient",
            (),
            "value",
        ),
    )
)

_LAYOUTS = (
    Command(
        "layout_learn",
        "Learn",
        "The graph, the explanation and the timeline",
        "View",
        section=3,
        submenu="Layouts",
        keys=("Ctrl+Alt+1",),
        checkable=True,
        choice=("layout", "learn"),
    ),
    Command(
        "layout_debug",
        "Debug",
        "Every panel",
        "View",
        section=3,
        submenu="Layouts",
        keys=("Ctrl+Alt+2",),
        checkable=True,
        choice=("layout", "debug"),
    ),
    Command(
        "reset_layout",
        "Reset the panels",
        "Put every panel back to where it was at first",
        "View",
        section=3,
        submenu="Layouts",
    ),
    Command(
        "next_pane",
        "Next pane",
        "Give the keyboard to the next pane",
        "View",
        section=3,
        keys=("Ctrl+Tab",),
    ),
)

_THEME_TIPS = {
    "system": "Follow the desktop",
    "light": "Dark ink on white cards",
    "dark": "Light ink on dark cards",
    "contrast": "Black, white and strong colours",
}
_LANGUAGE_TIPS = {"system": "Follow the desktop", "en": "Speak English", "ko": "Speak Korean"}

_THEMES = tuple(
    Command(
        f"theme_{choice.stored}",
        choice.title,
        _THEME_TIPS[choice.stored],
        "View",
        section=4,
        submenu="Theme",
        icon="theme" if choice.stored == "system" else "",
        checkable=True,
        choice=("theme", choice.stored),
    )
    for choice in BY_KEY["theme"].choices
)

_LANGUAGES = tuple(
    Command(
        f"language_{choice.stored}",
        choice.title,
        _LANGUAGE_TIPS[choice.stored],
        "View",
        section=4,
        submenu="Language",
        icon="language" if choice.stored == "system" else "",
        checkable=True,
        choice=("language", choice.stored),
    )
    for choice in BY_KEY["language"].choices
)

_REST = (
    Command(
        "reduce_motion",
        "Reduce motion",
        "Let no token travel; what changed is outlined once",
        "View",
        section=4,
        checkable=True,
        choice=("motion", "reduced"),
    ),
    Command(
        "full_screen",
        "Full screen",
        "Fill the screen with the window",
        "View",
        section=5,
        keys=("Alt+Return",),
        checkable=True,
    ),
)

COMMANDS = (*_CANVAS, *_SELECTION, *_PANELS, *_LAYOUTS, *_THEMES, *_LANGUAGES, *_REST)
