"""Source: the code of the model, with the lines of the steps, of what is selected, and of breakpoints marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from graphscope.engine.step import Step
from graphscope.graph.graph import Graph
from graphscope.gui.canvas.painting import plain
from graphscope.gui.desk import Desk
from graphscope.gui.line_stops import stop_at, stops
from graphscope.gui.panel import Panel
from graphscope.gui.widgets.code_gutter import Marks
from graphscope.gui.widgets.code_view import CodeView
from graphscope.gui.widgets.tip import tip
from graphscope.service.tasks.breakpoints import BreakpointTold
from graphscope.service.tasks.source import AskSource, SourceTold
from graphscope.view.code.lines import Code
from graphscope.view.telling import PHASE_SIGNS

LOWEST = 272
"""Pixels of height in which some twelve lines can be read."""
HOLLOW = {"○": "○", "●": "○", "◆": "◇", "⟳": "⟳"}
"""The sign of a step that has not run yet."""


class Source(Panel):
    """Follows the step that just ran; a click on a line selects what it makes, a click beside it stops there."""

    identity = "source"
    title = "Source"
    area = "right"
    layouts = ()
    order = 2
    extent = 340

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabs, self.view = QTabBar(), CodeView()
        self._codes: tuple[Code, ...] = ()
        self._found_active: tuple[Code | None, frozenset[int]] = (None, frozenset())
        self._stops: dict[int, list[BreakpointTold]] = {}
        self._layers = False
        """Whether code made from the graph was preferred to the author's."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self.setMinimumHeight(LOWEST)
        self.tabs.hide()
        self.tabs.tabBarClicked.connect(self._prefer)
        self.tabs.currentChanged.connect(self._show_code)
        self.view.chosen.connect(self._choose)
        self.view.command.connect(desk.wanted)
        self.view.stop_wanted.connect(self._want_stop)
        self.view.pointed.connect(self._point)
        self.view.tip = self._tip
        desk.breakpoints_changed.connect(self._stops_changed)
        desk.bridge.listen(SourceTold, self._told)

    # ---- what has changed --------------------------------------------------------------------------------

    def show_look(self) -> None:
        text = self.desk.text
        self.view.retheme(self.desk.theme)
        self.view.setAccessibleName(text("Source code"))
        self.view.setAccessibleDescription(
            text("Up and Down choose a line, Enter selects what it makes, F9 stops there")
        )
        self.view.setPlaceholderText(text("Choose a model: its code will stand here."))
        self.tabs.setAccessibleName(text("Ways to write the model"))
        self._name_tabs()

    def show_opened(self) -> None:
        self._set_codes(())
        if self.desk.opened is not None:
            self.desk.bridge.ask(AskSource())

    def show_moved(self) -> None:
        self._mark()
        marks = self.view.marks
        for line in (marks.ahead, marks.here):
            if line is not None:
                self.view.show_line(line)

    def show_selection(self) -> None:
        self._mark()
        if self.view.marks.chosen is not None:
            self.view.go_to(self.view.marks.chosen)

    def _stops_changed(self) -> None:
        if self.isVisible():
            self._mark()
        else:
            self._changed("moved")  # the same lines are marked anew when somebody looks

    # ---- the code ------------------------------------------------------------------------------------------

    @property
    def code(self) -> Code | None:
        """The code that is shown."""
        place = self.tabs.currentIndex()
        return self._codes[place] if 0 <= place < len(self._codes) else None

    def _told(self, answer: SourceTold) -> None:
        if self.desk.opened is not None and answer.codes != self._codes:
            self._set_codes(answer.codes)

    def _set_codes(self, codes: tuple[Code, ...]) -> None:
        """Show other codes: the author's, or that made from the graph where it was preferred before."""
        self._codes = codes
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for _ in codes:
            self.tabs.addTab("")
        self._name_tabs()
        self.tabs.setCurrentIndex(len(codes) - 1 if self._layers else 0)
        self.tabs.blockSignals(False)
        self.tabs.setVisible(len(codes) > 1)
        self._show_code()

    def _name_tabs(self) -> None:
        for place, code in enumerate(self._codes):
            self.tabs.setTabText(place, self._title(code))

    def _title(self, code: Code) -> str:
        """The name of its file; a text that was typed into the window has none."""
        if code.built:
            return self.desk.text("As layers")
        return self.desk.text("As typed") if code.title.startswith("<") else plain(code.title)

    def _prefer(self, place: int) -> None:
        if 0 <= place < len(self._codes):
            self._layers = self._codes[place].built

    def _show_code(self) -> None:
        code = self.code
        self.view.set_code(code.text if code is not None else "")
        self._mark()
        marks = self.view.marks
        line = marks.chosen or marks.here or marks.ahead
        if line is not None:
            self.view.go_to(line)

    # ---- marks ---------------------------------------------------------------------------------------------

    def _mark(self) -> None:
        """Mark the lines of the last and the next step, of what is selected, and of breakpoints."""
        code, moved, graph = self.code, self.desk.moved, self.desk.graph
        if code is None or graph is None:
            return
        self._stops = stops(code, self._codes, self.desk.breakpoints)
        last = moved.moment.last if moved is not None else None
        ahead = moved.moment.next if moved is not None else None
        self.view.set_marks(
            Marks(
                code.of_step(last),
                _sign(last),
                _back(last),
                code.of_step(ahead),
                HOLLOW.get(_sign(ahead), ""),
                _back(ahead),
                code.of_value.get(self.desk.selection.name or ""),
                _numbers(self._stops, enabled=True),
                _numbers(self._stops, enabled=False),
                self._active(code, graph),
            )
        )

    def _active(self, code: Code, graph: Graph) -> frozenset[int]:
        """The lines where a run can stop."""
        if self._found_active[0] is not code:
            lines = (line.number for line in code.lines if stop_at(code, line, graph) is not None)
            self._found_active = (code, frozenset(lines))
        return self._found_active[1]

    def _tip(self, number: int) -> str:
        """What is said beside a line."""
        if number in self._stops:
            return tip(told.text for told in self._stops[number])
        text = self.desk.text
        if number in self.view.marks.active:
            return tip((text("Stop at this line ({key})", key="F9"),))
        return tip((text("No step belongs to this line"),))

    # ---- what is clicked -----------------------------------------------------------------------------------

    def _choose(self, number: int) -> None:
        """Select what a line makes: the last first, the one before it at the next click, and so on."""
        code, selection = self.code, self.desk.selection
        line = code.by_number.get(number) if code is not None else None
        if line is None:
            return
        names = line.values[::-1]
        before = names.index(selection.name) if selection.name in names else -1
        selection.select(names[(before + 1) % len(names)], selection.role)

    def _point(self, number: int) -> None:
        """Have everything that a line makes shown in the graph while the pointer is over it."""
        line = self.code.by_number.get(number) if self.code is not None else None
        self.desk.pointed.emit(line.values if line is not None else ())

    def _want_stop(self, number: int) -> None:
        """Set a breakpoint at a line, or take away those that are there."""
        code, graph = self.code, self.desk.graph
        line = code.by_number.get(number) if code is not None else None
        if code is None or graph is None or line is None:
            return
        there = [told.text for told in self._stops.get(number, ())]
        wanted = stop_at(code, line, graph)
        for text in there or ([wanted] if wanted is not None else []):
            self.desk.breakpoint_wanted.emit(text)


def _numbers(found: Mapping[int, Sequence[BreakpointTold]], *, enabled: bool) -> frozenset[int]:
    """The lines with a breakpoint that is switched on; or those whose breakpoints are all off."""
    return frozenset(
        number for number, told in found.items() if any(each.enabled for each in told) == enabled
    )


def _sign(step: Step | None) -> str:
    return PHASE_SIGNS[step.phase] if step is not None else ""


def _back(step: Step | None) -> bool:
    return step is not None and step.phase == "backward"
