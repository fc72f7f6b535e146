"""The steps of the iteration as a tree: phase, group, step; a click goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graphscope.engine.step import PHASES, Phase, Step
from graphscope.engine.summary import Summary
from graphscope.graph.scope import Scope, inside
from graphscope.graph.spec import format_shape
from graphscope.gui import fonts
from graphscope.gui.canvas.painting import plain
from graphscope.gui.desk import Desk
from graphscope.gui.panel import Panel
from graphscope.gui.widgets.tip import tip
from graphscope.gui.widgets.tree import Cell, Row, RowModel, Tree
from graphscope.service.requests import AskTimes, Moved, Opened, Seek, TimesTold
from graphscope.view.numbers import compact, duration, number
from graphscope.view.telling import PHASE_SIGNS, PHASE_TITLES, made_by, step_title

POSITION, NAME, SHAPE, NORM, TIME = range(5)
NORM_DIGITS = 8
ROOMY = {NORM: 360, TIME: 430}
"""Pixels from which on the norm and the time are shown."""


@dataclass(frozen=True)
class Stretch:
    """What a row stands for: a phase, a group of a phase, or one step.

    Args:
        first, last: the steps that it holds, counted from the start of the iteration.
        scope: of a group.
        step: whether it is one step.
    """

    phase: Phase
    first: int
    last: int
    scope: Scope = ()
    step: bool = False


class StepRows(RowModel[Stretch]):
    """Tells what the rows of the steps show."""

    columns = (("", "right"), ("Steps", "left"), ("Shape", "right"), ("Norm", "right"), ("Time", "right"))

    def __init__(self) -> None:
        super().__init__()
        self.opened: Opened | None = None
        self.moved: Moved | None = None
        self.times: Sequence[float | None] = ()
        self.tree: Tree | None = None

    def widest(self, column: int) -> str:
        if column == SHAPE:
            specs = self.opened.specs.values() if self.opened is not None else ()
            return max((format_shape(spec.shape) for spec in specs), key=len, default="")
        last = self.moved.start + len(self.moved.steps) if self.moved is not None else 0
        return {POSITION: f"▶ {last}", NORM: "8" * NORM_DIGITS, TIME: "99.9 µs"}.get(column, "")

    def cell(self, row: Row[Stretch], column: int) -> Cell:
        stretch = row.key
        if column == POSITION:
            return self._position(row)
        if column == NAME:
            return self._name(stretch)
        text = self._fact(stretch, column) if stretch.step else ""
        return Cell(text, fonts.number_font(fonts.SMALL), self.theme.muted)

    def _position(self, row: Row[Stretch]) -> Cell:
        """▶ the step that just ran, ▷ the next, and the position that the row leads to."""
        stretch, moved = row.key, self.moved
        if moved is None:
            return Cell()
        done = moved.moment.done
        alone = stretch.step or (self.tree is not None and not self.tree.isExpanded(self.place(row)))
        sign = ""
        if alone and stretch.first < done <= stretch.last + 1:
            sign = "▶ "
        elif alone and done == stretch.first:
            sign = "▷ "
        told = f"{sign}{moved.start + stretch.last + 1}"
        weight = QFont.Weight.Bold if sign == "▶ " else QFont.Weight.Normal
        ink = self.theme.ink if sign else self.theme.muted
        return Cell(told, fonts.number_font(fonts.SMALL, weight), ink)

    def _name(self, stretch: Stretch) -> Cell:
        theme = self.theme
        if not stretch.step:
            ink = theme.backward if stretch.phase == "backward" and not stretch.scope else theme.ink
            return Cell(self.title(stretch), fonts.text_font(weight=QFont.Weight.DemiBold), ink)
        done = self.moved.moment.done if self.moved is not None else 0
        just = stretch.last == done - 1
        weight = QFont.Weight.DemiBold if just else QFont.Weight.Normal
        ink = theme.ink if stretch.last < done else theme.muted
        return Cell(self.title(stretch), fonts.text_font(weight=weight), ink)

    def title(self, stretch: Stretch) -> str:
        """The row in words."""
        if stretch.scope and not stretch.step:
            return plain(stretch.scope[-1])
        if not stretch.step:
            return f"{PHASE_SIGNS[stretch.phase]}  {self.text(PHASE_TITLES[stretch.phase])}"
        step = self._step(stretch)
        if step is None or self.opened is None:
            return ""
        return plain(step_title(step, self.opened.model.graph, self.text))

    def _step(self, stretch: Stretch) -> Step | None:
        steps = self.moved.steps if self.moved is not None else ()
        return steps[stretch.first] if stretch.first < len(steps) else None

    def _fact(self, stretch: Stretch, column: int) -> str:
        if column == SHAPE:
            name, _ = self._made(stretch)
            spec = self.opened.specs.get(name) if self.opened is not None and name else None
            return self.text(format_shape(spec.shape)) if spec is not None else ""
        if column == NORM:
            summary = self._summary(stretch)
            return compact(summary.norm, NORM_DIGITS) if summary is not None else ""
        seconds = self.times[stretch.first] if stretch.first < len(self.times) else None
        return duration(seconds) if seconds is not None else ""

    def _made(self, stretch: Stretch) -> tuple[str | None, str]:
        step = self._step(stretch)
        if step is None or self.opened is None:
            return None, "value"
        return made_by(step, self.opened.model.graph)

    def _summary(self, stretch: Stretch) -> Summary | None:
        """What a step has made, as it is now."""
        moved = self.moved
        name, role = self._made(stretch)
        if moved is None or name is None or stretch.last >= moved.moment.done:
            return None
        return (moved.moment.gradients if role == "gradient" else moved.moment.values).get(name)

    def tip(self, row: Row[Stretch]) -> str:
        stretch, text = row.key, self.text
        if self.moved is None:
            return ""
        lines = [self.title(stretch), text("Position {n}", n=self.moved.start + stretch.last + 1)]
        if stretch.step:
            summary = self._summary(stretch)
            facts = (
                (text("Shape"), self._fact(stretch, SHAPE)),
                (text("Norm"), number(summary.norm) if summary is not None else ""),
                (text("Time"), self._fact(stretch, TIME)),
            )
            lines += [f"{caption}: {told}" for caption, told in facts if told]
        else:
            lines.append(text("A click shows the state after its last step."))
        return tip(lines)

    def spoken(self, row: Row[Stretch]) -> str:
        position = self._position(row).text
        state = {"▶": "just ran", "▷": "next"}.get(position[:1], "")
        told = [self.title(row.key), self.text(state) if state else ""]
        told += [self._fact(row.key, column) for column in (SHAPE, NORM)] if row.key.step else []
        return ", ".join(filter(None, told))


class Steps(Panel):
    """A row leads to the position after its step; the row of a group or phase to that after its last one."""

    identity = "steps"
    title = "Steps"
    area = "left"
    order = 0
    extent = 300

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = StepRows()
        self.tree = Tree(self.model, main=NAME, roomy=ROOMY)
        self.model.tree = self.tree
        self._listed: dict[int, Row[Stretch]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.addWidget(self.tree)
        self.setFocusProxy(self.tree)
        self.tree.activated.connect(self._go)
        self.tree.clicked.connect(self._go)
        desk.bridge.times.connect(self._told_times)

    def show_look(self) -> None:
        self.model.retell(self.desk.text, self.desk.theme)
        self.tree.fit()
        self.tree.setAccessibleName(self.desk.text("Steps"))

    def show_opened(self) -> None:
        self.model.opened, self.model.moved, self.model.times = self.desk.opened, None, ()
        self._listed = {}
        self.tree.refill(None)

    def show_moved(self) -> None:
        before, moved = self.model.moved, self.desk.moved
        if moved is None:
            return
        self.model.moved = moved
        if before is None or _others(before, moved):
            root = rows(moved.steps)
            self.tree.refill(root)
            self._listed = {row.key.first: row for row in root.all() if row.key.step}
        else:
            places = (before.moment.done - 1, before.moment.done, moved.moment.done - 1, moved.moment.done)
            self.model.changed([self._listed[place] for place in places if place in self._listed])
            if len(str(before.start)) != len(str(moved.start)):
                self.tree.fit()
            self.tree.viewport().update()
        self.tree.show_row(self._listed.get(moved.moment.done - 1))

    def show_settled(self) -> None:
        if self.desk.moved is not None and not self.tree.isColumnHidden(TIME):
            self.desk.bridge.ask(AskTimes())

    def _told_times(self, answer: TimesTold) -> None:
        if self.model.moved is not None and answer.start == self.model.moved.start:
            self.model.times = answer.seconds
            self.model.forget()
            self.tree.viewport().update()

    def _go(self, place: QModelIndex) -> None:
        row, moved = self.model.row(place), self.desk.moved
        if row is not None and moved is not None:
            self.desk.bridge.ask(Seek(moved.start + row.key.last + 1))


def _others(before: Moved, moved: Moved) -> bool:
    """Whether the iteration has other steps than the one before: a switch of the backend adds some."""
    old, new = before.steps.planned, moved.steps.planned
    return old is not new and old != new


def rows(steps: Sequence[Step]) -> Row[Stretch]:
    """The tree of an iteration: phases, in them the groups that steps lie in, neighbours in one."""
    root = Row(Stretch("prepare", 0, max(len(steps) - 1, 0)))
    for phase in PHASES:
        listed = [index for index, step in enumerate(steps) if step.phase == phase]
        if listed:
            top = root.add(Stretch(phase, listed[0], listed[-1]))
            _add(top, steps, listed, ())
    return root


def _add(above: Row[Stretch], steps: Sequence[Step], listed: Sequence[int], scope: Scope) -> None:
    """The steps of a scope; those of a scope inside it become a group."""
    phase, start = above.key.phase, 0
    while start < len(listed):
        first = listed[start]
        deeper = steps[first].scope[: len(scope) + 1]
        if len(deeper) == len(scope):
            above.add(Stretch(phase, first, first, scope, step=True))
            start += 1
            continue
        end = start + 1
        while end < len(listed) and inside(steps[listed[end]].scope, deeper):
            end += 1
        group = above.add(Stretch(phase, first, listed[end - 1], deeper))
        _add(group, steps, listed[start:end], deeper)
        start = end
