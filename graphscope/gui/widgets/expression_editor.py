"""A field for an expression of several lines, which underlines what is wrong in it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit

from graphscope.gui import fonts
from graphscope.model.expression import Place
from graphscope.view.palette import Theme

LINES = 5
"""How many lines are in sight."""


class ExpressionEditor(QPlainTextEdit):
    """Tab goes on to the next field; Ctrl+Enter is told.

    Signals:
        accepted: Ctrl+Enter was pressed.
    """

    accepted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFont(fonts.number_font(16))
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().setDocumentMargin(12)

    def sizeHint(self) -> QSize:
        return QSize(420, self.fontMetrics().lineSpacing() * LINES + 36)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mark(self, place: Place | None) -> None:
        """Underline a part of the text, or nothing."""
        self.setExtraSelections([] if place is None else [self._selection(place)])

    def _selection(self, place: Place) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        shape = QTextCharFormat()
        shape.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        shape.setUnderlineColor(QColor(self._theme.alarm))
        shape.setBackground(QColor(self._theme.alarm_soft))
        made.format = shape  # type: ignore[attr-defined]
        made.cursor = self._cursor(place)  # type: ignore[attr-defined]
        return made

    def _cursor(self, place: Place) -> QTextCursor:
        """The characters of a place; at the end of a line the last one that there is."""
        block = self.document().findBlockByNumber(place.line - 1)
        text = block.text()
        # Qt counts in units of UTF-16, where a rare letter is two.
        start = min(_units(text[: place.column - 1]), max(0, block.length() - 2))
        end = min(max(start + 1, _units(text[: place.column - 1 + place.width])), block.length() - 1)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + start)
        cursor.setPosition(block.position() + max(start, end), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
            return
        super().keyPressEvent(event)


def _units(text: str) -> int:
    """How long a text is as Qt counts."""
    return len(text.encode("utf-16-le")) // 2
