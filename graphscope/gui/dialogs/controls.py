"""A list of answers and a box to tick, drawn in the colours of the theme."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QComboBox

from graphscope.view.palette import Theme, ink_on

BOX = 20


class ChoiceBox(QComboBox):
    """A list of answers that unfolds."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(_stroke(self._theme.muted))
            x, y = self.width() - 18.0, self.height() / 2
            painter.drawPolyline(QPolygonF([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)]))


class TickBox(QCheckBox):
    """A box to tick."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self) -> QSize:
        return QSize(BOX + 4, BOX + 4)

    def hitButton(self, place: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, on = self._theme, self.isChecked()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF((self.width() - BOX) / 2, (self.height() - BOX) / 2, BOX, BOX)
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.positive), 1.5))
                painter.drawRoundedRect(area.adjusted(-1, -1, 1, 1), 7, 7)
            painter.setPen(QPen(QColor(theme.accent if on else theme.faint), 1))
            painter.setBrush(QColor(theme.accent if on else theme.surface))
            inner = area.adjusted(1.5, 1.5, -1.5, -1.5)
            painter.drawRoundedRect(inner, 5, 5)
            if on:
                painter.setPen(_stroke(ink_on(theme.accent)))
                x, y = area.center().x(), area.center().y()
                tick = [QPointF(x - 4, y), QPointF(x - 1, y + 3), QPointF(x + 4, y - 3.5)]
                painter.drawPolyline(QPolygonF(tick))


def _stroke(ink: str) -> QPen:
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    return QPen(QColor(ink), 1.75, Qt.PenStyle.SolidLine, cap, join)
