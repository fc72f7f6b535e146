"""How the loss changes with the size of a step, and the straight line that the gradient predicts."""

from __future__ import annotations

from math import isfinite

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from graphscope.gui import fonts
from graphscope.view import numbers
from graphscope.view.palette import THEMES, Theme

Point = tuple[float, float | None, float | None]
"""A step, the predicted and the actual change of the loss."""
HEIGHT = 128
LEFT, RIGHT, TOP, BOTTOM = 72.0, 12.0, 8.0, 20.0
ROOM = 1.15
"""A little more than the largest number is in sight."""


class SlopeCurve(QWidget):
    """Draws the truth as a line, the prediction dashed, and a dot on each for the step that is typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = THEMES["light"]
        self.points: tuple[Point, ...] = ()
        self.here: Point | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self.update()

    def tell(self, points: tuple[Point, ...], here: Point | None) -> None:
        """Show steps of several sizes, and the one that is typed."""
        self.points, self.here = points, here
        self.update()

    # ---- painting -------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.points:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(fonts.number_font(fonts.SMALL))
            self._axes(painter)
            theme = self._theme
            self._line(painter, 1, QPen(QColor(theme.backward), 1.75, Qt.PenStyle.DashLine))
            self._line(painter, 2, QPen(QColor(theme.ink), 2))
            self._dots(painter)

    def _reach(self) -> tuple[float, float]:
        """The largest step and the largest change that are in sight."""
        shown = (*self.points, self.here) if self.here is not None else self.points
        across = max((abs(point[0]) for point in shown), default=0.0)
        up = max((abs(y) for point in shown for y in point[1:] if y is not None and isfinite(y)), default=0.0)
        return (across or 1.0), (up or 1.0) * ROOM

    def _at(self, x: float, y: float) -> QPointF:
        across, up = self._reach()
        width, height = self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM
        return QPointF(LEFT + width * (x / across + 1) / 2, TOP + height * (1 - y / up) / 2)

    def _axes(self, painter: QPainter) -> None:
        """A cross at no step and no change, with the ends of each told."""
        across, up = self._reach()
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.drawLine(self._at(-across, 0), self._at(across, 0))
        painter.drawLine(self._at(0, -up), self._at(0, up))
        painter.setPen(QColor(self._theme.muted))
        right, low = self.width() - RIGHT, self.height() - BOTTOM
        flags = Qt.AlignmentFlag
        middle = flags.AlignRight | flags.AlignVCenter
        for value in (up / ROOM, -up / ROOM):
            y = self._at(0, value).y()
            painter.drawText(QRectF(0, y - 8, LEFT - 8, 16), middle, _short(value))
        painter.drawText(QRectF(0, self._at(0, 0).y() - 8, LEFT - 8, 16), middle, "ΔL  0")
        for x, value, side in (
            (LEFT, -across, flags.AlignLeft),
            (right - 120, across, flags.AlignRight),
            (LEFT + (right - LEFT) / 2 - 60, 0.0, flags.AlignHCenter),
        ):
            painter.drawText(QRectF(x, low + 2, 120, 16), side | flags.AlignVCenter, _short(value))

    def _line(self, painter: QPainter, which: int, pen: QPen) -> None:
        """One of the two lines, with a gap where a number is not finite."""
        painter.setPen(pen)
        run: list[QPointF] = []
        for point in (*self.points, (0.0, None, None)):
            y = point[which]
            if y is not None and isfinite(y):
                run.append(self._at(point[0], y))
                continue
            if len(run) > 1:
                painter.drawPolyline(QPolygonF(run))
            run = []

    def _dots(self, painter: QPainter) -> None:
        if self.here is None:
            return
        step, predicted, actual = self.here
        theme = self._theme
        if predicted is not None and isfinite(predicted):
            painter.setPen(QPen(QColor(theme.backward), 2))
            painter.setBrush(QColor(theme.surface))
            painter.drawEllipse(self._at(step, predicted), 5, 5)
        if actual is not None and isfinite(actual):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.ink))
            painter.drawEllipse(self._at(step, actual), 4, 4)


def _short(value: float) -> str:
    """A number for the end of an axis, with its sign."""
    sign = "+" if value > 0 else ""
    return sign + numbers.compact(value, 8)
