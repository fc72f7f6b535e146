"""A picture of a chip: its cores as blocks and dots, few and large or thousands and small."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from graphscope.view.device import Chip, grid
from graphscope.view.palette import THEMES, Theme, mix

HEIGHT = 116
EDGE, BAND = 7.0, 9.0
"""Pixels around the blocks, and of the memory that they share."""
ROUND = 6.0


class ChipPicture(QWidget):
    """Draws a chip as large as there is room; one that is not in the computer is drawn faintly."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chip, self._theme, self._absent = Chip(1, 1), THEMES["light"], False
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, chip: Chip, *, absent: bool = False) -> None:
        """Draw this chip from now on."""
        self._chip, self._absent = chip, absent
        self.update()

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(288, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(self._pen(self._theme.line))
            painter.setBrush(QColor(self._theme.raised))
            painter.drawRoundedRect(area, ROUND, ROUND)
            self._paint(painter, area.adjusted(EDGE, EDGE, -EDGE, -EDGE))

    def _pen(self, colour: str) -> QPen:
        pen = QPen(QColor(colour), 1)
        pen.setStyle(Qt.PenStyle.DashLine if self._absent else Qt.PenStyle.SolidLine)
        return pen

    def _paint(self, painter: QPainter, area: QRectF) -> None:
        """The blocks, row by row, and the memory that they share."""
        chip, theme = self._chip, self._theme
        if chip.cache:
            band = QRectF(area.left(), area.bottom() - BAND, area.width(), BAND)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mix(theme.raised, theme.ink, 0.18)))
            painter.drawRoundedRect(band, 2, 2)
            area = area.adjusted(0, 0, 0, -BAND - EDGE)
        columns, rows = grid(chip.blocks, area.width() / area.height())
        wide, high = area.width() / columns, area.height() / rows
        gap = max(1.5, min(6.0, 0.18 * min(wide, high)))
        for number in range(chip.blocks):
            row, column = divmod(number, columns)
            block = QRectF(area.left() + column * wide, area.top() + row * high, wide, high)
            self._paint_block(painter, block.adjusted(gap / 2, gap / 2, -gap / 2, -gap / 2))

    def _paint_block(self, painter: QPainter, block: QRectF) -> None:
        """A core with its threads, or a multiprocessor with its cores."""
        theme, few = self._theme, self._chip.dots <= 8
        painter.setPen(self._pen(theme.line if self._absent else theme.muted) if few else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(block, 4 if few else 1.5, 4 if few else 1.5)
        self._paint_dots(painter, block, few=few)

    def _paint_dots(self, painter: QPainter, block: QRectF, *, few: bool) -> None:
        dots = self._chip.dots
        columns, rows = grid(dots, block.width() / block.height())
        wide, high = block.width() / columns, block.height() / rows
        side = min(wide, high) * (0.5 if few else 0.62)
        painter.setPen(Qt.PenStyle.NoPen)
        theme = self._theme
        painter.setBrush(QColor(theme.faint if self._absent else mix(theme.ink, theme.surface, 0.25)))
        for number in range(dots):
            row, column = divmod(number, columns)
            middle = QPointF(block.left() + (column + 0.5) * wide, block.top() + (row + 0.5) * high)
            dot = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
            painter.drawRoundedRect(dot, side / 5, side / 5) if few else painter.drawRect(dot)
