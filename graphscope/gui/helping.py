"""Commands that help: palette, tour, lesson, keys, about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from graphscope.gui.dialogs.about import About
from graphscope.gui.dialogs.diagnostics import Diagnostics
from graphscope.gui.dialogs.keys import KeysSheet
from graphscope.gui.dialogs.lesson import Lesson, sample_of
from graphscope.gui.dialogs.palette import Palette
from graphscope.gui.dialogs.sheet import Sheets
from graphscope.gui.dialogs.tour import Tour

if TYPE_CHECKING:
    from graphscope.gui.window import Window


class Helping(QObject):
    """Opens the dialogs."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._sheets = Sheets()
        self._diagnostics = Diagnostics(self)
        window.installEventFilter(self)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        window, desk, show = self._window, self._window.desk, self._sheets.show
        return {
            "palette": lambda: Palette(window).open(),
            "help": lambda: show("tour", lambda: Tour(desk, window)),
            "lesson": self._lesson,
            "keys": lambda: show("keys", lambda: KeysSheet(desk, window)),
            "about": lambda: show("about", lambda: About(desk, window, self._diagnostics)),
        }

    def _lesson(self) -> None:
        """Open the lesson; a model that has none says so."""
        desk = self._window.desk
        if sample_of(desk) is not None:
            self._sheets.show("lesson", lambda: Lesson(desk, self._window))
        elif desk.opened is not None:
            told = desk.text(
                "“{name}” has no lesson: only the samples have one. Choose one with {key}.",
                name=desk.opened.model.name,
                key="Ctrl+N",
            )
            self._window.message.tell(told, kind="notice")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """No thread outlives the window."""
        if event.type() == QEvent.Type.Close:
            self._diagnostics.close()
        return super().eventFilter(watched, event)
