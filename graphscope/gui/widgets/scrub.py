"""A caption that is dragged sideways to turn the number beside it up or down."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

NOTCH = 8
"""Pixels that are worth one turn."""


class Scrub(QLabel):
    """Tells how far it was dragged.

    Signals:
        began: the button went down.
        turned: so many turns, to the right or (negative) to the left, from where the drag began.
    """

    began = Signal()
    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._start: float | None = None
        self._turns = 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._start, self._turns = event.position().x(), 0
            self.began.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is None:
            return
        turns = round((event.position().x() - self._start) / NOTCH)
        if turns != self._turns:
            self._turns = turns
            self.turned.emit(turns)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._start = None
