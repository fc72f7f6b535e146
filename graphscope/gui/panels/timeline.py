"""The timeline: every step of the run in order, and a play-head that is dragged through it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graphscope.engine.step import Step
from graphscope.gui.desk import Desk
from graphscope.gui.panel import Panel
from graphscope.gui.widgets.tip import tip
from graphscope.gui.widgets.track import PastStop, Track
from graphscope.service.requests import Failed, Seek
from graphscope.service.tasks.breakpoints import BreakpointTold
from graphscope.service.tasks.past_stops import AskPastStops, PastStopsTold
from graphscope.view.telling import PHASE_SIGNS, PHASE_TITLES, short_titles, step_title
from graphscope.view.timeline import Laps

REST = 300
"""Milliseconds without a move after which it is asked where breakpoints would have stopped: it takes a while."""


class Timeline(Panel):
    """Scrubs through the run; jumps are asked for one after another, the newest wins."""

    identity = "timeline"
    title = "Timeline"
    area = "bottom"
    layouts = ("learn", "debug")
    order = 0
    extent = 112

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._track = Track()
        self._problems: dict[int, str] = {}
        self._edits = 0
        self._laps = Laps()
        self._known: tuple[object, ...] | None = None
        """What was asked for when it was last asked where breakpoints would have stopped."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REST)
        self._soon.timeout.connect(self._ask_stops)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._track)
        self.setFocusProxy(self._track)
        self._track.sought.connect(lambda position: desk.bridge.ask(Seek(position)))
        desk.bridge.failed.connect(self._failed)
        desk.bridge.listen(PastStopsTold, self._show_stops)
        desk.breakpoints_changed.connect(self._moved)  # where they would have stopped is another place too

    def show_look(self) -> None:
        text = self.desk.text
        labels = tuple(
            f"{PHASE_SIGNS[phase]} {text(PHASE_TITLES[phase])}" for phase in ("forward", "backward", "update")
        )
        self._track.set_words(
            labels,
            lambda n: text("Iteration {n}", n=n),
            self._titles,
            self._tooltip,
        )
        self._track.retheme(self.desk.theme)
        told = text("Drag to go through the run; hold Ctrl and turn the wheel to zoom")
        self._track.setAccessibleDescription(told)
        self._known = None  # what is told of them is in other words now
        self._soon.start()
        self._tell()

    def show_opened(self) -> None:
        self._problems, self._edits, self._laps = {}, 0, Laps()
        self._known = None
        self._track.set_stops({})
        if self.desk.moved is None:
            self.show_moved()
        self._tell()

    def show_moved(self) -> None:
        moved = self.desk.moved
        if moved is None:
            self._track.set_laps(self._laps)
            self._track.set_position(0, 0, {})
            return
        if moved.edits != self._edits:
            self._problems, self._edits = {}, moved.edits
            self._track.set_stops({})
        problem = moved.moment.problem
        if problem is not None:
            self._problems[problem.position] = str(self.desk.text.tell(problem.sentence))
        laps = self._laps.moved(moved.steps.planned, moved.steps.iteration, moved.start, moved.reached)
        if laps is not self._laps:
            self._laps = laps
            self._track.set_laps(laps)
        self._track.set_position(moved.moment.position, moved.reached, self._problems)
        self._soon.start()
        self._tell()

    # ---- where breakpoints would have stopped ---------------------------------------------------------------

    def _points(self) -> tuple[BreakpointTold, ...]:
        """Those to be marked; what is not finite has marks of its own."""
        return tuple(
            each
            for each in self.desk.breakpoints
            if each.enabled and each.problem is None and each.text != "nan"
        )

    def _ask_stops(self) -> None:
        moved, texts = self.desk.moved, tuple(each.text for each in self._points())
        known = (texts, moved.start, moved.reached, moved.edits) if moved is not None else None
        if known == self._known or not self.isVisible():
            return
        self._known = known
        if texts:
            self.desk.bridge.ask(AskPastStops(texts))
        else:
            self._track.set_stops({})

    def _show_stops(self, answer: PastStopsTold) -> None:
        points, text = self._points(), self.desk.text
        if answer.request.texts != tuple(each.text for each in points):
            return  # there is a newer answer on its way
        found: dict[int, PastStop] = {}
        for point, positions in zip(points, answer.positions, strict=True):
            for position in positions:
                told = text(
                    "{text} stops a run here, at position {position}. A click goes there.",
                    text=point.text,
                    position=position,
                )
                mark = "conditional" if point.condition else "plain"
                found.setdefault(position, PastStop(mark, tip((told,))))
        self._track.set_stops(found)

    def _failed(self, failed: Failed) -> None:
        if isinstance(failed.request, Seek):
            self._track.give_up()

    def _tell(self) -> None:
        """Where the run is, in words."""
        text, moved = self.desk.text, self.desk.moved
        if moved is None:
            self._track.setAccessibleName(text("Timeline"))
            return
        moment = moved.moment
        fields = {"n": moment.done, "steps": moment.length, "iteration": moment.iteration}
        told = text("Timeline: step {n} of {steps} in iteration {iteration}", **fields)
        if moment.last is not None:
            told += f", {text(PHASE_TITLES[moment.last.phase])}"
        self._track.setAccessibleName(told)

    def _titles(self, step: Step) -> tuple[str, ...]:
        graph = self.desk.graph
        return short_titles(step, graph, self.desk.text) if graph is not None else ()

    def _tooltip(self, position: int) -> str:
        """What is told of the step after a position."""
        moved, graph, text = self.desk.moved, self.desk.graph, self.desk.text
        if moved is None or graph is None or not moved.steps:
            return ""
        iteration, index = self._laps.at(position)
        step = self._laps.steps(iteration)[index]
        fields = {"n": iteration, "step": index + 1, "position": position + 1}
        lines = [
            step_title(step, graph, text),
            text("Iteration {n}, step {step}: position {position}", **fields),
        ]
        if position + 1 in self._problems:
            lines.append(self._problems[position + 1])
        return tip(lines)
