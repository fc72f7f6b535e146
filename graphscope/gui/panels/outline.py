"""The model as a tree of modules, parameters and values: what the canvas shows, for keyboard and screen reader."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFont, QIcon
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from graphscope.engine.summary import Summary
from graphscope.graph.graph import Graph, Value
from graphscope.graph.scope import Scope, ancestors, path
from graphscope.graph.spec import TensorSpec, format_shape
from graphscope.gui import fonts
from graphscope.gui.canvas.painting import plain
from graphscope.gui.desk import Desk
from graphscope.gui.icons import icon
from graphscope.gui.panel import Panel
from graphscope.gui.widgets.tip import tip
from graphscope.gui.widgets.tree import Cell, Row, RowModel, Tree
from graphscope.service.requests import Moved, Opened
from graphscope.view.numbers import number

NAME, SHAPE, COUNT, KIND = range(4)
ROOMY = {KIND: 380}
"""Pixels from which on the kind is written out."""
KINDS = {
    "input": "Input",
    "parameter": "Parameter",
    "buffer": "Buffer",
    "constant": "Constant",
    "node": "Value",
}
ICONS = {"input": "into", "parameter": "parameter", "buffer": "parameter", "constant": "pin", "node": "node"}


@dataclass(frozen=True)
class Entry:
    """What a row stands for: a module, or a value in it."""

    scope: Scope
    value: Value | None = None


class OutlineRows(RowModel[Entry]):
    """Tells what the rows of the outline show."""

    columns = (("Name", "left"), ("Shape", "right"), ("Count", "right"), ("Kind", "left"))

    def __init__(self) -> None:
        super().__init__()
        self.opened: Opened | None = None
        self.moved: Moved | None = None
        self._counts: dict[Scope, int] = {}
        self._icons: dict[str, QIcon] = {}

    def set_opened(self, opened: Opened | None) -> None:
        """Another model; the numbers in the parameters of each module are counted once."""
        self.opened, self._counts = opened, {}
        graph = opened.model.graph if opened is not None else None
        for name in graph.parameters if graph is not None else ():
            value = graph.by_name[name] if graph is not None else None
            size = self.spec(value).size if value is not None else None
            for scope in ((), *ancestors(value.scope)) if value is not None else ():
                self._counts[scope] = self._counts.get(scope, 0) + (size or 0)

    def count(self, scope: Scope = ()) -> int:
        """How many numbers are in the parameters of a module; of the model by default."""
        return self._counts.get(scope, 0)

    def spec(self, value: Value) -> TensorSpec:
        """The spec of a value, its sizes bound by the data."""
        return self.opened.specs.get(value.name, value.spec) if self.opened is not None else value.spec

    def redraw_icons(self) -> None:
        """In the ink of the theme."""
        self._icons = {kind: icon(name, self.theme.muted) for kind, name in ICONS.items()}

    def widest(self, column: int) -> str:
        if column == KIND:
            return max((self.text(kind) for kind in KINDS.values()), key=len)
        specs = list(self.opened.specs.values()) if self.opened is not None else []
        if column == SHAPE:
            return max((format_shape(spec.shape) for spec in specs), key=len, default="")
        return f"{max((spec.size or 0 for spec in specs), default=0):,}"

    def cell(self, row: Row[Entry], column: int) -> Cell:
        entry = row.key
        small, muted = fonts.number_font(fonts.SMALL), self.theme.muted
        if entry.value is None:
            if column == NAME:
                return Cell(plain(entry.scope[-1]), fonts.text_font(weight=QFont.Weight.DemiBold))
            count = self.count(entry.scope) if column == COUNT else 0
            return Cell(f"{count:,}" if count else "", small, muted)
        if column == NAME:
            return Cell(plain(short(entry.value)), fonts.text_font(), icon=self._icons.get(entry.value.kind))
        if column == KIND:
            return Cell(self.text(KINDS[entry.value.kind]), fonts.text_font(fonts.SMALL), muted)
        spec = self.spec(entry.value)
        told = (
            self.text(format_shape(spec.shape))
            if column == SHAPE
            else f"{spec.size:,}"
            if spec.size is not None
            else "?"
        )
        return Cell(told, small, muted)

    def tip(self, row: Row[Entry]) -> str:
        value = row.key.value
        if value is None:
            count = self.text("{n} numbers in parameters", n=f"{self.count(row.key.scope):,}")
            return tip((".".join(row.key.scope), count))
        spec = self.spec(value)
        lines = [
            value.name,
            f"{self.text(KINDS[value.kind])} · {self.text(format_shape(spec.shape))} · {spec.dtype}",
        ]
        return tip((*lines, *self._now(value)))

    def spoken(self, row: Row[Entry]) -> str:
        value = row.key.value
        if value is None:
            return f"{row.key.scope[-1]}, {self.text('{n} numbers in parameters', n=f'{self.count(row.key.scope):,}')}"
        shape = self.text(format_shape(self.spec(value).shape))
        return ", ".join((value.name, self.text(KINDS[value.kind]), shape, *self._now(value)))

    def _now(self, value: Value) -> list[str]:
        """What there is of a value and its gradient at this position."""
        if self.moved is None:
            return []
        moment = self.moved.moment
        found, gradient = moment.values.get(value.name), moment.gradients.get(value.name)
        told = [self._told(found) if found is not None else self.text("not computed yet")]
        if gradient is not None:
            told.append(self.text("gradient {said}", said=self._told(gradient)))
        return told

    def _told(self, summary: Summary) -> str:
        if summary.scalar:
            return number(summary.cells[0, 0])
        facts = {"low": number(summary.low), "high": number(summary.high), "mean": number(summary.mean)}
        return self.text("from {low} to {high}, mean {mean}", **facts)


class Outline(Panel):
    """Selecting a row selects the value everywhere; opening it shows its numbers."""

    identity = "outline"
    title = "Outline"
    area = "left"
    order = 1
    extent = 300

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model, self.total = OutlineRows(), QLabel()
        self.tree = Tree(self.model, main=NAME, roomy=ROOMY)
        self.total.setContentsMargins(8, 8, 8, 12)
        self._listed: dict[str, Row[Entry]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(0)
        column.addWidget(self.tree, 1)
        column.addWidget(self.total)
        self.setFocusProxy(self.tree)
        self.tree.selectionModel().currentChanged.connect(self._chosen)
        self.tree.activated.connect(lambda _: desk.wanted.emit("inspect"))

    def show_look(self) -> None:
        self.model.retell(self.desk.text, self.desk.theme)
        self.model.redraw_icons()
        self.tree.fit()
        self.tree.setAccessibleName(self.desk.text("Outline"))
        self.total.setStyleSheet(f"color: {self.desk.theme.muted};")
        self._tell_total()

    def show_opened(self) -> None:
        self.model.set_opened(self.desk.opened)
        root = rows(self.desk.graph) if self.desk.graph is not None else None
        self.tree.refill(root)
        listed = root.all() if root is not None else ()
        self._listed = {row.key.value.name: row for row in listed if row.key.value is not None}
        self._tell_total()

    def _tell_total(self) -> None:
        told = self.desk.text("{n} numbers in parameters", n=f"{self.model.count():,}")
        self.total.setText(told if self.desk.graph is not None else "")

    def show_moved(self) -> None:
        self.model.moved = self.desk.moved  # its rows show nothing of it, their tooltips do

    def show_selection(self) -> None:
        self.tree.show_row(self._listed.get(self.desk.selection.name or ""))

    def _chosen(self, place: QModelIndex) -> None:
        row = self.model.row(place) if place.isValid() else None
        value, selection = row.key.value if row is not None else None, self.desk.selection
        if value is not None and value.name != selection.name:
            selection.select(value.name, selection.role)


def rows(graph: Graph) -> Row[Entry]:
    """Modules and the values in them, in the order of the graph."""
    root = Row(Entry(()))
    modules: dict[Scope, Row[Entry]] = {(): root}
    for value in graph.table:
        for scope in ancestors(value.scope):
            if scope not in modules:
                modules[scope] = modules[scope[:-1]].add(Entry(scope))
        modules[value.scope].add(Entry(value.scope, value))
    return root


def short(value: Value) -> str:
    """The name of a value without that of the module that it stands below."""
    modules = [
        f"{module}."
        for module in (".".join(value.scope), ".".join(path(value.scope)), *value.scope[-1:])
        if module
    ]
    found = (value.name[len(module) :] for module in modules if value.name.startswith(module))
    return next(found, "") or value.name
