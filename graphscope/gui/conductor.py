"""What a conductor is: it carries out the commands of one feature and passes on what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from graphscope.gui.window import Window


class Conductor(QObject):
    """Base of all conductors: a file in ``graphscope/gui/conductors`` with a subclass is all that one takes.

    It asks the bridge, listens to it and to the desk, and opens dialogs; it never talks to another conductor
    or panel but through the desk.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by the id of the command."""
        return {}


def conductors() -> tuple[type[Conductor], ...]:
    """Every conductor, from every file in ``graphscope/gui/conductors``."""
    from graphscope.gui import conductors as folder

    modules = [import_module(f"{folder.__name__}.{found.name}") for found in iter_modules(folder.__path__)]
    return tuple(
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Conductor) and each.__module__ == module.__name__
    )
