"""The samples: one card each; a strip below the graph, or a page where no model is open."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from graphscope.app.samples import samples
from graphscope.errors import GraphScopeError
from graphscope.gui import fonts
from graphscope.gui.desk import Desk
from graphscope.gui.panel import Panel
from graphscope.gui.widgets.miniature import miniature
from graphscope.gui.widgets.sample_card import SIZES, SampleCard

STRIP_BELOW = 300
"""A panel that is lower than this shows its cards in one row."""
STARTS = 3
"""How many samples are marked as a good beginning."""
GAP = 16


class Gallery(Panel):
    """Opens the sample whose card is clicked."""

    identity = "gallery"
    title = "Samples"
    area = "middle"
    layouts = ("learn", "debug")
    order = 1
    extent = 168

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._cards = [SampleCard(sample, start=place < STARTS) for place, sample in enumerate(samples())]
        self._heading, self._hint, self._open = QLabel(), QLabel(), QPushButton()
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        self._scroll = Sideways()
        self._columns = -1
        self._arrange()
        self._drawing = QTimer(self)
        self._drawing.timeout.connect(self._draw_next)
        self._undrawn = list(self._cards)

    def _arrange(self) -> None:
        self._scroll.setWidget(self._inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._heading.setFont(fonts.text_font(22, QFont.Weight.DemiBold))
        for label, name in ((self._heading, "heading"), (self._hint, "hint")):
            label.setObjectName(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._open.clicked.connect(lambda: self.desk.wanted.emit("open"))
        column.addWidget(self._heading)
        column.addWidget(self._hint)
        column.addWidget(self._open, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._scroll, 1)
        for place, card in enumerate(self._cards):
            card.clicked.connect(lambda _=False, name=card.sample.name: self.desk.open_wanted.emit(name))
            card.moved.connect(lambda way, place=place: self._go(place, way))
            self._grid.addWidget(card, 0, place)

    # ---- what has changed ----------------------------------------------------------------------------

    def show_look(self) -> None:
        text, theme = self.desk.text, self.desk.theme
        self._heading.setText(text("Choose a model to begin"))
        self._hint.setText(text("or drop a model file here"))
        self._open.setText(text("Open a file…"))
        self._open.setAccessibleName(text("Open a model file"))
        self._scroll.setAccessibleName(text("Samples"))
        for card in self._cards:
            card.tell(text)
            card.retheme(theme)
        self._colour()
        if self._undrawn:
            self._drawing.start(0)

    def _draw_next(self) -> None:
        """One small picture at a time, so that the window stays awake."""
        if not self._undrawn or not self.isVisible():
            self._drawing.stop()
            return
        card = self._undrawn.pop(0)
        try:
            card.set_miniature(miniature(card.sample.model().graph))
        except GraphScopeError:
            return  # opening it will tell what is wrong

    # ---- strip or page -------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        strip = self.height() < STRIP_BELOW
        width = SIZES["tile"].width() + GAP
        columns = 0 if strip else max(1, min(3, (self.width() - 32) // width))
        if columns != self._columns:
            self._columns = columns
            self._lay(columns)

    def _lay(self, columns: int) -> None:
        """In so many columns; 0 is a strip."""
        strip = columns == 0
        for widget in (self._heading, self._hint, self._open):
            widget.setHidden(strip)
        margins = (16, 4, 16, 12) if strip else (16, 24, 16, 32)
        self._grid.setContentsMargins(*margins)
        self._grid.setSpacing(GAP if not strip else 12)
        side = Qt.AlignmentFlag.AlignLeft if strip else Qt.AlignmentFlag.AlignHCenter
        self._grid.setAlignment(side | Qt.AlignmentFlag.AlignTop)
        for place, card in enumerate(self._cards):
            card.set_form("row" if strip else "tile")
            self._grid.removeWidget(card)
            row, column = (0, place) if strip else divmod(place, columns)
            self._grid.addWidget(card, row, column)
        self._scroll.set_sideways(strip)
        self._colour()

    def _colour(self) -> None:
        """A page lies where the graph would be and looks like it."""
        theme = self.desk.theme
        ground = theme.canvas if self._columns else theme.surface
        self.setStyleSheet(
            f"#panel {{ background: {ground}; }} QLabel {{ background: transparent; padding: 4px 16px; }} "
            f"#heading {{ color: {theme.ink}; padding-top: 40px; }} "
            f"#hint {{ color: {theme.muted}; padding-bottom: 12px; }}"
        )

    def _go(self, place: int, way: str) -> None:
        """Give the keyboard to a neighbour."""
        columns = self._columns or len(self._cards)
        offset = {"left": -1, "right": 1, "up": -columns, "down": columns}.get(way, 0)
        to = {"first": 0, "last": len(self._cards) - 1}.get(way, place + offset)
        if 0 <= to < len(self._cards):
            self._cards[to].setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(self._cards[to], GAP, GAP)


class Sideways(QScrollArea):
    """Scrolls along a strip with an ordinary wheel."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        self._sideways = False

    def set_sideways(self, sideways: bool) -> None:
        """Along the strip, or up and down."""
        self._sideways = sideways
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setHorizontalScrollBarPolicy(needed if sideways else off)
        self.setVerticalScrollBarPolicy(off if sideways else needed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        turned = event.angleDelta().y() or event.angleDelta().x()
        if self._sideways and turned:
            bar.setValue(bar.value() - turned)
            event.accept()
        else:
            super().wheelEvent(event)
