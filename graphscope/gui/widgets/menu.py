"""A menu that shows by a box or a ring before each entry whether it is on, beside the entry's icon."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QActionEvent, QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QMenu, QWidget

COLUMN = 26
"""Pixels before the icons that the marks take; the style sheet leaves them free in a menu with ``marks``."""
SIDE = 14.0
START = 10.0
"""From the left edge of an entry to its mark."""


class Menu(QMenu):
    """Draws the marks itself: where an entry has an icon, Qt's style sheets show no mark at all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)

    def actionEvent(self, event: QActionEvent) -> None:
        super().actionEvent(event)
        marked = bool(self.property("marks"))
        if event.type() != QEvent.Type.ActionRemoved and event.action().isCheckable() == marked:
            return  # most often by far: another word or state of an entry
        marks = any(action.isCheckable() for action in self.actions())
        if marks != marked:
            self.setProperty("marks", marks)
            self.style().unpolish(self)
            self.style().polish(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for action in self.actions():
                if action.isVisible() and action.isCheckable():
                    self._mark(painter, action)

    def _mark(self, painter: QPainter, action: QAction) -> None:
        palette, role = QApplication.palette(), QPalette.ColorRole
        ink = palette.color(role.Text if action.isEnabled() else role.PlaceholderText)
        edge = ink if action.isChecked() else palette.color(role.PlaceholderText)
        group = action.actionGroup()
        draw = _ring if group is not None and group.isExclusive() else _box
        draw(painter, self.mark_area(action), (edge, palette.color(role.Base)), on=action.isChecked())

    def mark_area(self, action: QAction) -> QRectF:
        """Where the mark of an entry is."""
        entry = self.actionGeometry(action)
        return QRectF(entry.left() + START, entry.top() + (entry.height() - SIDE) / 2, SIDE, SIDE)


def _box(painter: QPainter, area: QRectF, inks: tuple[QColor, QColor], *, on: bool) -> None:
    """One of its own: a box, full and with a tick where it is on."""
    ink, ground = inks
    painter.setPen(QPen(ink, 1))
    painter.setBrush(ink if on else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 3.5, 3.5)
    if on:
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(ground, 1.75, Qt.PenStyle.SolidLine, cap, join))
        x, y = area.center().x(), area.center().y()
        tick = [QPointF(x - 3.2, y + 0.2), QPointF(x - 0.9, y + 2.5), QPointF(x + 3.2, y - 2.5)]
        painter.drawPolyline(QPolygonF(tick))


def _ring(painter: QPainter, area: QRectF, inks: tuple[QColor, QColor], *, on: bool) -> None:
    """One of several: a ring, with a dot in it where it is on."""
    ink, _ = inks
    painter.setPen(QPen(ink, 1.5 if on else 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(area.adjusted(0.75, 0.75, -0.75, -0.75))
    if on:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(area.center(), 3.5, 3.5)
