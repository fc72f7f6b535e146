"""A gentle line on the graph that says which key to press first."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from graphscope.gui import fonts
from graphscope.view.palette import THEMES, Theme


class Coach(QWidget):
    """A sentence with a key drawn in it, at the lower middle of its parent; the mouse goes through it."""

    MARK = "{key}"
    HEIGHT = 48
    ABOVE = 24

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._before = self._key = self._after = ""
        self._theme: Theme = THEMES["light"]
        self._canvas = parent
        self.hide()
        parent.installEventFilter(self)

    def tell(self, sentence: str, key: str) -> None:
        """Show a sentence; the key stands where it says ``{key}``."""
        self._before, _, self._after = sentence.partition(self.MARK)
        self._key = key
        self.setAccessibleName(sentence.replace(self.MARK, key))
        self._place()
        self.update()

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _font(self) -> QFont:
        return fonts.text_font(fonts.LARGE, QFont.Weight.Medium)

    def _widths(self) -> tuple[float, float, float]:
        metrics = QFontMetricsF(self._font())
        key = max(36.0, metrics.horizontalAdvance(self._key) + 20)
        return metrics.horizontalAdvance(self._before), key, metrics.horizontalAdvance(self._after)

    def sizeHint(self) -> QSize:
        return QSize(int(sum(self._widths())) + 56, self.HEIGHT)

    def _place(self) -> None:
        size, parent = self.sizeHint(), self._canvas
        self.setGeometry(
            (parent.width() - size.width()) // 2,
            parent.height() - size.height() - self.ABOVE,
            size.width(),
            size.height(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.setBrush(QColor(theme.surface))
            area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
            painter.setFont(self._font())
            self._write(painter)

    def _write(self, painter: QPainter) -> None:
        before, key, after = self._widths()
        left, height = 24.0, float(self.height())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(self._theme.ink))
        painter.drawText(QRectF(left, 0, before + 4, height), middle, self._before)
        cap = QRectF(left + before + 4, height / 2 - 14, key, 28)
        painter.setBrush(QColor(self._theme.accent_soft))
        painter.setPen(QPen(QColor(self._theme.faint), 1))
        painter.drawRoundedRect(cap, 6, 6)
        painter.setPen(QColor(self._theme.ink))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        painter.drawText(QRectF(cap.right() + 4, 0, after + 8, height), middle, self._after)
