"""Training curves: the loss and the gradient norms of every iteration, with a cursor where the run is."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from graphscope.gui import fonts
from graphscope.gui.desk import Desk
from graphscope.gui.panel import Panel
from graphscope.service.requests import Failed
from graphscope.service.tasks.curves import SeekIteration
from graphscope.view import curves
from graphscope.view.curves import Line, Span
from graphscope.view.numbers import number

if TYPE_CHECKING:
    from graphscope.gui.widgets.curve_plot import Stroke

WIDE = 720
"""From this width on the two plots stand beside each other in any case."""
TALL = 320
"""From this height on there is room for one above the other."""
MANY = 8
"""More parameters are shown by group at first."""
REST = 2
"""So many times as long as drawing took, the window is left to do something else."""
SWATCH = QSize(28, 14)
LEGEND = 208
_NOTHING = np.empty(0)


class TrainingCurves(Panel):
    """Follows the run while it goes on; a click goes to the end of an iteration."""

    identity = "curves"
    title = "Training curves"
    area = "bottom"
    layouts = ()
    order = 1
    extent = 260

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        from graphscope.gui.widgets.curve_plot import CurvePlot  # loads pyqtgraph, which takes a moment

        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.loss, self.norms = CurvePlot(), CurvePlot()
        self._titles = QLabel(), QLabel()
        self.told, self.note = QLabel(), QLabel()
        self.scale, self.sorting = QTabBar(), QTabBar()
        self.legend, self._empty, self._start = QTreeWidget(), QLabel(), QPushButton()
        self._stack, self._sides = QStackedWidget(), QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lines: tuple[Line, ...] = ()
        self._hidden: set[str] = set()
        self._span: Span | None = None
        """What a user zoomed to, or None for the whole run."""
        self._shown = Span(-1.0, 0.0)
        self._hovered: int | None = None
        self._wanted: int | None = None
        """Where the mouse wants to be, until the run is there."""
        self._soon, self._took = QTimer(self), 0.0
        """Draws what came, and how many milliseconds that took the last time."""
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._draw_rows)
        self._arrange()
        self._connect()
        self.resize(self.sizeHint())  # Qt's first guess is upright

    # ---- putting together ---------------------------------------------------------------------------------

    def _arrange(self) -> None:
        for label in self._titles:
            label.setFont(fonts.text_font(weight=QFont.Weight.DemiBold))
        self.told.setFont(fonts.number_font(fonts.SMALL))
        self.note.setFont(fonts.text_font(fonts.SMALL))
        self._empty.setFont(fonts.text_font(14))
        for label in (self._empty, self.told, self.note):
            label.setTextFormat(Qt.TextFormat.PlainText)
        for tabs in (self.scale, self.sorting):
            tabs.setDrawBase(False)
            tabs.setExpanding(False)
            tabs.addTab("")
            tabs.addTab("")
        self._dress_legend()
        first = self._side(self._titles[0], self.told, self.scale, self.loss)
        second = self._side(self._titles[1], self.note, self.sorting, self.norms, self.legend)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(16)
        self._sides.addWidget(first, 1)
        self._sides.addWidget(second, 1)
        page = QWidget()
        page.setLayout(self._sides)
        self._stack.addWidget(page)
        self._stack.addWidget(self._empty_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.addWidget(self._stack)

    def _side(self, title: QLabel, told: QLabel, tabs: QTabBar, *body: QWidget) -> QWidget:
        side, head, row = QWidget(), QHBoxLayout(), QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(title)
        head.addWidget(told)
        head.addStretch(1)
        head.addWidget(tabs)
        row.setSpacing(8)
        for place, widget in enumerate(body):
            row.addWidget(widget, 0 if place else 1)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(row, 1)
        return side

    def _dress_legend(self) -> None:
        legend = self.legend
        legend.setColumnCount(2)
        legend.setHeaderHidden(True)
        legend.setRootIsDecorated(False)
        legend.setUniformRowHeights(True)
        legend.setIconSize(SWATCH)
        legend.setFixedWidth(LEGEND)
        legend.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        legend.setFont(fonts.number_font(fonts.SMALL))
        legend.header().setStretchLastSection(False)
        legend.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        legend.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(self._empty, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._start, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _connect(self) -> None:
        self._start.clicked.connect(lambda: self.desk.wanted.emit("free_run"))
        self.scale.setCurrentIndex(1)
        self.scale.currentChanged.connect(lambda _: self._draw())
        self.sorting.currentChanged.connect(lambda _: self._new_lines())
        self.legend.itemClicked.connect(self._toggle)
        self.legend.itemActivated.connect(self._toggle)
        self.desk.curves.changed.connect(self._rows_came)
        self.desk.bridge.failed.connect(self._failed)
        for plot in (self.loss, self.norms):
            plot.sought.connect(self._seek)
            plot.hovered.connect(self._hover)
            plot.zoomed.connect(self._zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction, upright = QBoxLayout.Direction, self.width() < WIDE and self.height() >= TALL
        self._sides.setDirection(direction.TopToBottom if upright else direction.LeftToRight)
        self.legend.setVisible(upright or self.width() >= WIDE)  # else it would leave no room for the curves

    # ---- what is shown ------------------------------------------------------------------------------------

    def show_look(self) -> None:
        text, theme = self.desk.text, self.desk.theme
        self._titles[0].setText(text("Loss"))
        self._titles[1].setText(text("Gradient norms"))
        for tabs, told in (
            (self.scale, (text("Linear"), text("Logarithmic"))),
            (self.sorting, (text("Parameters"), text("Groups"))),
        ):
            for place, title in enumerate(told):
                tabs.setTabText(place, title)
            tabs.setAccessibleName(" / ".join(told))
        self._empty.setText(text("The loss and the gradients of every finished iteration are drawn here."))
        self._start.setText(text("Free run…"))
        self.legend.setAccessibleName(text("Gradient norms"))
        for label in (self._empty, self.told, self.note):
            label.setStyleSheet(f"color: {theme.muted};")
        for plot in (self.loss, self.norms):
            plot.retheme(theme)
        self._fill_legend()
        self._draw()

    def show_opened(self) -> None:
        self._span, self._hidden, self._wanted = None, set(), None
        graph = self.desk.graph
        names = graph.parameters if graph is not None else ()
        self.sorting.setCurrentIndex(int(len(names) > MANY))
        self._new_lines()

    def show_moved(self) -> None:
        moved = self.desk.moved
        request = moved.request if moved is not None else None
        if not isinstance(request, SeekIteration) or request.iteration == self._wanted:
            self._wanted = None
        self.desk.curves.refresh()
        self._point()

    def _rows_came(self) -> None:
        """Draw soon; rows that come meanwhile are drawn together, and other work of the window has its turn."""
        if not self.isVisible() or not self.isEnabled():
            self._waiting.add("look")
        elif not self._soon.isActive():
            self._soon.start(round(REST * self._took))

    def _draw_rows(self) -> None:
        began = perf_counter()
        if not self._lines:
            self._new_lines()
        self._draw()
        self._took = 1000 * (perf_counter() - began)

    def _new_lines(self) -> None:
        """Choose the curves of the gradients."""
        graph, norms = self.desk.graph, self.desk.curves.pages.norms
        scopes = {name: graph.value(name).scope for name in norms} if graph is not None else {}
        self._lines = curves.lines(scopes, by_group=self.sorting.currentIndex() == 1)
        self.sorting.setVisible(len(curves.lines(scopes, by_group=True)) < len(scopes))
        self._fill_legend()
        self._draw()

    def _draw(self) -> None:
        book, pages = self.desk.curves, self.desk.curves.pages
        self._stack.setCurrentIndex(0 if len(pages) else 1)
        self._start.setEnabled(self.desk.opened is not None)
        if not len(pages):
            return
        count = max(len(pages), len(book.former) if not book.live else 0)
        self._shown = curves.whole(count, target=book.target, before=self._shown, live=book.live)
        span = self._shown if self._span is None else self._span.within(self._shown)
        pixels = min(self.loss.room, self.norms.room)
        self.loss.tell(self._losses(), span, logarithmic=self.scale.currentIndex() == 1, pixels=pixels)
        self.norms.tell(self._norms(), span, logarithmic=True, pixels=pixels)
        calm = max(self.loss.calm, self.norms.calm)
        self.note.setText(self.desk.text("means of {n} iterations", n=f"{calm:,}") if calm > 1 else "")
        self._point()

    def _losses(self) -> Sequence[Stroke]:
        from graphscope.gui.widgets.curve_plot import Stroke

        theme, book = self.desk.theme, self.desk.curves
        former = Stroke(book.former.loss, theme.faint, 1.0, marked=False)
        return former, Stroke(book.pages.loss, theme.accent, 2.0)

    def _norms(self) -> Sequence[Stroke]:
        from graphscope.gui.widgets.curve_plot import Stroke

        theme, book = self.desk.theme, self.desk.curves
        shown = [line for line in self._lines if line.title not in self._hidden]
        old = [
            Stroke(
                curves.combined(book.former.norms, line.members), theme.faint, 1.0, line.style, marked=False
            )
            for line in shown
            if len(book.former)
        ]
        new = [
            Stroke(
                curves.combined(book.pages.norms, line.members),
                curves.colour(theme, line.shade),
                1.5,
                line.style,
            )
            for line in shown
        ]
        return *old, *new

    # ---- legend -------------------------------------------------------------------------------------------

    def _fill_legend(self) -> None:
        self.legend.clear()
        for line in self._lines:
            item = QTreeWidgetItem([line.title, ""])
            item.setIcon(0, self._swatch(line))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(0, line.title + "\n" + self.desk.text("Click to hide or show it"))
            self.legend.addTopLevelItem(item)
            self._ink(item)

    def _ink(self, item: QTreeWidgetItem) -> None:
        theme = self.desk.theme
        for column in (0, 1):
            hidden = item.text(0) in self._hidden
            item.setForeground(column, QColor(theme.faint if hidden else theme.ink))

    def _swatch(self, line: Line) -> QIcon:
        """A piece of the curve."""
        from graphscope.gui.widgets.curve_plot import Stroke, pen_of

        scale = self.devicePixelRatioF()
        picture = QPixmap(SWATCH * scale)
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(
                pen_of(Stroke(_NOTHING, curves.colour(self.desk.theme, line.shade), 2.0, line.style), scale)
            )
            painter.drawLine(0, SWATCH.height() // 2, SWATCH.width(), SWATCH.height() // 2)
        return QIcon(picture)

    def _toggle(self, item: QTreeWidgetItem) -> None:
        self._hidden ^= {item.text(0)}
        self._ink(item)
        self._draw()

    # ---- the cursor and the mouse -------------------------------------------------------------------------

    def _point(self) -> None:
        """Show where the run is, and tell the numbers there or below the mouse."""
        moved = self.desk.moved
        if moved is None:
            return
        moment = moved.moment
        place = curves.place(moment.iteration, moment.done, moment.length)
        place = place if self._wanted is None else float(self._wanted)
        for plot in (self.loss, self.norms):
            plot.set_cursor(place)
            plot.set_ghost(None if self._hovered is None else float(self._hovered))
        self._read(place if self._hovered is None else self._hovered)

    def _read(self, place: float) -> None:
        """Tell the numbers at an iteration."""
        pages, text = self.desk.curves.pages, self.desk.text
        last = min(int(place // 1), len(pages) - 1)
        loss = curves.at(pages.loss, last)
        told = text("iteration {n}", n=f"{last:,}") if last >= 0 else ""
        self.told.setText(f"{number(loss)}  ·  {told}" if loss is not None else told)
        for row, line in enumerate(self._lines):
            here = {name: pages.norms[name][max(last, 0) : last + 1] for name in line.members}
            norm = curves.at(curves.combined(here, line.members), 0)
            item = self.legend.topLevelItem(row)
            if item is not None:
                item.setText(1, number(norm) if norm is not None else "–")

    def _hover(self, iteration: int | None) -> None:
        count = len(self.desk.curves.pages)
        self._hovered = None if iteration is None or not count else min(iteration, count - 1)
        self._point()

    def _seek(self, iteration: int) -> None:
        iteration = min(iteration, len(self.desk.curves.pages) - 1)
        if iteration >= 0 and iteration != self._wanted:
            self._wanted = iteration
            self.desk.bridge.ask(SeekIteration(iteration))
            self._point()

    def _failed(self, failed: Failed) -> None:
        if isinstance(failed.request, SeekIteration):
            self._wanted = None
            self._point()

    def _zoom(self, span: Span | None) -> None:
        whole = self._shown
        self._span = None if span is None or span.length >= whole.length else span.within(whole)
        self._draw()
