"""The two-minute tour: what to press first, and what the shapes and colours of the graph mean."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from graphscope.app.command import command
from graphscope.errors import Sentence
from graphscope.gui import fonts
from graphscope.gui.dialogs import caps
from graphscope.gui.dialogs.legend import SIGNS, Figure
from graphscope.gui.dialogs.sheet import GAP, MARGIN, Sheet, buttons, caption, card, title
from graphscope.view.palette import Theme
from graphscope.view.picture.look import Look
from graphscope.view.text import Text


@dataclass(frozen=True)
class Press:
    """A command to try, by its key, and what it brings."""

    identity: str
    says: Sentence


FIRST: tuple[Press, ...] = (
    Press("step", Sentence("Compute the next node. Its numbers travel along the lines of the graph.")),
    Press("back", Sentence("Take the step back. Every number is again what it was.")),
    Press("play", Sentence("Let the steps follow one another by themselves. The same key stops them.")),
    Press("next_phase", Sentence("Go to the next phase: forward, then backward, then update.")),
    Press(
        "edit_value",
        Sentence("Put another number in place of the one that you clicked."),
    ),
    Press("go_to_step", Sentence("Go to any step, by its number or by a name.")),
    Press("palette", Sentence("Find every command by a few letters. That is all that one has to remember.")),
)


LEAD = Sentence(
    "GraphScope runs a small neural network one step at a time: forward to the loss, backward with the "
    "gradients, then the update of the parameters. Click any number, and Explain says where it comes from."
)


class Caps(QWidget):
    """The caps of a key."""

    def __init__(self, keys: tuple[str, ...], theme: Theme) -> None:
        super().__init__()
        self._keys, self._theme = keys, theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(keys))

    def sizeHint(self) -> QSize:
        return QSize(int(caps.width(self._keys)) + 1, caps.HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            caps.draw(painter, self._keys, QPointF(0, self.height() / 2), self._theme)


class Tour(Sheet):
    """All on one page that scrolls."""

    SIZE = QSize(880, 760)
    DIMS = False

    def fill(self, text: Text) -> None:
        self.setWindowTitle(text("A two-minute tour"))
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(0, 0, 0, GAP)
        outer.setSpacing(GAP)
        outer.addWidget(self._page(text), 1)
        close = QPushButton(text("Close"))
        close.setObjectName("close")
        close.setDefault(True)
        close.clicked.connect(self.close)
        row = buttons(close)
        row.setContentsMargins(MARGIN, 0, MARGIN, 0)
        outer.addLayout(row)

    def _page(self, text: Text) -> QScrollArea:
        page, area = QWidget(), QScrollArea()
        page.setObjectName("page")
        page.setStyleSheet("#page { background: transparent; }")
        column = QVBoxLayout(page)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, 8)
        column.setSpacing(GAP)
        column.addWidget(title(text("A two-minute tour")))
        column.addWidget(_words(str(text.tell(LEAD))))
        muted = self.desk.theme.muted
        for told, made in (
            (text("Press first"), self._first(text)),
            (text("What you see"), self._signs(text)),
        ):
            column.addSpacing(8)
            column.addWidget(caption(told, muted))
            column.addWidget(made)
        column.addStretch(1)
        area.setObjectName("scroll")
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setStyleSheet("#scroll { background: transparent; }")
        area.setAccessibleName(text("A two-minute tour"))
        return area

    def _first(self, text: Text) -> QFrame:
        frame = card(self.desk.theme)
        grid = _grid(frame)
        for row, press in enumerate(FIRST):
            listed = command(press.identity)
            keys = Caps(listed.shown_keys[:1], self.desk.theme)
            grid.addWidget(keys, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(_words(str(text.tell(press.says))), row, 1)
        grid.setColumnStretch(1, 1)
        return frame

    def _signs(self, text: Text) -> QFrame:
        frame = card(self.desk.theme)
        grid = _grid(frame)
        look = Look(self.desk.theme, text)
        for place, sign in enumerate(SIGNS):
            row, side = divmod(place, 2)
            grid.addWidget(Figure(sign.draw, look), row, 2 * side)
            grid.addWidget(_words(str(text.tell(sign.says))), row, 2 * side + 1)
            grid.setColumnStretch(2 * side + 1, 1)
        return frame


def _grid(frame: QFrame) -> QGridLayout:
    grid = QGridLayout(frame)
    grid.setContentsMargins(GAP, GAP, GAP, GAP)
    grid.setHorizontalSpacing(GAP)
    grid.setVerticalSpacing(12)
    return grid


def _words(told: str) -> QLabel:
    label = QLabel(told)
    label.setFont(fonts.text_font(14))
    label.setWordWrap(True)
    return label
