"""What stands beside code: breakpoints to click on, the numbers of the lines, and the signs of steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextBlock,
)
from PySide6.QtWidgets import QToolTip, QWidget

if TYPE_CHECKING:
    from graphscope.gui.widgets.code_view import CodeView

DOT = 9
"""The diameter of a breakpoint in pixels."""
SIDE = 20
"""The width of the columns of breakpoints and of the signs of steps."""


@dataclass(frozen=True)
class Marks:
    """What is marked beside the lines, by their numbers from 1.

    Args:
        here: the line of the step that just ran, ``sign`` its phase, ``back`` whether that is backward.
        ahead: the line of the step that comes next.
        chosen: the line of what is selected.
        stops: lines with a breakpoint; ``idle`` those whose breakpoint is switched off.
        active: lines that make something.
    """

    here: int | None = None
    sign: str = ""
    back: bool = False
    ahead: int | None = None
    ahead_sign: str = ""
    ahead_back: bool = False
    chosen: int | None = None
    stops: frozenset[int] = frozenset()
    idle: frozenset[int] = frozenset()
    active: frozenset[int] = frozenset()


class Gutter(QWidget):
    """Beside the code: breakpoints to click on, numbers, and the signs of steps."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view
        self._over: int | None = None
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        digits = max(2, len(str(self._view.blockCount())))
        wide = QFontMetrics(self._view.font()).horizontalAdvance("0") * digits
        return QSize(SIDE + 2 + wide + SIDE, 0)

    # ---- mouse ---------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self._view.line_at(event.position().toPoint().y())
        if event.button() == Qt.MouseButton.LeftButton and line is not None:
            self._view.stop_wanted.emit(line)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._view.line_at(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, line: int | None) -> None:
        self._view.point_at(line or 0)
        if line != self._over:
            self._over = line
            stops = line in self._view.marks.active
            self.setCursor(Qt.CursorShape.PointingHandCursor if stops else Qt.CursorShape.ArrowCursor)
            self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            line = self._view.line_at(event.pos().y())
            QToolTip.showText(event.globalPos(), self._view.tip(line) if line is not None else "", self)
            return True
        return super().event(event)

    # ---- painting ------------------------------------------------------------------------------------------

    def paintEvent(self, _: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self._view.font())
            block = self._view.firstVisibleBlock()
            while block.isValid():
                place = self._view.place(block.blockNumber() + 1)
                if place.top() > self.height():
                    break
                self._paint_line(painter, block, place)
                block = block.next()

    def _paint_line(self, painter: QPainter, block: QTextBlock, place: QRect) -> None:
        line, marks, theme = block.blockNumber() + 1, self._view.marks, self._view.theme
        self._paint_stop(painter, line, place)
        near = line in (marks.here, marks.chosen)
        ink = theme.ink if near else theme.muted if line in marks.active else theme.faint
        painter.setPen(QColor(ink))
        numbers = QRect(SIDE + 2, place.top(), self.width() - 2 * SIDE - 2, place.height())
        painter.drawText(numbers, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line))
        signs = QRect(self.width() - SIDE, place.top(), SIDE, place.height())
        if line == marks.here:
            painter.setPen(QColor(self._view.ink(back=marks.back)))
            painter.drawText(signs, Qt.AlignmentFlag.AlignCenter, marks.sign)
        elif line == marks.ahead:
            painter.setPen(QColor(self._view.ink(back=marks.ahead_back)))
            painter.drawText(signs, Qt.AlignmentFlag.AlignCenter, marks.ahead_sign)

    def _paint_stop(self, painter: QPainter, line: int, place: QRect) -> None:
        """A breakpoint is a red dot, hollow where it is switched off; a faint ring says that there can be one."""
        marks, theme = self._view.marks, self._view.theme
        hover = line == self._over and line in marks.active
        if line not in marks.stops | marks.idle and not hover:
            return
        set_here = line in marks.stops | marks.idle
        painter.setPen(QPen(QColor(theme.alarm if set_here else theme.faint), 1.5))
        painter.setBrush(QColor(theme.alarm) if line in marks.stops else Qt.BrushStyle.NoBrush)
        middle = QRectF(place).center()
        painter.drawEllipse(QRectF((SIDE - DOT) / 2, middle.y() - DOT / 2, DOT, DOT))
