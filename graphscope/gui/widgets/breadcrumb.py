"""The ladder Layer ▸ Operation ▸ Kernel ▸ Device: the same step at four depths, always in sight."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QWidget

from graphscope.gui import fonts
from graphscope.service.requests import DEPTHS, Depth
from graphscope.view.palette import THEMES, Theme
from graphscope.view.text import Text

TITLES: Mapping[Depth, str] = {
    "layer": "Layer",
    "operation": "Operation",
    "kernel": "Kernel",
    "device": "Device",
}
TIPS: Mapping[Depth, str] = {
    "layer": "The layer that you wrote, and what this step does in it",
    "operation": "The operation in the graph: its formula and its numbers",
    "kernel": "The arithmetic inside: every call that the kernel makes",
    "device": "What computes these numbers",
}


class Crumb(QAbstractButton):
    """One depth: a small caption and what stands there now."""

    CAPTION, VALUE, MARGIN = 11, 13, 12
    SLACK = 6
    """Letters are a little wider on the screen than Qt measures them without one."""

    def __init__(self, depth: Depth) -> None:
        super().__init__()
        self.rung: Depth = depth
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._caption, self._value = "", ""
        self._theme: Theme = THEMES["light"]

    def tell(self, caption: str, value: str) -> None:
        """Show a caption and a value."""
        self._caption, self._value = caption, value
        self.setAccessibleName(f"{caption}: {value}")
        self.updateGeometry()
        self.update()

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        caption = QFontMetrics(fonts.text_font(self.CAPTION)).horizontalAdvance(self._caption)
        value = QFontMetrics(self._value_font()).horizontalAdvance(self._value)
        return QSize(min(max(caption, value), 260) + 2 * self.MARGIN + self.SLACK, 40)

    def minimumSizeHint(self) -> QSize:
        return QSize(56, 40)

    def _value_font(self) -> QFont:
        return fonts.text_font(self.VALUE, QFont.Weight.Medium)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, area = self._theme, QRectF(self.rect()).adjusted(0.5, 2.5, -0.5, -2.5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.isChecked() or self.underMouse() or self.hasFocus():
                edge = theme.positive if self.hasFocus() else theme.line
                painter.setPen(
                    QPen(QColor(edge), 1) if self.isChecked() or self.hasFocus() else Qt.PenStyle.NoPen
                )
                painter.setBrush(QColor(theme.surface if self.isChecked() else theme.accent_soft))
                painter.drawRoundedRect(area, 8, 8)
            self._write(painter, area.adjusted(self.MARGIN, 3, -self.MARGIN, -3))

    def _write(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(QColor(self._theme.muted))
        painter.setFont(fonts.text_font(self.CAPTION))
        self._write_line(painter, area, self._caption, Qt.AlignmentFlag.AlignTop)
        painter.setPen(QColor(self._theme.ink))
        painter.setFont(self._value_font())
        self._write_line(painter, area, self._value, Qt.AlignmentFlag.AlignBottom)

    def _write_line(self, painter: QPainter, area: QRectF, told: str, edge: Qt.AlignmentFlag) -> None:
        """One line at an edge, shortened where it has no room."""
        room = int(area.width()) + 1
        shown = painter.fontMetrics().elidedText(told, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, edge | Qt.AlignmentFlag.AlignLeft, shown)


class Breadcrumb(QWidget):
    """Four crumbs; the checked one is the depth that Explain shows.

    Signals:
        chosen: a depth was clicked.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.crumbs: dict[Depth, Crumb] = {depth: Crumb(depth) for depth in DEPTHS}
        self._arrows: list[QLabel] = []
        for depth, crumb in self.crumbs.items():
            if depth != DEPTHS[0]:
                self._arrows.append(QLabel("▸"))
                row.addWidget(self._arrows[-1])
            row.addWidget(crumb)
            crumb.clicked.connect(self._clicked)
        row.addStretch(1)
        self.show_depth("operation")

    def _clicked(self) -> None:
        crumb = self.sender()
        if isinstance(crumb, Crumb):
            self.show_depth(crumb.rung)
            self.chosen.emit(crumb.rung)

    def show_depth(self, depth: Depth) -> None:
        """Mark the depth that is shown."""
        for each, crumb in self.crumbs.items():
            crumb.setChecked(each == depth)

    def tell(self, text: Text, told: Mapping[Depth, str]) -> None:
        """Show what stands at each depth now."""
        for depth, crumb in self.crumbs.items():
            crumb.tell(text(TITLES[depth]), told[depth])
            crumb.setToolTip(f"{text(TITLES[depth])}: {told[depth]}\n{text(TIPS[depth])}")

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        for crumb in self.crumbs.values():
            crumb.retheme(theme)
        for arrow in self._arrows:
            arrow.setStyleSheet(f"color: {theme.faint};")
