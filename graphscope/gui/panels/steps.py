"""The steps of the iteration as a tree: phase, group, step; a click goes there."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from graphscope.engine.step import PHASES, Step
from graphscope.graph.scope import Scope, title
from graphscope.graph.spec import format_shape
from graphscope.gui import fonts
from graphscope.gui.desk import Desk
from graphscope.gui.panel import Panel
from graphscope.gui.requests import Seek
from graphscope.view.telling import PHASE_SIGNS, PHASE_TITLES, made_by, step_title

POSITION = Qt.ItemDataRole.UserRole
"""Where a row keeps the position that it leads to, counted from the start of the iteration."""
NAME, SHAPE = range(2)


class Steps(Panel):
    """A row leads to the position after its step; the row of a group or phase to that after its last one."""

    identity = "steps"
    title = "Steps"
    area = "left"
    order = 0
    extent = 280

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setUniformRowHeights(True)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.tree.setFont(fonts.text_font())
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(SHAPE, QHeaderView.ResizeMode.ResizeToContents)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.addWidget(self.tree)
        self.setFocusProxy(self.tree)
        self.tree.itemActivated.connect(self._go)
        self.tree.itemClicked.connect(self._go)
        self._filled: tuple[object, ...] = ()
        self._rows: list[QTreeWidgetItem] = []
        self._marked: list[QTreeWidgetItem] = []

    # ---- filling ------------------------------------------------------------------------------------------

    def show_look(self) -> None:
        text = self.desk.text
        self.tree.setHeaderLabels([text("Steps"), text("Shape")])
        self.tree.setAccessibleName(text("Steps"))
        self._filled = ()
        self.show_moved()

    def show_opened(self) -> None:
        self._filled = ()
        self.show_moved()

    def show_moved(self) -> None:
        moved, graph = self.desk.moved, self.desk.graph
        if moved is None or graph is None:
            self.tree.clear()
            self._rows, self._marked, self._filled = [], [], ()
            return
        if self._filled != (moved.steps, self.desk.text):
            self._fill(moved.steps)
            self._filled = (moved.steps, self.desk.text)
        self._mark(moved.moment.done)

    def _fill(self, steps: tuple[Step, ...]) -> None:
        text = self.desk.text
        self.tree.clear()
        self._rows, self._marked = [], []
        for phase in PHASES:
            listed = [(index, step) for index, step in enumerate(steps) if step.phase == phase]
            if not listed:
                continue
            top = QTreeWidgetItem(self.tree, [f"{PHASE_SIGNS[phase]}  {text(PHASE_TITLES[phase])}", ""])
            top.setData(NAME, POSITION, listed[-1][0] + 1)
            top.setFont(NAME, fonts.text_font(weight=QFont.Weight.DemiBold))
            group: tuple[Scope, QTreeWidgetItem] | None = None
            for index, step in listed:
                group = self._group(top, step, group)
                self._add(group[1] if group else top, index, step)
        self.tree.expandAll()

    def _group(
        self, top: QTreeWidgetItem, step: Step, before: tuple[Scope, QTreeWidgetItem] | None
    ) -> tuple[Scope, QTreeWidgetItem] | None:
        """The row of the group that a step lies in; neighbours share one."""
        if not step.scope:
            return None
        if before is not None and before[0] == step.scope:
            return before
        return step.scope, QTreeWidgetItem(top, [title(step.scope), ""])

    def _add(self, above: QTreeWidgetItem, index: int, step: Step) -> None:
        graph, opened = self.desk.graph, self.desk.opened
        if graph is None or opened is None:
            return
        name, _ = made_by(step, graph)
        spec = opened.specs.get(name) if name else None
        row = QTreeWidgetItem(above, [step_title(step, graph, self.desk.text), ""])
        if spec is not None:
            row.setText(SHAPE, self.desk.text(format_shape(spec.shape)))
            row.setFont(SHAPE, fonts.number_font(fonts.SMALL))
        row.setToolTip(NAME, row.text(NAME))
        row.setData(NAME, POSITION, index + 1)
        if above.parent() is not None:
            above.setData(NAME, POSITION, index + 1)
        self._rows.append(row)

    # ---- where we are -------------------------------------------------------------------------------------

    def _mark(self, done: int) -> None:
        """▶ the step that just ran, ▷ the next; what has not run is faint."""
        theme, text, graph, moved = self.desk.theme, self.desk.text, self.desk.graph, self.desk.moved
        if graph is None or moved is None:
            return
        bold, plain = fonts.text_font(weight=QFont.Weight.DemiBold), fonts.text_font()
        for index, row in enumerate(self._rows):
            sign = "▶ " if index == done - 1 else "▷ " if index == done else ""
            row.setText(NAME, sign + step_title(moved.steps[index], graph, text))
            row.setFont(NAME, bold if index == done - 1 else plain)
            row.setForeground(NAME, QBrush(QColor(theme.ink if index < done else theme.muted)))
            row.setForeground(SHAPE, QBrush(QColor(theme.muted)))
        if 0 < done <= len(self._rows):
            self.tree.setCurrentItem(self._rows[done - 1])
            self.tree.scrollToItem(self._rows[done - 1])
        else:
            self.tree.setCurrentIndex(QModelIndex())

    def _go(self, row: QTreeWidgetItem) -> None:
        moved, position = self.desk.moved, row.data(NAME, POSITION)
        if moved is not None and position is not None:
            self.desk.bridge.ask(Seek(moved.start + position))
