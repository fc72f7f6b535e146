"""Makes a window paler while a dialog lies before it; clicks go through."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from graphscope.view.palette import Theme

SHADE = 0.35
"""How much of the window's colour lies over what is behind."""


def dim(painter: QPainter, area: QRect, theme: Theme) -> None:
    """Let what is there show only faintly."""
    veil = QColor(theme.window)
    veil.setAlphaF(SHADE)
    painter.fillRect(area, veil)


class Veil(QWidget):
    """Covers a window, however large it becomes."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        window.installEventFilter(self)

    def cover(self, *, covered: bool) -> None:
        """Lie over the window, or no longer."""
        if covered:
            self.setGeometry(self.window().rect())
            self.raise_()
        self.setVisible(covered)

    def retheme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self.window().rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            dim(painter, self.rect(), self._theme)
