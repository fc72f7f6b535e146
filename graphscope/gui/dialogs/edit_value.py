"""Asks for another number in place of one, and says beforehand what that would do to the loss."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from graphscope.engine.step import Ref
from graphscope.engine.summary import Summary
from graphscope.errors import InputError
from graphscope.gui import fonts
from graphscope.gui.dialogs.number import Place, at_place, in_plane, read_number, read_place, typed
from graphscope.gui.dialogs.overlay import Overlay
from graphscope.gui.widgets.scrub import Scrub
from graphscope.gui.widgets.slope_curve import Point, SlopeCurve
from graphscope.service.requests import ArrayTold, AskArray, Assign
from graphscope.service.tasks.editing import FURTHER, AskWhatIf, AssignGradient, WhatIfTold
from graphscope.service.what_if import deltas, effect_of, signed
from graphscope.view import numbers

if TYPE_CHECKING:
    from graphscope.gui.window import Window

LARGER = 10
"""With Shift an arrow key or a button steps so many times as far."""


class EditValue(Overlay):
    """One number of a value or of a gradient.

    Args:
        ref: the array; ``summary`` what is known of it.
        place: the element, or None where none is selected yet.
    """

    def __init__(self, window: Window, ref: Ref, summary: Summary, place: Place | None) -> None:
        super().__init__(window.desk, window)
        self._window, self._ref, self._summary = window, ref, summary
        self._name = f"∂L/∂{ref.name}" if ref.role == "gradient" else ref.name
        self._old: np.generic | None = None
        self._asked: AskArray | None = None
        self.heading, self.old, self.trouble, self.hint = QLabel(), QLabel(), QLabel(), QLabel()
        self.place_field, self.field = QLineEdit(), QLineEdit()
        self.apply, self.cancel = QPushButton(), QPushButton()
        self.less, self.more = QPushButton("−"), QPushButton("+")
        self.scrub, self.change = Scrub(), QLabel()
        self.predicted, self.actual, self.effect = QLabel(), QLabel(), QLabel()
        self.curve = SlopeCurve()
        self._step = _step_of(summary)
        self._grasped = 0.0
        self._points: tuple[Point, ...] = ()
        self._reach = 0.0
        self._arrange()
        self._tell()
        window.bridge.array.connect(self._told)
        window.editing.foretold.connect(self._foretold)
        self.less.clicked.connect(lambda: self._nudge(-1))
        self.more.clicked.connect(lambda: self._nudge(1))
        self.scrub.began.connect(self._grasp)
        self.scrub.turned.connect(self._turn)
        self.place_field.textChanged.connect(self._look_up)
        self.field.textChanged.connect(self._check)
        self.apply.clicked.connect(self._apply)
        self.cancel.clicked.connect(self.close)
        rank = len(summary.shape)
        chosen = (
            place[max(len(place) - rank, 0) :] if place else (0,) * rank
        )  # a card shows a vector as one row
        self.place_field.setText(",".join(map(str, chosen)))
        self._look_up()
        first = self.field if place is not None or not summary.shape else self.place_field
        first.setFocus(Qt.FocusReason.PopupFocusReason)
        first.selectAll()

    # ---- putting together ---------------------------------------------------------------------------------

    def _arrange(self) -> None:
        self.heading.setFont(fonts.text_font(fonts.LARGE, QFont.Weight.DemiBold))
        for label in (self.trouble, self.hint, self.effect):
            label.setWordWrap(True)
        for field in (self.place_field, self.field):
            field.setFont(fonts.number_font(14))
        for label in (self.old, self.change, self.predicted, self.actual):
            label.setFont(fonts.number_font(14))
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setContentsMargins(11, 4, 0, 4)  # its digits stand above those of the fields
        for button in (self.less, self.more):
            button.setFixedWidth(40)
            button.setAutoRepeat(True)
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the arrow keys do the same
        self.trouble.setStyleSheet(f"color: {self.desk.theme.alarm};")
        self.predicted.setStyleSheet(f"color: {self.desk.theme.backward};")
        self.curve.retheme(self.desk.theme)
        self.curve.hide()
        self.hint.setStyleSheet(f"color: {self.desk.theme.muted};")
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(16)
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
        self.column.addWidget(self.curve)
        self.column.addWidget(self.effect)
        self.column.addWidget(self.trouble)
        self.column.addLayout(buttons)

    def _tell(self) -> None:
        text = self.desk.text
        self.setAccessibleName(text("Edit {name}", name=self._name))
        self.scrub.setText(text("New number"))
        self.scrub.setToolTip(text("Drag sideways to turn the number up or down; ↑ and ↓ do the same"))
        rows: list[tuple[QLabel, QWidget]] = [
            (QLabel(text("Element")), self.place_field),
            (QLabel(text("Old number")), self.old),
            (self.scrub, self._turner()),
            (QLabel(text("Change")), self.change),
            (QLabel(text("Predicted ΔL")), self.predicted),
            (QLabel(text("Actual ΔL")), self.actual),
        ]
        for place, (label, control) in enumerate(rows if self._summary.shape else rows[1:]):
            label.setBuddy(self.field if label is self.scrub else control)
            self.form.addWidget(label, place, 0)
            self.form.addWidget(control, place, 1)
        self.place_field.setAccessibleName(text("Element"))
        self.field.setAccessibleName(text("New number"))
        self.hint.setText(text("The steps from here on use it. {key} takes it back.", key="Ctrl+Z"))
        self.cancel.setText(text("Cancel"))
        self.apply.setText(text("Apply"))
        self.apply.setDefault(True)

    def _turner(self) -> QWidget:
        """The field with a button on each side."""
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.field, 1)
        line.addWidget(self.less)
        line.addWidget(self.more)
        text = self.desk.text
        self.less.setAccessibleName(text("Less"))
        self.more.setAccessibleName(text("More"))
        return row

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
        self._points, self._reach = (), 0.0
        self.curve.hide()
        self._asked = None
        if place is not None and self._old is None:
            self._asked = AskArray(self._ref, place[:-2])
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
        self._foretell(problem)
        if self.isVisible():
            self.place()

    def _nudge(self, turns: float) -> None:
        """Turn the number up or down by so many steps."""
        self._turn_from(self._typed(), turns)

    def _grasp(self) -> None:
        self._grasped = self._typed()

    def _turn(self, turns: int) -> None:
        self._turn_from(self._grasped, turns)

    def _turn_from(self, start: float, turns: float) -> None:
        made = typed(round(start + turns * self._step, 12), self._summary.dtype)
        self.field.setText(numbers.full(made))
        self.field.setModified(True)

    def _typed(self) -> float:
        """The number in the field, else the old one."""
        try:
            return read_number(self.field.text(), self._summary.dtype)
        except InputError:
            return float(self._old) if self._old is not None else 0.0

    # ---- what it would do ---------------------------------------------------------------------------------

    def _foretell(self, problem: InputError | None) -> None:
        """Ask what the number that is typed would do to the loss."""
        old, place = self._old, self._place
        if problem is not None or old is None or place is None:
            self._show_effect(None)
            return
        number = self._typed()
        change = float(typed(number, self._summary.dtype)) - float(old)
        self.change.setText(signed(change))
        needed = self._reach_for(abs(change))
        if needed != self._reach:
            self._points, self._reach = (), needed
        whole = self._summary.dtype == "bool" or "int" in self._summary.dtype
        reach = 0.0 if self._points or whole or not np.isfinite(old) else needed
        self._window.bridge.ask(AskWhatIf(self._ref.name, place, number, reach, self._ref.role == "gradient"))

    def _reach_for(self, change: float) -> float:
        """How far the curve goes: so that a step of the usual size is seen, further where more is typed."""
        reach = FURTHER * self._step
        while reach < change < float("inf"):
            reach *= 2
        return reach

    def _foretold(self, told: WhatIfTold) -> None:
        """What is told of a number that is no longer typed is of no use."""
        request = told.request
        asked = request.name, request.index, request.number
        if asked != (self._ref.name, self._place, self._typed()):
            return
        if told.curve:
            self._points = told.curve
        self._show_effect(told)
        if self.isVisible():
            self.place()

    def _show_effect(self, told: WhatIfTold | None) -> None:
        found = told.consequence if told is not None else None
        predicted, actual = (None, None) if found is None else (found.predicted, found.actual)
        shown = deltas(predicted or 0.0, actual or 0.0)
        self.predicted.setText(shown[0] if predicted is not None else "–")
        self.actual.setText(shown[1] if actual is not None else "–")
        if found is None:
            self.change.setText("–")
        plain = found is None or (predicted is not None and found.affected == found.iteration)
        self.effect.setText("" if plain or found is None else str(self.desk.text.tell(effect_of(found))))
        self.effect.setVisible(not plain)
        here = (found.edit.change or 0.0, predicted, actual) if found is not None else None
        self.curve.tell(self._points, here)
        self.curve.setVisible(bool(self._points))

    # ---- keys -------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.close if self.cancel.hasFocus() else self._apply)()
        turn = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if turn and self.field.hasFocus():
            self._nudge(turn * (LARGER if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))
        super().keyPressEvent(event)

    def _apply(self) -> None:
        place = self._place
        if place is None or self._problem() is not None:
            return
        number = read_number(self.field.text(), self._summary.dtype)
        self.close()
        kind = AssignGradient if self._ref.role == "gradient" else Assign
        self._window.editing.assign(kind(self._ref.name, place, number))


def _step_of(summary: Summary) -> float:
    """A step that is neither lost in an array's numbers nor dwarfs them: a tenth of their size, as a power of ten."""
    if "float" not in summary.dtype:
        return 1.0
    largest = max(abs(summary.low), abs(summary.high))
    return 10.0 ** (round(log10(largest)) - 1) if 0 < largest < float("inf") else 0.1
