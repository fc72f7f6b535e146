"""Commands that help: palette, tour, lesson, keys, about.

Dialogs are imported when they are first opened: the window is there sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from graphscope.errors import Sentence
from graphscope.gui.dialogs.diagnostics import Diagnostics
from graphscope.gui.dialogs.sheet import Sheets

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
        return {
            "palette": self._palette,
            "help": self._tour,
            "lesson": self._lesson,
            "keys": self._keys,
            "about": self._about,
        }

    def _palette(self) -> None:
        from graphscope.gui.dialogs.palette import Palette

        Palette(self._window).open()

    def _tour(self) -> None:
        from graphscope.gui.dialogs.tour import Tour

        self._sheets.show("tour", lambda: Tour(self._window.desk, self._window))

    def _keys(self) -> None:
        from graphscope.gui.dialogs.keys import KeysSheet

        self._sheets.show("keys", lambda: KeysSheet(self._window.desk, self._window))

    def _about(self) -> None:
        from graphscope.gui.dialogs.about import About

        self._sheets.show("about", lambda: About(self._window.desk, self._window, self._diagnostics))

    def _lesson(self) -> None:
        """Open the lesson; a model that has none says so."""
        from graphscope.gui.dialogs.lesson import Lesson, sample_of

        desk = self._window.desk
        if sample_of(desk) is not None:
            self._sheets.show("lesson", lambda: Lesson(desk, self._window))
        elif desk.opened is not None:
            told = Sentence(
                "“{name}” has no lesson: only the samples have one. Choose one with {key}.",
                name=desk.opened.model.name,
                key="Ctrl+Shift+N",
            )
            self._window.message.tell(told, kind="notice")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """No thread outlives the window."""
        if event.type() == QEvent.Type.Close:
            self._diagnostics.close()
        return super().eventFilter(watched, event)
