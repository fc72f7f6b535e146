"""What a conductor is: it carries out the commands of one feature and passes on what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
