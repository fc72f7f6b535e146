"""A line to type into and a list of what fits: the palette, “Find a value” and “Go to step”."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QSizePolicy, QWidget

from graphscope.gui import fonts
from graphscope.gui.desk import Desk
from graphscope.gui.dialogs.overlay import Overlay
from graphscope.gui.dialogs.rows import HEIGHT, Row, RowPainter, Rows

SHOWN = 11
"""How many rows are in sight."""
Search = Callable[[str], Sequence[Row]]


class Query(QLineEdit):
    """A line that tells what is typed while a syllable is still being put together.

    Signals:
        asked: the text, with what an input method is composing in its place.
    """

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFont(fonts.text_font(fonts.LARGE))
        self.textChanged.connect(self.asked)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        text, place = self.text(), self.cursorPosition()
        self.asked.emit(text[:place] + event.preeditString() + text[place:])


class List(QListView):
    """As tall as its rows, up to a limit."""

    def sizeHint(self) -> QSize:
        model = self.model()
        return QSize(0, HEIGHT * min(model.rowCount() if model else 0, SHOWN) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, HEIGHT + 2)  # Qt's own is that of a scroll bar, and taller


class Finder(Overlay):
    """Asks ``search`` for rows at each letter; Enter or a click does what the row says.

    Args:
        title: what screen readers call it.
        hint: what stands in the empty line.
        nothing: what is told where nothing fits.
    """

    def __init__(
        self, desk: Desk, window: QWidget, search: Search, *, title: str, hint: str, nothing: str
    ) -> None:
        super().__init__(desk, window)
        self._search = search
        self.query, self.list, self.rows, self.empty = Query(), List(), Rows(), QLabel(nothing)
        self.setAccessibleName(title)
        self.query.setAccessibleName(title)
        self.query.setPlaceholderText(hint)
        self.list.setAccessibleName(title)
        self._arrange()
        self.query.asked.connect(self.ask)
        self.list.clicked.connect(lambda index: self._choose(index.row()))
        self.list.selectionModel().currentChanged.connect(self._announce)
        self.ask("")
        self.query.setFocus(Qt.FocusReason.PopupFocusReason)

    def _arrange(self) -> None:
        view = self.list
        view.setModel(self.rows)
        view.setItemDelegate(RowPainter(self.desk.theme, self))
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setMouseTracking(True)
        view.setUniformItemSizes(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(12, 4, 12, 8)
        for widget in (self.query, view, self.empty):
            self.column.addWidget(widget)

    def ask(self, query: str) -> None:
        """List what fits; the first row is chosen."""
        rows = self._search(query)
        self.rows.show(rows)
        self.list.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.list.updateGeometry()
        self.go_to(0)
        if self.isVisible():
            self.place()

    def go_to(self, place: int) -> None:
        """Choose a row."""
        if len(self.rows):
            self.list.setCurrentIndex(self.rows.index(max(0, min(place, len(self.rows) - 1))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place, last = self.list.currentIndex().row(), len(self.rows) - 1
        key = Qt.Key
        ways = {
            key.Key_Down: 0 if place == last else place + 1,
            key.Key_Up: last if place == 0 else place - 1,
            key.Key_PageDown: place + SHOWN - 1,
            key.Key_PageUp: place - SHOWN + 1,
        }
        if event.key() in ways:
            self.go_to(ways[key(event.key())])
        elif event.key() in (key.Key_Return, key.Key_Enter):
            self._choose(place)
        super().keyPressEvent(event)

    def _choose(self, place: int) -> None:
        """Do what a row says; one that is not possible stays and says why."""
        if not 0 <= place < len(self.rows) or not self.rows[place].possible:
            return
        row = self.rows[place]
        self.close()
        row.act()

    def _announce(self, current: QModelIndex) -> None:
        """The line keeps the focus, so screen readers are told which row is chosen."""
        if current.isValid() and QAccessible.isActive():
            told = self.rows[current.row()].spoken
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.list, told))
