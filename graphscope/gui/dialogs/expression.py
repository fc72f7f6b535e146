"""“New from expression”: a model is typed, its graph grows beside it, and mistakes are marked where they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from graphscope.app.expression import recent
from graphscope.errors import GraphScopeError, Sentence
from graphscope.gui import fonts
from graphscope.gui.desk import Desk
from graphscope.gui.dialogs.controls import ChoiceBox
from graphscope.gui.dialogs.sheet import GAP, MARGIN, Sheet, caption, card, quiet, title
from graphscope.gui.widgets.expression_editor import ExpressionEditor
from graphscope.gui.widgets.graph_preview import GraphPreview
from graphscope.gui.widgets.name_table import NameTable
from graphscope.model.expression import (
    EXAMPLES,
    Built,
    ExpressionSource,
    cell_of,
    check,
    completed,
    place_of,
    unfinished,
)
from graphscope.view.text import Text

PAUSE = 150
"""Milliseconds without a key after which what was typed is looked at."""
UPPER = (260, 344)
"""How tall the part is where one types, at least and at most."""
Told = Sentence | GraphScopeError
Opener = Callable[[ExpressionSource], object]
Saver = Callable[[ExpressionSource], Told | None]


class ExpressionSheet(Sheet):
    """Keeps what is typed; the conductor opens and saves it.

    Args:
        opened: opens a model.
        saved: writes a model as a program; what came of it is told.
    """

    SIZE = QSize(1280, 800)

    def __init__(self, desk: Desk, window: QWidget, *, opened: Opener, saved: Saver) -> None:
        self.source = (recent(desk.settings) or (EXAMPLES[0].source,))[0]
        self._opened, self._saved = opened, saved
        self._error: GraphScopeError | None = None
        self._pause = QTimer()
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.look)
        super().__init__(desk, window)
        self._pause.setParent(self)
        self.editor.setFocus()
        self.editor.selectAll()

    # ---- putting together ---------------------------------------------------------------------------------

    def fill(self, text: Text) -> None:
        theme = self.desk.theme
        self.setWindowTitle(text("New from expression"))
        self.editor = ExpressionEditor(theme)
        self.names = NameTable(theme, text, self.source.names)
        self.preview = GraphPreview(theme, text)
        self.optimizer = QLineEdit(self.source.optimizer)
        self.trouble, self.outcome = QLabel(), quiet("", theme.muted)
        self.open_button = QPushButton(text("Open"))
        self.examples = self._examples(text)
        self._arrange(text)
        self.editor.setPlainText(self.source.text)
        self.editor.textChanged.connect(self._typed)
        self.editor.accepted.connect(self._open)
        self.names.changed.connect(self._typed)
        self.optimizer.textEdited.connect(lambda _: self._typed())
        self.look()

    def _arrange(self, text: Text) -> None:
        column = QVBoxLayout(self.body)
        column.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        column.setSpacing(GAP)
        column.addLayout(self._head(text))
        upper = QWidget()
        upper.setMinimumHeight(UPPER[0])
        upper.setMaximumHeight(UPPER[1])
        sides = QHBoxLayout(upper)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(MARGIN)
        sides.addLayout(self._left(text), 2)
        sides.addLayout(self._right(text), 3)  # data is long
        column.addWidget(upper, 4)
        column.addWidget(self._framed(self.preview, self.desk.theme.canvas), 3)
        column.addLayout(self._foot(text))

    def _head(self, text: Text) -> QLayout:
        row = QHBoxLayout()
        row.addWidget(title(text("New from expression")), 1)
        row.addWidget(self.examples)
        return row

    def _left(self, text: Text) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.editor.setObjectName("expression")
        self.editor.setAccessibleName(text("Expression"))
        self.trouble.setObjectName("trouble")
        self.trouble.setWordWrap(True)
        self.trouble.setFont(fonts.text_font())
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.trouble.setMinimumHeight(2 * self.trouble.fontMetrics().lineSpacing() + 4)
        column.addWidget(caption(text("Expression"), self.desk.theme.muted))
        column.addWidget(self._framed(self.editor, self.desk.theme.surface), 1)
        column.addWidget(self.trouble)
        column.addLayout(self._optimizer(text))
        return column

    def _optimizer(self, text: Text) -> QLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        label = QLabel(text("Optimizer"))
        label.setBuddy(self.optimizer)
        self.optimizer.setObjectName("optimizer")
        self.optimizer.setFont(fonts.number_font())
        self.optimizer.setMaximumWidth(140)
        self.optimizer.setAccessibleName(text("Optimizer"))
        row.addWidget(label)
        row.addWidget(self.optimizer)
        row.addWidget(quiet(text("sgd:0.1, adamw, rmsprop, … or none"), self.desk.theme.muted), 1)
        return row

    def _right(self, text: Text) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        hint = text(
            "What is grey is guessed. Data: numbers such as [[0, 1], [1, 0]], or zeros, ones, normal, uniform, "
            "glorot, he; normal:3 draws with seed 3."
        )
        column.addWidget(caption(text("Names"), self.desk.theme.muted))
        column.addWidget(self._framed(self.names, self.desk.theme.surface), 1)
        column.addWidget(quiet(hint, self.desk.theme.muted))
        self.preview.setAccessibleName(text("Graph"))
        return column

    def _framed(self, inner: QWidget, ground: str) -> QFrame:
        frame = card(self.desk.theme)
        frame.setStyleSheet(frame.styleSheet() + f" #card {{ background: {ground}; }}")
        box = QVBoxLayout(frame)
        box.setContentsMargins(4, 4, 4, 4)
        box.addWidget(inner)
        return frame

    def _foot(self, text: Text) -> QLayout:
        self.cancel_button, self.save_button = QPushButton(text("Cancel")), QPushButton(text("Save as .py…"))
        cancel, save = self.cancel_button, self.save_button
        cancel.setObjectName("cancel")
        save.setObjectName("save")
        self.open_button.setObjectName("open")
        self.open_button.setDefault(True)
        cancel.clicked.connect(self.close)
        save.clicked.connect(self._save)
        self.open_button.clicked.connect(self._open)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.outcome, 1)
        row.addWidget(quiet(text("Ctrl+Enter opens it"), self.desk.theme.muted))
        for button in (cancel, save, self.open_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    def _examples(self, text: Text) -> ChoiceBox:
        """Expressions to begin with, then those that were opened before."""
        box = ChoiceBox(self.desk.theme)
        box.setObjectName("examples")
        box.setAccessibleName(text("Examples"))
        box.addItem(text("Begin with…"), None)
        for example in EXAMPLES:
            box.addItem(text.tell(example.title), example.source)
        before = [
            each for each in recent(self.desk.settings) if all(each != known.source for known in EXAMPLES)
        ]
        if before:
            box.insertSeparator(box.count())
        for source in before:
            told = " ; ".join(source.text.split("\n"))
            box.addItem(told if len(told) <= 48 else f"{told[:48]}…", source)
        box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        box.setMinimumWidth(300)
        box.activated.connect(lambda _: self._begin(box.currentData()))
        return box

    def _begin(self, source: ExpressionSource | None) -> None:
        if source is not None:
            self.source = source
            self._refill()
            self.editor.setFocus()

    # ---- what is typed ------------------------------------------------------------------------------------

    def draft(self) -> ExpressionSource:
        """What is typed now."""
        text = self.editor.toPlainText()
        return replace(
            self.source,
            text=text,
            title=self.source.title if text == self.source.text else ExpressionSource(text).title,
            names=self.names.rows(),
            optimizer=self.optimizer.text().strip() or "none",
        )

    def _typed(self) -> None:
        self.names.forget_but(re.findall(r"\w+", self.editor.toPlainText()))
        self._pause.start()

    def look(self) -> None:
        """Read what is typed: grow the graph, fill the table, mark what is wrong."""
        self._pause.stop()
        self.source = self.draft()
        self._error = None
        built = self._built(self.source)
        if (
            built is None and self._waits()
        ):  # what is there already can be seen while the rest is still to come
            built = self._built(replace(self.source, text=completed(self.source.text)))
        if built is not None:
            self.names.show_leaves(built.leaves)
            self._order()
            self.preview.show_model(built.model)
        self._tell(built)

    def _order(self) -> None:
        """Tab goes from the expression through the table to the buttons."""
        stops = (self.editor, *self.names.stops, self.optimizer, self.cancel_button, self.save_button)
        for one, other in pairwise((self.examples, *stops, self.open_button)):
            QWidget.setTabOrder(one, other)

    def _built(self, source: ExpressionSource) -> Built | None:
        try:
            return check(source)
        except GraphScopeError as error:
            if not unfinished(error) or self._error is None:
                self._error = error
        return None

    def _waits(self) -> bool:
        """Whether the text is only not finished yet."""
        return self._error is not None and unfinished(self._error)

    def _tell(self, built: Built | None) -> None:
        theme, text, error = self.desk.theme, self.desk.text, self._error
        waiting = self._waits()
        self.trouble.setText("" if error is None else str(text.tell(error)))
        self.trouble.setStyleSheet(f"color: {theme.muted if waiting else theme.alarm};")
        self.editor.mark(place_of(error) if error is not None and not waiting else None)
        self.names.mark(cell_of(error) if error is not None else None)
        for button in (self.open_button, self.save_button):
            button.setEnabled(error is None)
        self.outcome.setText(self._summary(built, text) if built is not None and error is None else "")

    def _summary(self, built: Built, text: Text) -> str:
        count = len(built.model.graph.nodes)
        if built.model.loss is not None:
            return text(
                "Operations: {count}. Backward starts from {name}.", count=count, name=built.model.loss
            )
        return text(
            "Operations: {count}. {name} is {shape}, not one number, so there is no loss and it only runs forward.",
            count=count,
            name=built.result,
            shape=str(built.model.graph.value(built.result).spec),
        )

    # ---- going --------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self.look()
        if self._error is None:
            self._opened(self.source)
            self.close()

    def _save(self) -> None:
        self.look()
        told = self._saved(self.source) if self._error is None else None
        if isinstance(told, GraphScopeError):
            self.trouble.setText(self.desk.text.tell(told))
            self.trouble.setStyleSheet(f"color: {self.desk.theme.alarm};")
        elif told is not None:
            self.outcome.setText(self.desk.text.tell(told))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses a button or goes on to the next field; only with Ctrl it opens from anywhere."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focus = self.focusWidget()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._open()
        elif isinstance(focus, QPushButton):
            focus.click()
        else:
            self.focusNextChild()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._pause.stop()
        self.preview.close()
        super().closeEvent(event)
