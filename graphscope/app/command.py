"""The table of commands: menus, toolbar, keys, palette and the page of keys are all made from it."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Literal

from graphscope.errors import Sentence

Menu = Literal["File", "Edit", "View", "Run", "Runtime", "Help"]
Rule = Literal[
    "always", "model", "back", "selection", "edited", "value", "element", "scope", "recent", "busy"
]
Layout = Literal["learn", "debug"]

MENUS: tuple[Menu, ...] = ("File", "Edit", "View", "Run", "Runtime", "Help")

REASONS: Mapping[Rule, Sentence] = MappingProxyType(
    {
        "always": Sentence("Always possible"),
        "model": Sentence("Open a model first"),
        "back": Sentence("This is the start; there is nothing before it"),
        "selection": Sentence("Select a value in the graph first"),
        "edited": Sentence("No number has been edited"),
        "value": Sentence("Select a value that has been computed first"),
        "element": Sentence("Select a parameter or a computed value first"),
        "scope": Sentence("Neither the selection nor the step lies in a group"),
        "recent": Sentence("No model has been opened yet"),
        "busy": Sentence("Nothing is being computed"),
    }
)
"""Why a command is disabled when its rule does not hold."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done.

    Args:
        id: its name in code and settings.
        title: what menus call it.
        tip: one sentence on what it does.
        menu: where it is.
        section: commands of a menu with equal sections stand together.
        submenu: the title of the submenu that it is in.
        keys: they work everywhere in the window.
        canvas_keys: they work where the graph, the explanation or the timeline has the focus, and mean the
            physical key, so that they work under any input method.
        icon: a file of assets/icons, without its ending.
        when: what must hold for it to be possible.
        checkable: it can be on or off.
        choice: the key of the setting that it answers, and the answer.
        toolbar: the layouts whose toolbar shows it.
        echo: the same in a script, or on the command line (``$ …``).
    """

    id: str
    title: str
    tip: str
    menu: Menu
    section: int = 0
    submenu: str = ""
    keys: tuple[str, ...] = ()
    canvas_keys: tuple[str, ...] = ()
    icon: str = ""
    when: Rule = "always"
    checkable: bool = False
    choice: tuple[str, str] | None = None
    toolbar: tuple[Layout, ...] = ()
    echo: str = ""

    @property
    def shown_keys(self) -> tuple[str, ...]:
        """Every key as people read it; those of the canvas first, because they are shorter."""
        return tuple(readable(key) for key in (*self.canvas_keys, *self.keys))


@cache
def commands() -> tuple[Command, ...]:
    """Every command, from every file in ``graphscope/app/commands``, in menu order."""
    from graphscope.app import commands as folder

    names = sorted(found.name for found in pkgutil.iter_modules(folder.__path__))
    modules = [import_module(f"{folder.__name__}.{name}") for name in names]
    found: list[Command] = [command for module in modules for command in module.COMMANDS]
    return tuple(sorted(found, key=lambda command: (MENUS.index(command.menu), command.section)))


def command(identity: str) -> Command:
    """The command of that id."""
    return next(each for each in commands() if each.id == identity)


_SIGNS = {
    "Right": "→",
    "Left": "←",
    "Up": "↑",
    "Down": "↓",
    "Return": "Enter",
    "PgDown": "PgDn",
}


def readable(key: str) -> str:
    """A key as people read it: ``Ctrl+→``."""
    *modifiers, last = key.split("+") if not key.endswith("+") else [*key[:-2].split("+"), "+"]
    return "+".join((*modifiers, _SIGNS.get(last, last)))


def document() -> str:
    """The page of keys in the documentation."""
    lines = [
        "# Keys",
        "",
        "Written by `python -m graphscope.app.command` from the table of commands; do not edit it by hand.",
        "",
        "A key marked ◆ works where the graph, the explanation or the timeline has the focus; it means the physical",
        "key, so it works under a Korean input method too.",
    ]
    for menu in MENUS:
        lines += [
            "",
            f"## {menu}",
            "",
            "| command | keys | what it does | in a script |",
            "|---|---|---|---|",
        ]
        lines += [_row(each) for each in commands() if each.menu == menu]
    return "\n".join(lines) + "\n"


def _row(each: Command) -> str:
    keys = [f"`{readable(key)}` ◆" for key in each.canvas_keys] + [f"`{readable(key)}`" for key in each.keys]
    title = f"{each.submenu} ▸ {each.title}" if each.submenu else each.title
    echo = f"`{each.echo}`" if each.echo else ""
    return f"| {title} | {', '.join(keys)} | {each.tip} | {echo} |"


if __name__ == "__main__":
    import sys

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(document())
