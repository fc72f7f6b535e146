"""The pill in the toolbar: iteration, phase and step in one line."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from graphscope.gui import fonts
from graphscope.view.palette import THEMES, Theme


class Pill(QWidget):
    """One line of text on a rounded ground; violet in the backward phase."""

    PADDING = 14
    HEIGHT = 28

    def __init__(self) -> None:
        super().__init__()
        self._told = ""
        self._backward = False
        self._theme: Theme = THEMES["light"]

    def tell(self, told: str, *, backward: bool) -> None:
        """Show a text."""
        self._told, self._backward = told, backward
        self.setAccessibleName(told)
        self.setToolTip(told)
        self.updateGeometry()
        self.update()

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self.update()

    def _font(self) -> QFont:
        return fonts.text_font(fonts.SMALL, QFont.Weight.DemiBold)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._font()).horizontalAdvance(self._told)
        return QSize(width + 2 * self.PADDING if self._told else 0, self.HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._told:
            return
        ground = self._theme.backward_soft if self._backward else self._theme.accent_soft
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            area = QRectF(0, (self.height() - self.HEIGHT) / 2, self.width(), self.HEIGHT)
            painter.drawRoundedRect(area, self.HEIGHT / 2, self.HEIGHT / 2)
            painter.setPen(QColor(self._theme.backward if self._backward else self._theme.ink))
            painter.setFont(self._font())
            shown = painter.fontMetrics().elidedText(
                self._told, Qt.TextElideMode.ElideRight, self.width() - self.PADDING
            )
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)
