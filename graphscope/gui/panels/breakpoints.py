"""Breakpoints: where runs stop, under which condition, how often they did, and where they would have."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from graphscope.debug import breakpoints
from graphscope.debug.breakpoints import OFF
from graphscope.errors import GraphScopeError
from graphscope.graph.scope import groups, title
from graphscope.gui import fonts
from graphscope.gui.canvas.painting import plain
from graphscope.gui.desk import Desk
from graphscope.gui.icons import icon
from graphscope.gui.panel import Panel
from graphscope.gui.widgets.stop_mark import StopSign
from graphscope.gui.widgets.tip import tip
from graphscope.service.requests import Opened
from graphscope.service.tasks.breakpoints import AskBreakpoints, BreakpointTold
from graphscope.view.palette import Theme
from graphscope.view.text import Text

NARROWEST, LOWEST = 280, 240
"""Pixels; below, conditions break too often, and too few breakpoints are seen at once."""
BUTTON = 24


class StopRow(QWidget):
    """One breakpoint: whether it is enabled, where it is, its condition, its hits, and where it would have stopped."""

    def __init__(self, told: BreakpointTold, text: Text, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.told = told
        self.enabled, self.where, self.condition = QCheckBox(), QLabel(), QLabel()
        self.hits, self.past, self.remove, self.edit = QLabel(), QLabel(), QToolButton(), QToolButton()
        self._tell(text, theme)
        self._arrange(theme)

    def _tell(self, text: Text, theme: Theme) -> None:
        told = self.told
        where = str(text.tell(told.where))
        self.enabled.setChecked(told.enabled)
        self.enabled.setAccessibleName(f"{where} {told.condition}".strip())
        self.where.setText(plain(where))
        self.condition.setText(plain(f"if {told.condition}" if told.condition else ""))
        hits = text("{n} hits", n=told.hits) if told.hits != 1 else text("1 hit")
        self.hits.setText(hits if told.hits else "")
        below = told.problem or told.past
        self.past.setText(plain(str(text.tell(below))) if below is not None else "")
        quiet = theme.ink if told.enabled and told.problem is None else theme.faint
        for label, ink in (
            (self.where, quiet),
            (self.condition, quiet),
            (self.hits, theme.muted),
            (self.past, theme.alarm if told.problem is not None else theme.muted),
        ):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setStyleSheet(f"color: {ink};")
        self.setToolTip(tip((told.text,)))
        for button, name, word in (
            (self.edit, "pencil", text("Edit")),
            (self.remove, "close", text("Remove")),
        ):
            button.setObjectName("plain")
            button.setStyleSheet("padding: 0;")
            button.setFixedSize(BUTTON, BUTTON)
            button.setIcon(icon(name, theme.muted))
            button.setToolTip(word)
            button.setAccessibleName(f"{word}: {where}")

    def _arrange(self, theme: Theme) -> None:
        told = self.told
        self.where.setFont(fonts.text_font(fonts.BASE, QFont.Weight.DemiBold))
        self.condition.setFont(fonts.number_font(fonts.SMALL))
        self.hits.setFont(fonts.text_font(fonts.SMALL))
        self.past.setFont(fonts.text_font(fonts.SMALL))
        for label in (self.where, self.condition, self.past):
            label.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 6, 4, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        mark = "off" if not told.enabled else "conditional" if told.condition else "plain"
        top = (self.enabled, StopSign(mark, theme), self.where, self.hits)
        for column, widget in enumerate(top):
            grid.addWidget(widget, 0, column)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        grid.addLayout(buttons, 0, 4)
        for button in (self.edit, self.remove):
            buttons.addWidget(button)
            button.setHidden(told.text == "nan")
        for row, label in enumerate((self.condition, self.past), 1):
            grid.addWidget(label, row, 2, 1, 3)
            label.setHidden(not label.text())


class BreakpointsPanel(Panel):
    """A list to switch, edit and remove them, and a line that takes new ones by their text."""

    identity = "breakpoints"
    title = "Breakpoints"
    area = "right"
    layouts = ()
    order = 3
    extent = 360

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(NARROWEST, LOWEST)
        self.line, self.add, self.trouble = QLineEdit(), QPushButton(), QLabel()
        self._completions = QStringListModel(self)
        self._editing = ""
        """The text of the breakpoint that the line is changing, or ""."""
        self.rows: list[StopRow] = []
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._arrange()
        self.line.returnPressed.connect(self._submit)
        self.line.textEdited.connect(lambda _: self.trouble.hide())
        self.add.clicked.connect(self._submit)
        desk.breakpoints_changed.connect(self._opened)  # a fact of the model that is open

    def _arrange(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self._list)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setObjectName("panel")
        self._list.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.line.setFont(fonts.number_font(fonts.SMALL))
        completer = QCompleter(self._completions, self.line)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        popup = completer.popup()
        if popup is not None:
            popup.setFont(fonts.number_font(fonts.SMALL))
        self.line.setCompleter(completer)
        self.trouble.setWordWrap(True)
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.hide()
        below = QHBoxLayout()
        below.setContentsMargins(12, 4, 12, 8)
        below.setSpacing(8)
        below.addWidget(self.line, 1)
        below.addWidget(self.add)
        self.trouble.setContentsMargins(12, 0, 12, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addLayout(below)
        column.addWidget(self.trouble)
        self.setFocusProxy(self.line)

    # ---- what has changed ---------------------------------------------------------------------------------

    def show_look(self) -> None:
        text = self.desk.text
        self.line.setPlaceholderText("node:m2 if loss > 1")
        self.line.setAccessibleName(text("New breakpoint"))
        self.line.setToolTip(
            tip(
                (
                    text("New breakpoint"),
                    *(f"{form}  –  {text.tell(breakpoints.told(breakpoints.read(form)))}" for form in FORMS),
                )
            )
        )
        self.trouble.setStyleSheet(f"color: {self.desk.theme.alarm};")
        self._name_button()
        self._list_all()

    def _name_button(self) -> None:
        self.add.setText(self.desk.text("Replace") if self._editing else self.desk.text("Add"))
        self.add.setAccessibleName(self.add.text())

    def show_opened(self) -> None:
        self._completions.setStringList(completions(self.desk.opened))
        self._list_all()

    def show_moved(self) -> None:
        """Hits, and where they would have stopped, are others now."""
        texts = tuple(("" if each.enabled else OFF) + each.text for each in self.desk.breakpoints)
        if texts and self.desk.moved is not None:
            self.desk.bridge.ask(AskBreakpoints(texts))

    def _list_all(self) -> None:
        """One row for each; where nothing but the numbers changed, the keyboard stays where it was."""
        told, old = self.desk.breakpoints, self.rows
        focused = next(((n, self._part(row)) for n, row in enumerate(old) if self._part(row)), None)
        self.rows = [StopRow(each, self.desk.text, self.desk.theme, self._list) for each in told]
        for place, row in enumerate(self.rows):
            self._column.insertWidget(place, row)
            row.show()
            row.enabled.toggled.connect(lambda on, text=row.told.text: self._switch(text, on=on))
            row.remove.clicked.connect(lambda _=False, text=row.told.text: self._remove(text))
            row.edit.clicked.connect(lambda _=False, text=row.told.text: self._edit(text))
        if focused is not None and focused[0] < len(self.rows):
            getattr(self.rows[focused[0]], focused[1]).setFocus()
        for row in old:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()

    def _part(self, row: StopRow) -> str:
        """Which part of a row has the keyboard, or ""."""
        focus = self.window().focusWidget()
        return next((name for name in ("enabled", "edit", "remove") if getattr(row, name) is focus), "")

    # ---- what is done -------------------------------------------------------------------------------------

    def _switch(self, text: str, *, on: bool) -> None:
        self.desk.breakpoint_switched.emit(text, on)

    def _remove(self, text: str) -> None:
        self.desk.breakpoint_wanted.emit(text)

    def _edit(self, text: str) -> None:
        """Take its text into the line."""
        self._editing = text
        self.line.setText(text)
        self.line.setFocus()
        self.trouble.hide()
        self._name_button()

    def _submit(self) -> None:
        """Add what is written, in place of what is being edited."""
        try:
            point = breakpoints.read(self.line.text())
        except GraphScopeError as error:
            self.trouble.setText(plain(str(self.desk.text.tell(error))))
            self.trouble.show()
            return
        there = {each.text for each in self.desk.breakpoints}
        if self._editing in there and self._editing != str(point.place):
            self.desk.breakpoint_wanted.emit(self._editing)
        if str(point.place) not in there:
            self.desk.breakpoint_wanted.emit(str(point))
        self._leave()

    def _leave(self) -> None:
        self._editing = ""
        self.line.clear()
        self.trouble.hide()
        self._name_button()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = next((each for each in self.rows if self._part(each)), None)
        if event.key() == Qt.Key.Key_Delete and row is not None and row.told.text != "nan":
            self._remove(row.told.text)
        elif event.key() == Qt.Key.Key_Escape and (self._editing or self.line.text()):
            self._leave()
        else:
            super().keyPressEvent(event)


FORMS = ("node:m2@backward", "value:W1", "group:hidden", "op:Tanh", "phase:backward", "iteration:20")
"""One of each kind, as examples."""


def completions(opened: Opened | None) -> list[str]:
    """What can be written for a model: presets first, then every place."""
    if opened is None:
        return []
    model, graph = opened.model, opened.model.graph
    parameters = [name for name in graph.parameters if graph.by_name[name].gradient][:1]
    presets = ["if loss < 0.1", "phase:prepare if iteration % 10 == 0"] if model.loss is not None else []
    presets += [f'if norm(grad("{name}")) > 10' for name in parameters]
    presets += [f'if norm(grad("{name}")) < 1e-7' for name in parameters]
    points = [breakpoints.Breakpoint("phase", phase) for phase in ("forward", "backward", "update")]
    points += [breakpoints.Breakpoint("node", node.name) for node in graph.nodes]
    points += [
        breakpoints.Breakpoint("value", value.name) for value in graph.table if value.kind != "constant"
    ]
    points += [breakpoints.Breakpoint("op", op) for op in dict.fromkeys(node.op.name for node in graph.nodes)]
    scopes = groups(node.scope for node in graph.nodes)
    points += [breakpoints.Breakpoint("group", title(scope)) for scope in scopes]
    return [*presets, "iteration:10", *map(str, points)]
