"""Commands on numbers: undoing, editing, copying, finding, going to a step, settings.

Dialogs are imported when they are first opened: the window is there sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from graphscope.engine.step import Ref
from graphscope.gui.dialogs.sheet import Sheets
from graphscope.service.requests import AskCode, Assign, CodeTold, Failed, Moved, Undo
from graphscope.view import numbers

if TYPE_CHECKING:
    from graphscope.gui.window import Window


class Editing(QObject):
    """Opens the dialogs, and tells what an edit has done once it is done."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._sheets = Sheets()
        self._copied: Ref | None = None
        self._told = ""
        window.bridge.code.connect(self._copy)
        window.bridge.moved.connect(self._moved)
        window.bridge.failed.connect(self._failed)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        return {
            "undo_edit": self._undo,
            "edit_value": self._edit,
            "copy_numpy": self._ask_code,
            "find": self._find,
            "go_to_step": self._go_to_step,
            "settings": self._settings,
        }

    def _find(self) -> None:
        from graphscope.gui.dialogs.values import FindValue

        FindValue(self._window).open()

    def _go_to_step(self) -> None:
        from graphscope.gui.dialogs.steps import GoToStep

        GoToStep(self._window).open()

    def _settings(self) -> None:
        from graphscope.gui.dialogs.settings import SettingsSheet

        self._sheets.show("settings", lambda: SettingsSheet(self._window.desk, self._window))

    # ---- editing ------------------------------------------------------------------------------------------

    def _edit(self) -> None:
        from graphscope.gui.dialogs.edit_value import EditValue

        selection, moved = self._window.desk.selection, self._window.desk.moved
        name = selection.name
        if name is None or moved is None or name not in moved.moment.values:
            return
        self._window.running.stop()
        EditValue(self._window, name, moved.moment.values[name], selection.index).open()

    def assign(self, edit: Assign, old: str) -> None:
        """Put a number in place of another; what it was is told when it is done."""
        text = self._window.desk.text
        place = f"[{','.join(map(str, edit.index))}]" if edit.index else ""
        self._told = text(
            "{name} is now {new} (it was {old}). The steps from here on use it; {key} takes it back.",
            name=edit.name + place,
            new=numbers.number(edit.number),
            old=old or "–",
            key="Ctrl+Z",
        )
        self._window.bridge.ask(edit)

    def _undo(self) -> None:
        self._told = self._window.desk.text("The edit is taken back; the former run is here again.")
        self._window.running.stop()
        self._window.bridge.ask(Undo())

    def _moved(self, moved: Moved) -> None:
        """The answer to an edit is the next position that is told."""
        del moved
        if self._told:
            self._window.message.tell(self._told, kind="notice")
        self._told = ""

    def _failed(self, failed: Failed) -> None:
        if isinstance(failed.request, Assign | Undo):
            self._told = ""
        elif isinstance(failed.request, AskCode):
            self._copied = None

    # ---- copying ------------------------------------------------------------------------------------------

    def _ask_code(self) -> None:
        self._copied = self._window.desk.selection.ref
        if self._copied is not None:
            self._window.bridge.ask(AskCode(self._copied))

    def _copy(self, answer: CodeTold) -> None:
        """Only what was asked for here; panels may ask for code too."""
        if answer.ref != self._copied or answer.code is None:
            return
        self._copied = None
        QGuiApplication.clipboard().setText(answer.code)
        name = f"∂L/∂{answer.ref.name}" if answer.ref.role == "gradient" else answer.ref.name
        told = self._window.desk.text("{name} is on the clipboard as NumPy code.", name=name)
        self._window.message.tell(told, kind="notice")
