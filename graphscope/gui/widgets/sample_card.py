"""The card of a sample model: its graph in small, its name, what it teaches, and how long that takes."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from graphscope.app.samples import Sample
from graphscope.gui import fonts
from graphscope.gui.widgets import miniature
from graphscope.gui.widgets.miniature import Miniature
from graphscope.view.palette import THEMES, Theme
from graphscope.view.text import Text

Form = Literal["row", "tile"]
SIZES: dict[Form, QSize] = {"row": QSize(264, 104), "tile": QSize(288, 208)}
LEVELS = {"learn": "Learn", "practice": "Practice"}
MOVES = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Home: "first",
    Qt.Key.Key_End: "last",
}


class SampleCard(QAbstractButton):
    """A button of two forms: low, for a strip, and tall, for a page.

    Signals:
        moved: an arrow key was pressed: left, right, up, down, first or last.
    """

    moved = Signal(str)

    def __init__(self, sample: Sample, *, start: bool) -> None:
        super().__init__()
        self.sample = sample
        self._starts = start
        self._form: Form = "tile"
        self._theme: Theme = THEMES["light"]
        self._drawn: Miniature | None = None
        self._title = self._teaches = self._facts = self._chip = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_form("tile")

    def set_form(self, form: Form) -> None:
        """Low or tall."""
        self._form = form
        self.setFixedSize(SIZES[form])
        self.update()

    def set_miniature(self, drawn: Miniature) -> None:
        """The graph in small."""
        self._drawn = drawn
        self.update()

    def tell(self, text: Text) -> None:
        """In these words."""
        sample = self.sample
        self._title, self._teaches = sample.title[text.language], sample.teaches[text.language]
        level = text(LEVELS.get(sample.level, sample.level))
        self._facts = f"{level} · {text('{n} min', n=sample.minutes)}"
        self._chip = text("Start here") if self._starts else ""
        self.setAccessibleName(text("Open {sample}", sample=self._title))
        self.setAccessibleDescription(f"{self._teaches}. {self._facts}")
        self.setToolTip("")
        self.update()

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self.update()

    # ---- keys ----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in MOVES:
            self.moved.emit(MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    # ---- painting ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, area = self._theme, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            hot = self.underMouse() or self.isDown()
            edge = theme.positive if self.hasFocus() else theme.faint if hot else theme.line
            painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() else 1))
            painter.setBrush(QColor(theme.raised if self.isDown() else theme.surface))
            painter.drawRoundedRect(area, 10, 10)
            picture, words = self._parts(area)
            self._paint_picture(painter, picture)
            self._paint_words(painter, words)

    def _parts(self, area: QRectF) -> tuple[QRectF, QRectF]:
        """Where the picture and where the words are."""
        if self._form == "row":
            return QRectF(9, 9, 80, area.height() - 16), area.adjusted(104, 12, -12, -10)
        picture = QRectF(area.x() + 8, area.y() + 8, area.width() - 16, 88)
        return picture, area.adjusted(16, 108, -16, -12)

    def _paint_picture(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.canvas))
        painter.drawRoundedRect(area, 6, 6)
        if self._drawn is not None:
            miniature.paint(painter, self._drawn, area.adjusted(6, 6, -6, -6), self._theme)

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        theme, left = self._theme, Qt.AlignmentFlag.AlignLeft
        painter.setPen(QColor(theme.ink))
        painter.setFont(fonts.text_font(14, QFont.Weight.DemiBold))
        chip = self._paint_chip(painter, area) if self._chip else 0.0
        shown = painter.fontMetrics().elidedText(
            self._title, Qt.TextElideMode.ElideRight, int(area.width() - chip)
        )
        painter.drawText(
            QRectF(area.x(), area.y(), area.width(), 20), left | Qt.AlignmentFlag.AlignVCenter, shown
        )
        painter.setFont(fonts.text_font(fonts.SMALL))
        painter.setPen(QColor(theme.muted))
        lines = QRectF(area.x(), area.y() + 24, area.width(), area.height() - 44)
        wrap = left | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(lines, wrap, self._teaches)
        painter.setFont(fonts.text_font(11))
        painter.drawText(area, left | Qt.AlignmentFlag.AlignBottom, self._facts)

    def _paint_chip(self, painter: QPainter, area: QRectF) -> float:
        """“Start here”, at the right end of the title; how much room it takes."""
        painter.save()
        painter.setFont(fonts.text_font(11, QFont.Weight.Medium))
        width = painter.fontMetrics().horizontalAdvance(self._chip) + 16
        chip = QRectF(area.right() - width, area.y() + 1, width, 18)
        if self._form == "row":
            chip.moveTopLeft(QRectF(area.right() - width, area.bottom() - 17, width, 18).topLeft())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.accent_soft))
        painter.drawRoundedRect(chip, 9, 9)
        painter.setPen(QColor(self._theme.ink))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, self._chip)
        painter.restore()
        return 0.0 if self._form == "row" else width + 8
