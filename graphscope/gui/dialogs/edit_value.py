"""Asks for another number in place of one, and says what is wrong with one that does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton

from graphscope.engine.step import Ref
from graphscope.engine.summary import Summary
from graphscope.errors import InputError
from graphscope.gui import fonts
from graphscope.gui.dialogs.number import Place, at_place, in_plane, read_number, read_place, typed
from graphscope.gui.dialogs.overlay import Overlay
from graphscope.service.requests import ArrayTold, AskArray, Assign
from graphscope.view import numbers

if TYPE_CHECKING:
    from graphscope.gui.window import Window


class EditValue(Overlay):
    """One number of a value.

    Args:
        name: the value; ``summary`` what is known of it.
        place: the element, or None where none is selected yet.
    """

    def __init__(self, window: Window, name: str, summary: Summary, place: Place | None) -> None:
        super().__init__(window.desk, window)
        self._window, self._name, self._summary = window, name, summary
        self._old: np.generic | None = None
        self._asked: AskArray | None = None
        self.heading, self.old, self.trouble, self.hint = QLabel(), QLabel(), QLabel(), QLabel()
        self.place_field, self.field = QLineEdit(), QLineEdit()
        self.apply, self.cancel = QPushButton(), QPushButton()
        self._arrange()
        self._tell()
        window.bridge.array.connect(self._told)
        self.place_field.textChanged.connect(self._look_up)
        self.field.textChanged.connect(self._check)
        self.apply.clicked.connect(self._apply)
        self.cancel.clicked.connect(self.close)
        self.place_field.setText(",".join(map(str, place or (0,) * len(summary.shape))))
        self._look_up()
        first = self.field if place is not None or not summary.shape else self.place_field
        first.setFocus(Qt.FocusReason.PopupFocusReason)
        first.selectAll()

    # ---- putting together ---------------------------------------------------------------------------------

    def _arrange(self) -> None:
        self.heading.setFont(fonts.text_font(fonts.LARGE, QFont.Weight.DemiBold))
        for label in (self.trouble, self.hint):
            label.setWordWrap(True)
        for field in (self.place_field, self.field):
            field.setFont(fonts.number_font(14))
        self.old.setFont(fonts.number_font(14))
        self.old.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.trouble.setStyleSheet(f"color: {self.desk.theme.alarm};")
        self.hint.setStyleSheet(f"color: {self.desk.theme.muted};")
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(16)
        self.old.setContentsMargins(11, 4, 0, 4)  # its digits stand above those of the fields
        self.form = QGridLayout()
        self.form.setHorizontalSpacing(24)
        self.form.setVerticalSpacing(8)
        self.form.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.hint, 1)
        buttons.addSpacing(16)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.apply)
        self.column.addWidget(self.heading)
        self.column.addLayout(self.form)
        self.column.addWidget(self.trouble)
        self.column.addLayout(buttons)

    def _tell(self) -> None:
        text = self.desk.text
        self.setAccessibleName(text("Edit {name}", name=self._name))
        rows = [
            (text("Element"), self.place_field),
            (text("Old number"), self.old),
            (text("New number"), self.field),
        ]
        for place, (told, control) in enumerate(rows if self._summary.shape else rows[1:]):
            label = QLabel(told)
            label.setBuddy(control)
            self.form.addWidget(label, place, 0)
            self.form.addWidget(control, place, 1)
        self.place_field.setAccessibleName(text("Element"))
        self.field.setAccessibleName(text("New number"))
        self.hint.setText(text("The steps from here on use it. {key} takes it back.", key="Ctrl+Z"))
        self.cancel.setText(text("Cancel"))
        self.apply.setText(text("Apply"))
        self.apply.setDefault(True)

    # ---- the old number -----------------------------------------------------------------------------------

    @property
    def _place(self) -> Place | None:
        """The element that is typed, or None while it is none."""
        try:
            return read_place(self.place_field.text(), self._summary.shape)
        except InputError:
            return None

    def _look_up(self) -> None:
        """Find the old number: in what the window knows already, else by asking."""
        place = self._place
        self._old = at_place(self._summary, place) if place is not None else None
        self._asked = None
        if place is not None and self._old is None:
            self._asked = AskArray(Ref("value", self._name), place[:-2])
            self._window.bridge.ask(self._asked)
        self._show_old()

    def _told(self, answer: ArrayTold) -> None:
        place = self._place
        if answer.request != self._asked or answer.matrix is None or place is None:
            return
        row, column = in_plane(place)
        if row % answer.every[0] == 0 and column % answer.every[1] == 0:
            number = answer.matrix[row // answer.every[0], column // answer.every[1]]
            self._old = typed(number, self._summary.dtype)
            self._show_old()

    def _show_old(self) -> None:
        place, old = self._place, self._old
        told = numbers.full(old) if old is not None else "–"
        self.old.setText(told)
        shown = f"{self._name}[{','.join(map(str, place))}]" if place else self._name
        self.heading.setText(self.desk.text("Edit {name}", name=shown))
        if old is not None and not self.field.isModified():
            self.field.setText(told if np.isfinite(old) else "")
        self._check()

    # ---- the new number -----------------------------------------------------------------------------------

    def _problem(self) -> InputError | None:
        try:
            read_place(self.place_field.text(), self._summary.shape)
            read_number(self.field.text(), self._summary.dtype)
        except InputError as error:
            return error
        return None

    def _check(self) -> None:
        """Say what is wrong, once something is typed."""
        problem = self._problem()
        typed_yet = bool(self.field.text().strip())
        told = str(self.desk.text.tell(problem)) if problem is not None and typed_yet else ""
        self.trouble.setText(told)
        self.trouble.setVisible(bool(told))
        self.field.setAccessibleDescription(told)
        self.apply.setEnabled(problem is None)
        if self.isVisible():
            self.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.close if self.cancel.hasFocus() else self._apply)()
        super().keyPressEvent(event)

    def _apply(self) -> None:
        place = self._place
        if place is None or self._problem() is not None:
            return
        number = read_number(self.field.text(), self._summary.dtype)
        old = numbers.number(self._old) if self._old is not None else ""
        self.close()
        self._window.editing.assign(Assign(self._name, place, number), old)
