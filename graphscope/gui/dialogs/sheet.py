"""A dialog beside the window: it stays open while one goes on working, and Esc closes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QCloseEvent, QColor, QFont, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from graphscope.gui import fonts
from graphscope.gui.desk import Desk
from graphscope.gui.widgets.veil import Veil
from graphscope.view.palette import Theme, mix
from graphscope.view.text import Text

MARGIN = 24
GAP = 16
BORDER = 1
AROUND = QSize(64, 64)
LEAST = 0.75
"""So much of its size it has beside a small window too."""


class Sheet(QDialog):
    """Base of the dialogs that are windows of their own.

    A subclass puts its content together in ``fill``, which is called anew when words or colours change.

    Class attributes:
        SIZE: how large it is where the screen has the room.
        DIMS: whether the window behind it is paler as long as one does not work there.
    """

    SIZE: ClassVar[QSize] = QSize(640, 560)
    DIMS: ClassVar[bool] = True

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self.desk, self._window = desk, window
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(BORDER, BORDER, BORDER, BORDER)
        self.body = QWidget()
        self._veil = Veil(window, desk.theme)
        self._refill()
        self._place()
        desk.look_changed.connect(self._refill)
        window.installEventFilter(self)

    def fill(self, text: Text) -> None:
        """Put the content into ``self.body``, and give it a window title."""
        raise NotImplementedError

    def _refill(self) -> None:
        focus = self.focusWidget()
        kept = focus.objectName() if focus is not None else ""
        self._outer.removeWidget(self.body)
        self._veil.retheme(self.desk.theme)
        self.body.hide()
        self.body.deleteLater()
        self.body = QWidget()
        self._outer.addWidget(self.body)
        self.fill(self.desk.text)
        again = self.body.findChild(QWidget, kept) if kept else None
        if isinstance(again, QWidget):
            again.setFocus()

    def _place(self) -> None:
        """In the middle of the window, and within the screen; something of the window shows around it."""
        window, room = self._window, self._window.screen().availableGeometry().size()
        around = (window.size() - AROUND).expandedTo(self.SIZE * LEAST)
        size = self.SIZE.boundedTo(around).boundedTo(room * 0.9)
        self.resize(size)
        centre = window.frameGeometry().center()
        self.move(centre.x() - size.width() // 2, max(0, centre.y() - size.height() // 2))

    # ---- look ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """An edge of its own: where no window manager draws a frame, it would run into what is behind."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.setPen(QColor(self.desk.theme.faint))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._veil.cover(covered=self.DIMS)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._veil.cover(covered=self.DIMS)

    # ---- going --------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            self.close()
        elif event.type() == QEvent.Type.WindowActivate:
            self._veil.cover(covered=False)  # one works there again
        return super().eventFilter(watched, event)

    def done(self, result: int) -> None:
        """Esc and the buttons close it as its frame does."""
        super().done(result)
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._window.removeEventFilter(self)
        self._veil.hide()
        self._veil.deleteLater()
        self._window.activateWindow()  # keys mean the window again, with or without a window manager


class Sheets:
    """The sheets that are open, so that none opens twice."""

    def __init__(self) -> None:
        self._open: dict[str, Sheet] = {}

    def show(self, name: str, make: Callable[[], Sheet]) -> Sheet:
        """Show a sheet, made only where it is not open yet."""
        sheet = self._open.get(name)
        if sheet is None or not isValid(sheet) or not sheet.isVisible():
            sheet = self._open[name] = make()
        sheet.show()
        sheet.raise_()
        sheet.activateWindow()
        return sheet


# ---- what sheets are made of ------------------------------------------------------------------------------


def title(told: str) -> QLabel:
    """The heading of a sheet."""
    label = QLabel(told)
    label.setFont(fonts.text_font(20, QFont.Weight.DemiBold))
    label.setWordWrap(True)
    return label


def caption(told: str, ink: str) -> QLabel:
    """The heading of a section, in small capitals as in Explain."""
    label = QLabel(told)
    font = fonts.text_font(11, QFont.Weight.DemiBold)
    font.setCapitalization(QFont.Capitalization.AllUppercase)
    font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 108)
    label.setFont(font)
    label.setStyleSheet(f"color: {ink};")
    return label


def quiet(told: str, ink: str) -> QLabel:
    """A remark that may need several lines."""
    label = QLabel(told)
    label.setFont(fonts.text_font(fonts.SMALL))
    label.setStyleSheet(f"color: {ink};")
    label.setWordWrap(True)
    return label


def card(theme: Theme) -> QFrame:
    """A sheet of paper for what belongs together."""
    frame = QFrame()
    frame.setObjectName("card")
    line = theme.line if theme.name == "contrast" else mix(theme.window, theme.line, 0.7)
    frame.setStyleSheet(
        f"#card {{ background: {theme.surface}; border: 1px solid {line}; border-radius: 12px; }}"
    )
    return frame


def buttons(*listed: QPushButton) -> QLayout:
    """Buttons at the lower right, in the order of reading."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for button in listed:
        row.addWidget(button)
    return row
