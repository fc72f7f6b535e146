"""A card above the window that asks one thing: Esc, a click beside it, or its answer close it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from graphscope.gui.desk import Desk
from graphscope.gui.widgets.veil import dim

WIDTH = 640
TOP = 72
"""Pixels above the card."""
EDGE = 24
"""The least space left and right of the card, and below it."""
RADIUS = 12
SHADOW = 24


class Overlay(QWidget):
    """Covers its window; the keyboard is its own while it is there, and goes back to where it was afterwards.

    Signals:
        closed: it is gone.
    """

    closed = Signal()

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self.desk, self.window_behind = desk, window
        self._before = window.focusWidget()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.card = QFrame(self)
        self.card.setObjectName("overlay")
        self.column = QVBoxLayout(self.card)
        self.column.setContentsMargins(8, 8, 8, 8)
        self.column.setSpacing(8)
        self.retheme()
        desk.look_changed.connect(self.close)
        window.installEventFilter(self)

    def retheme(self) -> None:
        """Take the colours of the theme."""
        theme = self.desk.theme
        self.card.setStyleSheet(
            f"#overlay {{ background: {theme.surface}; border: 1px solid {theme.line};"
            f" border-radius: {RADIUS}px; }} #overlay QLabel {{ background: transparent; }}"
        )

    # ---- coming and going ---------------------------------------------------------------------------------

    def open(self) -> None:
        """Show it above everything in the window."""
        self.place()
        self.show()
        self.raise_()

    def place(self) -> None:
        """Cover the window; the card stands in the middle of its upper part."""
        window = self.window_behind
        self.setGeometry(window.rect())
        width = min(WIDTH, self.width() - 2 * EDGE)
        self.card.setFixedWidth(width)
        room = self.height() - TOP - EDGE
        height = min(self.card.sizeHint().height(), room)
        self.card.setGeometry((self.width() - width) // 2, TOP, width, height)
        self.update()  # its shadow lies outside it: what it covered before must be painted too

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QEvent) -> None:
        super().closeEvent(event)  # type: ignore[arg-type]
        window = self.window_behind
        window.removeEventFilter(self)
        self.desk.look_changed.disconnect(self.close)
        if self._before is not None and self.isAncestorOf(window.focusWidget() or self):
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    # ---- keys and mouse -----------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # no command is started behind it
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        event.accept()

    def focusNextPrevChild(self, onward: bool) -> bool:
        """Tab stays within the card."""
        stops = [
            each
            for each in self.card.findChildren(QWidget)
            if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisible() and each.isEnabled()
        ]
        if not stops:
            return False
        focus = self.window().focusWidget()
        at = stops.index(focus) if focus in stops else -1
        reason = Qt.FocusReason.TabFocusReason if onward else Qt.FocusReason.BacktabFocusReason
        stops[(at + (1 if onward else -1)) % len(stops)].setFocus(reason)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close()

    # ---- look ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The window behind, a little paler, and the soft shadow of the card."""
        theme = self.desk.theme
        with QPainter(self) as painter:
            dim(painter, self.rect(), theme)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 8 if theme.dark else 2))
            for grow in range(SHADOW, 0, -1):
                area = QRectF(self.card.geometry()).adjusted(-grow, 8 - grow, grow, 8 + grow)
                painter.drawRoundedRect(area, RADIUS + grow, RADIUS + grow)
