"""The model as a tree of modules, parameters and values: what the canvas shows, for keyboard and screen reader."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import QHeaderView, QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from graphscope.graph.graph import Value
from graphscope.graph.scope import Scope, ancestors
from graphscope.graph.spec import format_shape
from graphscope.gui import fonts
from graphscope.gui.desk import Desk
from graphscope.gui.panel import Panel

VALUE = Qt.ItemDataRole.UserRole
NAME, KIND, SHAPE = range(3)
KINDS = {"input": "Input", "parameter": "Parameter", "constant": "Constant", "node": "Value"}


class Outline(Panel):
    """Selecting a row selects the value everywhere; opening it shows its numbers."""

    identity = "outline"
    title = "Outline"
    area = "left"
    order = 1
    extent = 280

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tree, self.total = QTreeWidget(), QLabel()
        self.tree.setColumnCount(3)
        self.tree.setUniformRowHeights(True)
        self.tree.setFont(fonts.text_font())
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for section in (KIND, SHAPE):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
        self.total.setContentsMargins(8, 4, 8, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tree, 1)
        column.addWidget(self.total)
        self.setFocusProxy(self.tree)
        self.tree.currentItemChanged.connect(self._chosen)
        self.tree.itemActivated.connect(lambda _: desk.wanted.emit("panel_inspector"))
        self._rows: dict[str, QTreeWidgetItem] = {}

    def show_look(self) -> None:
        text = self.desk.text
        self.tree.setHeaderLabels([text("Name"), text("Kind"), text("Shape")])
        self.tree.setAccessibleName(text("Outline"))
        self.show_opened()

    def show_opened(self) -> None:
        graph, text = self.desk.graph, self.desk.text
        self.tree.blockSignals(True)
        self.tree.clear()
        self._rows = {}
        groups: dict[Scope, QTreeWidgetItem] = {}
        for value in graph.table if graph is not None else ():
            self._rows[value.name] = self._row(value, self._group(value.scope, groups))
        self.tree.expandAll()
        self.tree.blockSignals(False)
        self.total.setText(
            text("{n} numbers in parameters", n=f"{self._count():,}") if graph is not None else ""
        )
        self.show_selection()

    def _group(self, scope: Scope, groups: dict[Scope, QTreeWidgetItem]) -> QTreeWidgetItem | None:
        """The row of a module, with the modules around it."""
        for each in ancestors(scope):
            if each not in groups:
                above = groups.get(each[:-1])
                groups[each] = self._add(above, [each[-1]])
                groups[each].setFont(NAME, fonts.text_font(weight=QFont.Weight.DemiBold))
        return groups.get(scope)

    def _row(self, value: Value, above: QTreeWidgetItem | None) -> QTreeWidgetItem:
        text, theme, opened = self.desk.text, self.desk.theme, self.desk.opened
        spec = opened.specs.get(value.name, value.spec) if opened is not None else value.spec
        cells = [value.name, text(KINDS[value.kind]), text(format_shape(spec.shape))]
        row = self._add(above, cells)
        row.setData(NAME, VALUE, value.name)
        row.setToolTip(NAME, f"{value.name} · {spec.dtype}")
        row.setFont(SHAPE, fonts.number_font(fonts.SMALL))
        for section in (KIND, SHAPE):
            row.setForeground(section, QBrush(QColor(theme.muted)))
        return row

    def _add(self, above: QTreeWidgetItem | None, cells: list[str]) -> QTreeWidgetItem:
        return QTreeWidgetItem(self.tree, cells) if above is None else QTreeWidgetItem(above, cells)

    def _count(self) -> int:
        opened, graph = self.desk.opened, self.desk.graph
        if opened is None or graph is None:
            return 0
        return sum(opened.specs[name].size or 0 for name in graph.parameters if name in opened.specs)

    def show_selection(self) -> None:
        row = self._rows.get(self.desk.selection.name or "")
        if row is not self.tree.currentItem():
            self.tree.blockSignals(True)
            if row is None:
                self.tree.setCurrentIndex(QModelIndex())
            else:
                self.tree.setCurrentItem(row)
            self.tree.blockSignals(False)

    def _chosen(self, row: QTreeWidgetItem | None) -> None:
        name = row.data(NAME, VALUE) if row is not None else None
        if name and name != self.desk.selection.name:
            self.desk.selection.select(name, self.desk.selection.role)
