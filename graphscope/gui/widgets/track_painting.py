"""Draws the strip of the run: names, ruler, steps told apart by fill and outline, problems, play-head."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPen, QPolygonF

from graphscope.engine.step import Phase, Step
from graphscope.gui import fonts
from graphscope.gui.canvas.painting import paint
from graphscope.view.palette import Theme, ink_on, mix
from graphscope.view.picture.look import Look
from graphscope.view.picture.stops import StopMark, draw_stop
from graphscope.view.text import Text
from graphscope.view.timeline import Bar, Laps, Scale, bars, ticks

RULER = 24.0
ROW = 22.0
HEIGHT = 18.0
"""Of a step."""
STOP = 20.0
"""The middle of the mark of a breakpoint, from the top."""
APART = 6.0
"""Pixels between two of them at least."""
BOTTOM = 98
ROWS: Mapping[Phase, int] = {"prepare": 0, "forward": 0, "backward": 1, "update": 2}
ROOM = 6.0
"""Pixels of a step left and right of its name, together."""


@dataclass(frozen=True)
class View:
    """What all parts of the strip are drawn with.

    Args:
        titles: short names of a step, the shorter ones last.
        iteration: the name of an iteration.
        left: where the tracks begin.
    """

    theme: Theme
    labels: Sequence[str]
    titles: Callable[[Step], Sequence[str]]
    iteration: Callable[[int], str]
    left: float
    scale: Scale

    def x(self, position: float) -> float:
        """Where a position lies in the widget."""
        return self.left + self.scale.x(position)

    @property
    def right(self) -> float:
        """Where the tracks end."""
        return self.left + self.scale.width

    def strong(self, phase: Phase) -> str:
        """The colour of what is done in a phase."""
        return self.theme.backward if phase == "backward" else self.theme.muted

    def soft(self, phase: Phase) -> str:
        """The colour of what is known but lies ahead."""
        return self.theme.backward_soft if phase == "backward" else self.theme.accent_soft


def row_top(row: int) -> float:
    """Where the steps of a track begin."""
    return RULER + 2 + row * ROW


def labels(painter: QPainter, view: View) -> None:
    """The names of the tracks."""
    painter.setFont(fonts.text_font(fonts.SMALL))
    for row, label in enumerate(view.labels):
        painter.setPen(QColor(view.theme.backward if row == ROWS["backward"] else view.theme.muted))
        area = QRectF(16, row_top(row), view.left - 24, HEIGHT)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, label)


def ruler(painter: QPainter, view: View, laps: Laps, handle: QRectF) -> None:
    """Where each iteration begins; its name makes room for the handle."""
    painter.setFont(fonts.text_font(11))
    for tick in ticks(view.scale, laps):
        x = round(view.x(tick.position)) + 0.5
        painter.setPen(QPen(QColor(view.theme.line), 1))
        if x >= view.left - 1:
            painter.drawLine(QPointF(x, 4), QPointF(x, row_top(2) + HEIGHT))
        painter.setPen(QColor(view.theme.muted))
        told = view.iteration(tick.iteration)
        name = QRectF(max(x, view.left) + 6, 0, painter.fontMetrics().horizontalAdvance(told) + 2, RULER - 2)
        if name.intersects(handle):
            name.moveLeft(handle.right() + 6)
        if name.right() <= view.right:
            painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, told)


def tracks(painter: QPainter, view: View, laps: Laps, position: int, reached: int) -> None:
    """Every step in sight."""
    painter.setFont(fonts.text_font(11))
    for bar in bars(laps, position, max(reached, position), view.scale):
        _bar(painter, view, bar, just_ran=bar.single and bar.end == position)


def _bar(painter: QPainter, view: View, bar: Bar, *, just_ran: bool) -> None:
    area = QRectF(view.x(bar.start) + 1, row_top(ROWS[bar.phase]), 0, HEIGHT)
    area.setRight(max(view.x(bar.end) - 1, area.left() + 0.5))
    pen, fill, ink = _style(view, bar)
    painter.setPen(pen)
    painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
    inset = pen.widthF() / 2 if pen.style() != Qt.PenStyle.NoPen else 0
    radius = min(4.0, area.width() / 3)
    painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), radius, radius)
    if not bar.single:
        return
    mark = "▶ " if just_ran else "▷ " if bar.state == "next" else ""
    inside = QRectF(area)
    inside.setLeft(max(area.left(), view.left))
    inside.setRight(min(area.right(), view.right))
    shown = fitting(painter.fontMetrics(), mark, view.titles(bar.step), inside.width() - ROOM)
    painter.setPen(QColor(ink))
    painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, shown)


def fitting(metrics: QFontMetrics, mark: str, titles: Sequence[str], width: float) -> str:
    """The mark and the longest name of a step that there is room for: whole, or none; its tip has all of it."""
    told = (*(f"{sign}{title}" for title in titles for sign in dict.fromkeys((mark, ""))), mark.strip())
    return next((each for each in told if metrics.horizontalAdvance(each) <= width), "")


def _style(view: View, bar: Bar) -> tuple[QPen, str, str]:
    """Outline, fill and ink: done is full, next has a thick outline, known a thin one, ahead a dashed one."""
    theme, strong = view.theme, view.strong(bar.phase)
    if bar.state == "done":
        return QPen(Qt.PenStyle.NoPen), strong, ink_on(strong)
    if bar.state == "next":
        return QPen(QColor(theme.backward if bar.phase == "backward" else theme.accent), 2), "", theme.ink
    if bar.state == "known":
        return QPen(QColor(strong), 1), view.soft(bar.phase), theme.ink
    pen = QPen(QColor(strong if theme.name == "contrast" else mix(theme.surface, strong, 0.55)), 1)
    pen.setDashPattern([3, 3])
    return pen, "", theme.muted


def problems(painter: QPainter, view: View, found: Mapping[int, str]) -> None:
    """A red mark on the ruler above each step that something is wrong with."""
    for position in found:
        x = view.x(position - 0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(view.theme.alarm))
        painter.drawPolygon(QPolygonF([QPointF(x, 8), QPointF(x + 8, 22), QPointF(x - 8, 22)]))
        painter.setPen(QColor(ink_on(view.theme.alarm)))
        painter.setFont(fonts.text_font(11, QFont.Weight.DemiBold))
        painter.drawText(QRectF(x - 8, 9, 16, 14), Qt.AlignmentFlag.AlignCenter, "!")


def stops(painter: QPainter, view: View, marks: Mapping[int, StopMark]) -> None:
    """The mark of a breakpoint below the ruler wherever one would have stopped; of those too close the first."""
    look, before = Look(view.theme, Text()), -APART
    for position in sorted(marks):
        x = view.x(position)
        if x - before < APART or not view.left - 1 <= x <= view.right + 1:
            continue
        before = x
        painter.save()
        painter.translate(x, STOP)
        painter.scale(0.75, 0.75)
        paint(painter, draw_stop(marks[position], 0, 0, look))
        painter.restore()


def ghost(painter: QPainter, view: View, position: int) -> None:
    """A faint line where a click would lead."""
    x = round(view.x(position)) + 0.5
    painter.setPen(QPen(QColor(view.theme.faint), 1))
    painter.drawLine(QPointF(x, RULER), QPointF(x, row_top(2) + HEIGHT))


def handle(view: View, x: float, position: int) -> QRectF:
    """Where the handle of the play-head is; it stays inside the strip."""
    width = max(28.0, QFontMetricsF(_handle_font()).horizontalAdvance(str(position)) + 14)
    right = view.right + 14
    return QRectF(min(max(x - width / 2, view.left - 14), right - width), 3, width, 18)


def head(painter: QPainter, view: View, x: float, position: int, *, focus: bool) -> None:
    """The play-head: a line between two steps, and a handle with the position."""
    theme = view.theme
    bottom = row_top(2) + HEIGHT + 2
    painter.setPen(QPen(QColor(theme.surface), 5))
    painter.drawLine(QPointF(x, RULER - 2), QPointF(x, bottom))
    painter.setPen(QPen(QColor(theme.accent), 2))
    painter.drawLine(QPointF(x, RULER - 6), QPointF(x, bottom))
    painter.setPen(QPen(QColor(theme.positive if focus else theme.surface), 2))
    painter.setBrush(QColor(theme.accent))
    area = handle(view, x, position)
    painter.drawRoundedRect(area, 9, 9)
    painter.setPen(QColor(ink_on(theme.accent)))
    painter.setFont(_handle_font())
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(position))


def _handle_font() -> QFont:
    return fonts.number_font(11, QFont.Weight.Bold)
