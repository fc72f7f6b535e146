"""“Go to step”: a position by its number, or a step of this iteration by its node, value or kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphscope.engine.step import Step
from graphscope.graph.graph import Graph
from graphscope.gui.dialogs.finder import Finder
from graphscope.gui.dialogs.matching import Match, match
from graphscope.gui.dialogs.rows import Row
from graphscope.service.requests import Moved
from graphscope.view.telling import PHASE_SIGNS, PHASE_TITLES, gradient_names, step_title

if TYPE_CHECKING:
    from graphscope.gui.window import Window

FURTHEST = 100_000
"""So many steps beyond what has been computed can be asked for at once; a jump cannot be interrupted."""


@dataclass(frozen=True)
class GoToStep:
    """Lists the steps of the iteration that a window is in."""

    window: Window

    def open(self) -> Finder:
        """Show it; what just ran is chosen."""
        text, moved = self.window.desk.text, self.window.desk.moved
        finder = Finder(
            self.window.desk,
            self.window,
            self.rows,
            title=text("Go to step"),
            hint=text("A position, or part of a node's or value's name"),
            nothing=text("No step of this iteration has such a name. A number goes to any position."),
        )
        finder.go_to(moved.moment.done if moved else 0)
        finder.open()
        return finder

    def rows(self, query: str) -> Sequence[Row]:
        """The position that a number names, then the steps that fit."""
        moved, graph = self.window.desk.moved, self.window.desk.graph
        if moved is None or graph is None:
            return ()
        if not query.strip():
            return [
                self._start(moved),
                *(self._step(moved, graph, place) for place in range(len(moved.steps))),
            ]
        found = [(self._fit(query, step, graph), place) for place, step in enumerate(moved.steps)]
        fitting = [(fit, place) for fit, place in found if fit is not None]
        fitting.sort(key=lambda pair: -pair[0].score)
        steps = [self._step(moved, graph, place, fit.places) for fit, place in fitting]
        return [*self._numbered(query, moved, graph), *steps]

    def _fit(self, query: str, step: Step, graph: Graph) -> Match | None:
        title = step_title(step, graph, self.window.desk.text)
        names = (step.node or "", step.value or "", *gradient_names(step, graph), " ".join(step.scope))
        return match(query, title, *(name for name in names if name))

    def _numbered(self, query: str, moved: Moved, graph: Graph) -> list[Row]:
        """The row of a position, where the query is one."""
        text = self.window.desk.text
        if not (query.strip().isdecimal() and query.strip().isascii()):
            return []
        position, start = int(query), moved.start
        title = text("Position {n}", n=position)
        possible = position - moved.reached <= FURTHEST
        if not possible:
            note = text(
                "Too far: from here at most position {n} can be reached in one go", n=moved.reached + FURTHEST
            )
        elif start < position <= start + len(moved.steps):
            note = step_title(moved.steps[position - start - 1], graph, text)
        elif position == 0:
            note = text("The start, before the first step")
        elif position > moved.reached:
            note = text("{n} steps will be computed", n=position - moved.reached)
        else:
            note = text("In another iteration")
        return [Row(title, lambda: self._go(position), note=note, possible=possible, lead="→")]

    def _start(self, moved: Moved) -> Row:
        text = self.window.desk.text
        title = text("Start of iteration {n}", n=moved.steps[0].iteration if moved.steps else 0)
        return Row(title, lambda: self._go(moved.start), lead=str(moved.start))

    def _step(self, moved: Moved, graph: Graph, place: int, places: tuple[int, ...] = ()) -> Row:
        text, step, position = self.window.desk.text, moved.steps[place], moved.start + place + 1
        here = moved.moment.position == position
        return Row(
            step_title(step, graph, text),
            lambda: self._go(position),
            note=text("just ran") if here else " / ".join(step.scope),
            lead=str(position),
            tail=f"{text(PHASE_TITLES[step.phase])} {PHASE_SIGNS[step.phase]}",
            places=places,
        )

    def _go(self, position: int) -> None:
        self.window.running.seek(position)
