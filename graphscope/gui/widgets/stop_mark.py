"""The sign of a breakpoint, as the graph draws it, for lists."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from graphscope.gui.canvas.painting import paint
from graphscope.view.palette import Theme
from graphscope.view.picture.look import Look
from graphscope.view.picture.stops import StopMark, draw_stop
from graphscope.view.text import Text

SIDE = 16


class StopSign(QWidget):
    """A dot, a ring or half a dot."""

    def __init__(self, mark: StopMark, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark: StopMark = mark
        self._theme = theme
        self.setFixedSize(SIDE, SIDE)

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, _: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint(painter, draw_stop(self.mark, SIDE / 2, SIDE / 2, Look(self._theme, Text())))
