"""The inspector: every number of a value and of its gradient, what they are like, and what backward keeps."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTabBar,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from graphscope.engine.step import Ref
from graphscope.engine.summary import Summary
from graphscope.graph.spec import format_shape
from graphscope.gui import fonts
from graphscope.gui.canvas.painting import plain
from graphscope.gui.desk import Desk
from graphscope.gui.panel import Panel
from graphscope.gui.selection import Role
from graphscope.gui.widgets.axis_sliders import AxisSliders
from graphscope.gui.widgets.facts import COLUMNS, Facts
from graphscope.gui.widgets.heat_map import HeatMap, Matrix
from graphscope.gui.widgets.histogram import Histogram
from graphscope.gui.widgets.late import Late
from graphscope.gui.widgets.tip import tip
from graphscope.service.requests import ArrayTold, AskArray, AskSaved, SavedTold
from graphscope.view.numbers import full, hexadecimal, number
from graphscope.view.telling import made_by

TABS = ("value", "gradient", "saved")
TITLES = {"value": "● Value", "gradient": "◆ Gradient", "saved": "Saved"}
MANY = 16
"""From so many numbers on a histogram says something."""
LOW = 420
"""A panel that is lower than this has no room for it."""
LOWEST = 340
"""A panel that is lower than this tells one row of facts, so that the numbers themselves have room."""
Index = tuple[int, ...]


class Inspector(Panel):
    """Shows what is selected; where nothing is, what the step that just ran has made."""

    identity = "inspector"
    title = "Inspector"
    area = "right"
    layouts = ("debug",)
    order = 1
    extent = 340

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._name, self._note, self._empty = QLabel(), QLabel(), QLabel()
        self._tabs, self._stack = QTabBar(), QStackedWidget()
        self._axes, self._facts, self._histogram = AxisSliders(), Facts(), Histogram()
        self._map, self._kept = HeatMap(self._tooltip), QTreeWidget()
        self._asked: AskArray | AskSaved | None = None
        self._array: ArrayTold | None = None
        self._saved: SavedTold | None = None
        self._late = Late(self, self._tell_running)
        self._arrange()
        self._tabs.currentChanged.connect(self._tab_chosen)
        self._axes.moved.connect(self._ask)
        self._map.chosen.connect(self._cell_chosen)
        self._map.activated.connect(self._cell_activated)
        self._kept.itemActivated.connect(self._kept_chosen)
        desk.bridge.array.connect(self._told_array)
        desk.bridge.saved.connect(self._told_saved)

    # ---- putting together ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        for label in (self._name, self._note, self._empty):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setFont(fonts.number_font(fonts.LARGE))
        self._note.setFont(fonts.text_font(fonts.SMALL))
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty.setFont(fonts.text_font(14))
        for _ in TABS:
            self._tabs.addTab("")
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        self._kept.setRootIsDecorated(False)
        self._kept.setUniformRowHeights(True)
        self._kept.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._kept.setColumnCount(4)
        self._kept.header().setStretchLastSection(False)
        for column in range(4):
            fit = QHeaderView.ResizeMode.Stretch if column == 0 else QHeaderView.ResizeMode.ResizeToContents
            self._kept.header().setSectionResizeMode(column, fit)
        for page in (self._page(), self._empty, self._kept):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(0)
        column.addWidget(self._name)
        column.addWidget(self._note)
        column.addSpacing(4)
        row = QHBoxLayout()
        row.setContentsMargins(-12, 0, 0, 0)  # the words of the tabs stand below the name
        row.addWidget(self._tabs)
        column.addLayout(row)
        column.addSpacing(12)
        column.addWidget(self._stack, 1)

    def _page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._axes)
        column.addWidget(self._map, 1000)  # up to its own height; what is left stays empty
        column.addWidget(self._facts)
        column.addWidget(self._histogram)
        column.addStretch(1)
        self._axes.hide()
        self._histogram.hide()
        return page

    # ---- what is shown -------------------------------------------------------------------------------

    @property
    def _tab(self) -> str:
        return TABS[max(self._tabs.currentIndex(), 0)]

    def _subject(self) -> tuple[str | None, Role]:
        """The name of the value that is shown, and whether itself or its gradient is asked for."""
        selection, moved, graph = self.desk.selection, self.desk.moved, self.desk.graph
        if selection.name is not None:
            return selection.name, selection.role
        if moved is None or graph is None or moved.moment.last is None:
            return None, "value"
        name, role = made_by(moved.moment.last, graph)
        return name, "gradient" if role == "gradient" else "value"

    def _ref(self) -> Ref | None:
        name, _ = self._subject()
        return (
            None
            if name is None or self._tab == "saved"
            else Ref("gradient" if self._tab == "gradient" else "value", name)
        )

    # ---- what has changed ----------------------------------------------------------------------------

    def show_look(self) -> None:
        text, theme = self.desk.text, self.desk.theme
        self._name.setStyleSheet(f"color: {theme.ink};")
        self._note.setStyleSheet(f"color: {theme.muted};")
        self._empty.setStyleSheet(f"color: {theme.muted};")
        for place, tab in enumerate(TABS):
            self._tabs.setTabText(place, text(TITLES[tab]))
        self._tabs.setAccessibleName(text("What to inspect"))
        self._map.setAccessibleName(text("Numbers"))
        self._kept.setAccessibleName(text("Kept for backward"))
        self._kept.setHeaderLabels([text(each) for each in ("Array", "Shape", "Type", "Bytes")])
        for widget in (self._map, self._facts, self._histogram, self._axes):
            widget.retheme(theme)
        self._axes.retext(text)
        self._present()

    def show_opened(self) -> None:
        self._array = self._saved = None
        self._present()

    def show_moved(self) -> None:
        self._late.moved()

    def show_settled(self) -> None:
        self._follow_role()
        self._ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_histogram()
        if self._array is not None and self._array.summary is not None:
            self._tell_facts(self._array, self._array.summary)

    def show_selection(self) -> None:
        self._follow_role()
        self._ask()

    def _follow_role(self) -> None:
        """The tab of what is selected or was just made, unless what is kept is looked at."""
        if self._tab != "saved":
            self._tabs.blockSignals(True)
            self._tabs.setCurrentIndex(TABS.index(self._subject()[1]))
            self._tabs.blockSignals(False)

    def _tab_chosen(self) -> None:
        name, tab = self._subject()[0], self._tab
        if name is not None and tab != "saved":
            role: Role = "gradient" if tab == "gradient" else "value"
            self.desk.selection.select(name, role, self.desk.selection.index)
        self._ask()

    # ---- asking --------------------------------------------------------------------------------------

    def _ask(self) -> None:
        name, ref = self._subject()[0], self._ref()
        if name is None or self.desk.moved is None:
            self._asked = None
            self._present()
            return
        self._set_axes(name)
        self._asked = AskSaved(name) if ref is None else AskArray(ref, self._axes.plane)
        self.desk.bridge.ask(self._asked)

    def _set_axes(self, name: str) -> None:
        """Sliders for the shape, at the plane of the chosen element."""
        opened = self.desk.opened
        spec = opened.specs.get(name) if opened else None
        sizes = [size for size in spec.shape if isinstance(size, int)] if spec else []
        self._axes.set_shape(sizes, spec.axes if spec else ())
        index = self.desk.selection.index
        if self.sender() is not self._axes and index is not None and len(index) == len(sizes) > 2:
            self._axes.set_plane(index[:-2])

    def _told_array(self, answer: ArrayTold) -> None:
        if answer.request == self._asked:
            self._array = answer
            self._late.stop()
            self._present()

    def _told_saved(self, answer: SavedTold) -> None:
        if isinstance(self._asked, AskSaved) and answer.name == self._asked.name:
            self._saved = answer
            self._late.stop()
            self._present()

    # ---- showing -------------------------------------------------------------------------------------

    def _present(self) -> None:
        name, _ = self._subject()
        opened = self.desk.opened is not None
        for widget in (self._name, self._note, self._tabs):
            widget.setVisible(name is not None)
        if name is None:
            self._tell_empty(
                "Select a value in the graph, or take a step, to see its numbers here."
                if opened
                else "Open a model to see its numbers here."
            )
        elif self._tab == "saved":
            self._present_saved(name)
        else:
            self._present_array(name)

    def _tell_running(self) -> None:
        """The run goes on faster than arrays are looked at."""
        moved, told = self.desk.moved, self._saved if self._tab == "saved" else self._array
        if moved is not None and (told is None or told.position != moved.moment.position):
            self._note.setText(" ")
            self._tell_empty("The numbers stand here when the run stands still.")

    def _tell_empty(self, template: str, **fields: object) -> None:
        self._map.set_matrix(None)
        self._empty.setText(self.desk.text(template, **fields))
        self._stack.setCurrentWidget(self._empty)

    def _present_array(self, name: str) -> None:
        told, ref = self._array, self._ref()
        self._name.setText(plain(f"∂L/∂{name}" if ref and ref.role == "gradient" else name))
        if told is None or told.request.ref != ref:
            self._note.setText(" ")
            return  # the answer is on its way
        if told.summary is None or told.matrix is None:
            self._note.setText(" ")
            self._tell_empty(self._why_empty(name), name=name)
            return
        self._show_array(told, told.summary, told.matrix)

    def _why_empty(self, name: str) -> str:
        """Why there are no numbers now, and what brings them."""
        graph, moved = self.desk.graph, self.desk.moved
        value = graph.by_name.get(name) if graph is not None else None
        if self._tab == "value":
            return "No value yet. Press → until the node that makes {name} has run."
        if value is not None and not value.spec.floating:
            return "Not computed: {name} holds whole numbers, and they have no gradient."
        if value is not None and not value.gradient:
            return "Not computed: nothing asks for the gradient of {name}."
        if moved is not None and moved.moment.last is not None and moved.moment.last.phase == "update":
            return "No gradient: the loss does not depend on {name}."
        return "No gradient yet. Gradients appear in the backward phase – press F7 to go there."

    def _show_array(self, told: ArrayTold, summary: Summary, matrix: np.ndarray) -> None:
        limit = max(abs(summary.low), abs(summary.high))
        floating = "float" in summary.dtype
        vector = len(summary.shape) < 2
        self._map.set_matrix(Matrix(matrix, told.every, limit, floating, vector))
        self._map.set_chosen(self._chosen(summary.shape, told))
        self._tell_note(summary, limit)
        self._tell_facts(told, summary)
        self._show_histogram()
        self._stack.setCurrentIndex(0)

    def _show_histogram(self) -> None:
        """Where there is room for it and enough numbers."""
        told = self._array
        if told is None or told.summary is None or told.counts is None or told.edges is None:
            return
        shown = prod(told.summary.shape) >= MANY and self.height() >= LOW
        if shown:
            self._histogram.tell(told.counts, told.edges)
        self._histogram.setVisible(shown)

    def _tell_note(self, summary: Summary, limit: float) -> None:
        """The chosen element, else what the colours mean."""
        text, index = self.desk.text, self.desk.selection.index
        cell = self._element(index) if index is not None else None
        if summary.scalar and self._array is not None and self._array.matrix is not None:
            told = full(self._array.matrix[0, 0])
        elif cell is not None and index is not None:
            told = text("Element {index} is {number}", index=_foot(index), number=number(cell))
        else:
            told = text("Colours from −{limit} to +{limit}", limit=number(limit))
        self._note.setText(told)

    def _tell_facts(self, told: ArrayTold, summary: Summary) -> None:
        text = self.desk.text
        size = prod(summary.shape) * np.dtype(summary.dtype).itemsize if summary.dtype != "bfloat16" else 0
        facts = [
            (text("Shape"), text(format_shape(summary.shape))),
            (text("Type"), summary.dtype),
            (text("Device"), told.device),
            (text("Bytes"), f"{size:,}"),
            (text("Smallest"), number(summary.low)),
            (text("Largest"), number(summary.high)),
            (text("Mean"), number(summary.mean)),
            (text("Norm"), number(summary.norm)),
            (text("Zeros"), str(summary.zeros)),
            ("NaN", str(summary.nan)),
            ("±Inf", str(summary.infinite)),
        ]
        alarms = [name for name, count in (("NaN", summary.nan), ("±Inf", summary.infinite)) if count]
        crowded = self.height() < LOWEST and not summary.scalar and not alarms
        self._facts.tell(facts[:COLUMNS] if crowded else facts, alarms=alarms)

    # ---- elements ------------------------------------------------------------------------------------

    def _chosen(self, shape: Sequence[int], told: ArrayTold) -> tuple[int, int] | None:
        """The cell of the selected element, if it is on this plane."""
        index = self.desk.selection.index
        if (
            index is None
            or len(index) != len(shape)
            or index[:-2] != told.request.plane[: max(len(shape) - 2, 0)]
        ):
            return None
        row, column = (0, 0, *index)[-2:] if len(index) > 1 else (0, index[0] if index else 0)
        return row // told.every[0], column // told.every[1]

    def _index(self, row: int, column: int) -> Index:
        """The element that a cell stands for."""
        told = self._array
        if told is None or told.summary is None:
            return ()
        place = row * told.every[0], column * told.every[1]
        rank = len(told.summary.shape)
        return (*told.request.plane, *place)[-rank:] if rank else ()

    def _element(self, index: Index) -> np.generic | None:
        """The number of an element, if it is among those that are here."""
        told = self._array
        if told is None or told.matrix is None or told.summary is None:
            return None
        cell = self._chosen(told.summary.shape, told)
        if cell is None or self._index(*cell) != index:
            return None
        return told.matrix[cell]

    def _cell_chosen(self, row: int, column: int) -> None:
        name, ref = self._subject()[0], self._ref()
        if name is not None and ref is not None:
            role: Role = "gradient" if ref.role == "gradient" else "value"
            self.desk.selection.select(name, role, self._index(row, column))

    def _cell_activated(self, row: int, column: int) -> None:
        self._cell_chosen(row, column)
        self.desk.wanted.emit("edit_value")

    def _tooltip(self, row: int, column: int) -> str:
        told, ref = self._array, self._ref()
        if told is None or told.matrix is None or ref is None:
            return ""
        name = f"∂L/∂{ref.name}" if ref.role == "gradient" else ref.name
        found = told.matrix[row, column]
        return tip((f"{name}{_foot(self._index(row, column))}", full(found), hexadecimal(found)))

    # ---- what is kept --------------------------------------------------------------------------------

    def _present_saved(self, name: str) -> None:
        told, text = self._saved, self.desk.text
        self._name.setText(plain(name))
        self._note.setText(" ")
        if told is None or told.name != name:
            return
        if told.node is None:
            self._tell_empty("{name} is not made by a node, so nothing is kept for its backward.", name=name)
            return
        self._note.setText(text("What the backward of {op} can use", op=told.op))
        self._kept.clear()
        for kept in told.kept:
            cells = [plain(kept.title), text(format_shape(kept.shape)), kept.dtype, f"{kept.size:,}"]
            item = QTreeWidgetItem(cells)
            item.setData(0, Qt.ItemDataRole.UserRole, kept.title if kept.ref.role == "value" else None)
            self._kept.addTopLevelItem(item)
        if told.kept:
            self._stack.setCurrentWidget(self._kept)
        else:
            self._tell_empty("Nothing is kept yet. Press → until {name} is computed.", name=name)

    def _kept_chosen(self, item: QTreeWidgetItem) -> None:
        name = item.data(0, Qt.ItemDataRole.UserRole)
        if name:
            self.desk.selection.select(name, "value")


def _foot(index: Sequence[int]) -> str:
    return f"[{','.join(map(str, index))}]" if index else ""
