"""Commands on numbers: undoing, editing, copying, finding, going to a step, settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from graphscope.gui.window import Window


class Editing(QObject):
    """Opens the dialogs."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window

    @property
    def commands(self) -> Mapping[str, Callable[[], None]]:
        """What it does, by command."""
        return {}
