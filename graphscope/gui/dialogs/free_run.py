"""Asks how far a free run is to go, and says what is wrong with a condition while it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QIntValidator, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton

from graphscope.debug.expression import parse
from graphscope.debug.free_run import Goal
from graphscope.errors import ExpressionError, GraphScopeError
from graphscope.gui import fonts
from graphscope.gui.dialogs.controls import TickBox
from graphscope.gui.dialogs.overlay import Overlay
from graphscope.service.tasks.free_run import AskCondition, ConditionTold

if TYPE_CHECKING:
    from graphscope.gui.window import Window

MOST = 1_000_000_000


class FreeRunDialog(Overlay):
    """A number of iterations, a condition, or both.

    Args:
        goal: what the fields hold at first.
        run: starts the run.
    """

    def __init__(self, window: Window, goal: Goal, run: Callable[[Goal], object]) -> None:
        super().__init__(window.desk, window)
        self._run = run
        self.heading, self.caret, self.trouble, self.hint = QLabel(), QLabel(), QLabel(), QLabel()
        self.iterations, self.until = QLineEdit(), QLineEdit()
        self.data, self._data_told = TickBox(window.desk.theme), QLabel()
        self.presets: list[QPushButton] = []
        self.start, self.cancel = QPushButton(), QPushButton()
        self._arrange()
        self._tell()
        self.iterations.setText("" if goal.iterations is None else str(goal.iterations))
        self.until.setText(goal.until)
        self.data.setChecked(goal.data)
        self.until.textChanged.connect(self._check)
        self.start.clicked.connect(self._apply)
        self.cancel.clicked.connect(self.close)
        self._check()
        self.iterations.setFocus(Qt.FocusReason.PopupFocusReason)
        self.iterations.selectAll()

    # ---- putting together ---------------------------------------------------------------------------------

    def _arrange(self) -> None:
        theme = self.desk.theme
        self.heading.setFont(fonts.text_font(fonts.LARGE, QFont.Weight.DemiBold))
        for field in (self.iterations, self.until):
            field.setFont(fonts.number_font(14))
        self.iterations.setValidator(QIntValidator(0, MOST, self.iterations))
        self.caret.setFont(fonts.number_font(14))
        self.caret.setContentsMargins(12, 0, 0, 0)  # it points at the digits in the field
        for label in (self.caret, self.trouble):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setStyleSheet(f"color: {theme.alarm};")
        self.hint.setStyleSheet(f"color: {theme.muted};")
        self.trouble.setWordWrap(True)
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(16)
        self._form = QGridLayout()
        self._form.setHorizontalSpacing(24)
        self._form.setVerticalSpacing(8)
        self._form.setColumnStretch(1, 1)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.hint, 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.start)
        self.column.addWidget(self.heading)
        self.column.addLayout(self._form)
        self._data_told.setBuddy(self.data)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.data)
        row.addWidget(self._data_told, 1)
        self.column.addLayout(row)
        self.column.addLayout(buttons)

    def _tell(self) -> None:
        text = self.desk.text
        self.heading.setText(text("Free run"))
        self.setAccessibleName(text("Free run"))
        for row, (told, field) in enumerate(
            ((text("Iterations"), self.iterations), (text("Until"), self.until))
        ):
            label = QLabel(told)
            label.setBuddy(field)
            field.setAccessibleName(told)
            self._form.addWidget(label, 2 * row, 0)
            self._form.addWidget(field, 2 * row, 1)
        self.iterations.setPlaceholderText(text("no limit"))
        self.until.setPlaceholderText(text("a condition such as {condition}", condition="loss < 0.01"))
        for condition in self._examples():
            self._chip(condition)
        self._chips.addStretch(1)
        for place, label in enumerate((self.caret, self.trouble), 3):
            self._form.addWidget(label, place, 1)
        self._form.addLayout(self._chips, 5, 1)
        self._data_told.setText(text("Stop at the end of the data"))
        self.data.setAccessibleName(self._data_told.text())
        self.hint.setText(text("Breakpoints stop it too, and {key} does.", key="Esc"))
        self.cancel.setText(text("Cancel"))
        self.start.setText(text("Run"))
        self.start.setDefault(True)

    def _examples(self) -> tuple[str, ...]:
        """Conditions that fit the model."""
        opened = self.desk.opened
        model = opened.model if opened is not None else None
        examples: list[str] = []
        if model is not None and model.loss is not None:
            examples.append("loss < 0.01")
            name = min(model.graph.parameters, key=len, default=None)
            if name is not None:
                plain = name.replace(".", "a").isidentifier()
                named = name if plain else f'"{name}"'
                examples.append(f"norm(grad({named})) > 10")
        return (*examples, "iteration >= 100")

    def _chip(self, condition: str) -> None:
        chip = QPushButton(condition)
        chip.setFont(fonts.number_font(fonts.SMALL))
        chip.setAccessibleName(self.desk.text("Until {condition}", condition=condition))
        chip.clicked.connect(lambda: self.until.setText(condition))
        self.presets.append(chip)
        self._chips.addWidget(chip)

    # ---- what is typed ------------------------------------------------------------------------------------

    def _check(self) -> None:
        """Read the condition at once; whether its names and shapes fit the model only the engine knows."""
        typed = self.until.text()
        try:
            if typed.strip():
                parse(typed)
                self.desk.bridge.ask(AskCondition(typed))
        except ExpressionError as error:
            self._complain(error)
        else:
            self._complain(None)

    def told(self, told: ConditionTold) -> None:
        """What the engine says of a condition, if it is still the one that stands there."""
        if told.request.text == self.until.text():
            self._complain(told.error)

    def _complain(self, error: GraphScopeError | None) -> None:
        """Say what is wrong below the place where it is."""
        text, typed = self.desk.text, self.until.text()
        told = ""
        if error is not None:
            column = int(error.sentence.fields.get("column", 1))
            told = text("column {column}: {reason}", column=column, reason=error.sentence.fields["reason"])
            straight = typed == " ".join(typed.split())  # only then the column is that of the field
            self.caret.setText(" " * (column - 1) + "▲" if straight else "")
        for label, shown in ((self.trouble, told), (self.caret, self.caret.text() if told else "")):
            label.setText(shown)
            label.setVisible(bool(shown))
        self.until.setAccessibleDescription(told)
        self.start.setEnabled(error is None)
        if self.isVisible():
            self.place()

    def goal(self) -> Goal:
        """What the fields say."""
        iterations = self.iterations.text().strip()
        return Goal(
            int(iterations) if iterations else None,
            self.until.text().strip(),
            self.data.isChecked(),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.close if self.cancel.hasFocus() else self._apply)()
        super().keyPressEvent(event)

    def _apply(self) -> None:
        if self.start.isEnabled():
            goal = self.goal()
            self.close()
            self._run(goal)
