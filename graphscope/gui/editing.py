"""Commands on numbers: undoing, editing, copying, finding, going to a step, settings.

Dialogs are imported when they are first opened: the window is there sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from graphscope.engine.step import Ref
from graphscope.errors import Sentence
from graphscope.gui.dialogs.sheet import Sheets
from graphscope.gui.widgets.branch_button import BranchButton
from graphscope.service.requests import AskCode, Assign, CodeTold, Failed, Moved, Opened, Undo
from graphscope.service.tasks.editing import Edited, WhatIfTold

if TYPE_CHECKING:
    from graphscope.gui.window import Window


class Editing(QObject):
    """Opens the dialogs, and tells what an edit has done once it is done.

    Signals:
        foretold: what an edit would do, which the dialog has asked.
    """

    foretold = Signal(object)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._sheets = Sheets()
        self._copied: Ref | None = None
        self._branch = BranchButton(window.desk)
        """The name of the last edit, in the status bar while there is one."""
        self._titles: tuple[Sentence, ...] = ()
        self._told: list[Sentence] = []
        """What each edit did, by its place among those that can be taken back."""
        window.statusBar().insertPermanentWidget(0, self._branch)
        self._branch.clicked.connect(self._tell_again)
        window.bridge.code.connect(self._copy)
        window.bridge.moved.connect(self._moved)
        window.bridge.failed.connect(self._failed)
        window.bridge.opened.connect(self._opened)
        window.bridge.closed.connect(self._forget)
        window.bridge.listen(Edited, self._edited)
        window.bridge.listen(WhatIfTold, self.foretold.emit)

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

    def start_key(self, identity: str) -> bool:
        """Start the command of a key of the graph; Enter on one selected number edits that number."""
        orders, number = self._window.orders, self._window.desk.selection.index is not None
        return (identity == "inspect" and number and orders.start("edit_value")) or orders.start(identity)

    def activate(self, name: str, role: str) -> None:
        """A card was double-clicked: one number is edited, of anything else the numbers are shown."""
        selection = self._window.desk.selection
        number = (role, name) == (selection.role, selection.name) and selection.index is not None
        if not (number and self._window.orders.start("edit_value")):
            self._window.docks.show("inspector")

    # ---- editing ------------------------------------------------------------------------------------------

    def _edit(self) -> None:
        from graphscope.gui.dialogs.edit_value import EditValue

        selection, moved = self._window.desk.selection, self._window.desk.moved
        ref = selection.ref
        if ref is None or moved is None:
            return
        there = moved.moment.gradients if ref.role == "gradient" else moved.moment.values
        if ref.name in there:
            self._window.running.stop()
            EditValue(self._window, ref, there[ref.name], selection.index).open()

    def assign(self, edit: Assign) -> None:
        """Put a number in place of another; what that did is told when it is done."""
        self._window.bridge.ask(edit)

    def _undo(self) -> None:
        self._window.running.stop()
        self._window.bridge.ask(Undo())

    def _edited(self, edited: Edited) -> None:
        """Tell what an edit did, or that it is taken back; what is wrong with the step that ran says more."""
        count = len(edited.titles)
        if isinstance(edited.request, Assign):
            self._told = [*self._told, edited.told][-count:]
        self._show(edited.titles)
        moved = self._window.desk.moved
        if moved is None or moved.moment.problem is None:
            self._say(edited.told)

    def _say(self, told: Sentence) -> None:
        undo = (Sentence("Undo edit"), self._undo) if self._titles and told in self._told else None
        self._window.message.tell(told, kind="notice", offer=undo)

    def _tell_again(self) -> None:
        if self._told:
            self._say(self._told[-1])

    def _moved(self, moved: Moved) -> None:
        """Where an edit was lost with its engine, its name goes too."""
        if moved.edits < len(self._titles):
            self._show(self._titles[: moved.edits])

    def _opened(self, opened: Opened) -> None:
        del opened
        self._forget()

    def _forget(self) -> None:
        self._show(())

    def _show(self, titles: tuple[Sentence, ...]) -> None:
        """Name the last of these edits."""
        self._titles = titles
        del self._told[len(titles) :]
        self._branch.tell(titles)

    def _failed(self, failed: Failed) -> None:
        if isinstance(failed.request, AskCode):
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
        told = Sentence("{name} is on the clipboard as NumPy code.", name=name)
        self._window.message.tell(told, kind="notice")
