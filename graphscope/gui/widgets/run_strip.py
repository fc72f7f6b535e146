"""The strip in the status bar while a free run goes on: how far, how fast, the loss, and a button that stops it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from graphscope.gui import fonts
from graphscope.service.tasks.free_run import Progress
from graphscope.view.numbers import number
from graphscope.view.palette import THEMES, Theme
from graphscope.view.text import Text

WIDTH, HEIGHT = 120, 6


class _Bar(QWidget):
    """How much is done, where it is known how much there is."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = THEMES["light"]
        self.share = 0.0

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        area = QRectF(0, (self.height() - HEIGHT) / 2, self.width(), HEIGHT)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            for width, ink in ((1.0, self.theme.line), (self.share, self.theme.accent)):
                painter.setBrush(QColor(ink))
                done = QRectF(area)
                done.setWidth(area.width() * width)
                painter.drawRoundedRect(done, HEIGHT / 2, HEIGHT / 2)


class RunStrip(QWidget):
    """Tells the newest progress."""

    def __init__(self) -> None:
        super().__init__()
        self._bar, self.told, self.stop = _Bar(), QLabel(), QPushButton()
        self.told.setFont(fonts.number_font(fonts.SMALL))
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.stop.setObjectName("link")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(12)
        for widget in (self._bar, self.told, self.stop):
            row.addWidget(widget)
        self.hide()

    def tell(self, progress: Progress, text: Text) -> None:
        """Show how far the run has come."""
        self._bar.setVisible(progress.target is not None)
        self._bar.share = progress.done / progress.target if progress.target else 0.0
        self._bar.update()
        self.told.setText(sentence(progress, text))
        self.setAccessibleName(self.told.text())
        self.show()

    def retell(self, text: Text, theme: Theme) -> None:
        """Other words or colours."""
        self._bar.theme = theme
        self.stop.setText(text("Stop"))
        self.stop.setToolTip(text("End the free run with the iteration that is being computed") + " (Esc)")


def sentence(progress: Progress, text: Text) -> str:
    """How far, how fast, and the loss, in one line."""
    done = f"{progress.done:,}"
    parts = [
        text("{n} iterations", n=done)
        if progress.target is None
        else text("{n} of {all} iterations", n=done, all=f"{progress.target:,}")
    ]
    if progress.speed is not None:
        parts.append(text("{n} a second", n=_speed(progress.speed)))
    if progress.loss is not None:
        parts.append(text("loss {loss}", loss=number(progress.loss)))
    return " · ".join(parts)


def _speed(speed: float) -> str:
    return f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}"
