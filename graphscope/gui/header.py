"""What stands around the graph: the breadcrumb above it, the pill and the runtime button, the words below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QWidget

from graphscope.engine.step import Phase, Step
from graphscope.gui.widgets.breadcrumb import Breadcrumb
from graphscope.gui.widgets.pill import Pill
from graphscope.service.requests import Depth, Moved
from graphscope.view.telling import PHASE_SIGNS, PHASE_TITLES, step_title

if TYPE_CHECKING:
    from graphscope.gui.window import Window


class Header(QObject):
    """Tells where the run is, in four places, always the same."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self.breadcrumb, self.pill = Breadcrumb(), Pill()
        self.runtime, self._words, self._count = QToolButton(), QLabel(), QLabel()
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._counted: tuple[Step, ...] = ()
        self._places: list[int] = []
        self._counts: Counter[Phase] = Counter()
        self._arrange()
        self.breadcrumb.chosen.connect(self._chosen)
        self._desk.depth_changed.connect(lambda: self.breadcrumb.show_depth(self._desk.depth))

    def _arrange(self) -> None:
        toolbar, bar = self._window.toolbar, self._window.statusBar()
        self.runtime.setObjectName("runtime")
        self.runtime.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.runtime.setMenu(self._window.menus.top["Runtime"])
        gap = QWidget()
        gap.setFixedWidth(8)
        for widget in (self.pill, gap, self.runtime):
            toolbar.addWidget(widget)
        bar.setSizeGripEnabled(False)
        bar.addWidget(self._words, 1)
        bar.addPermanentWidget(self._count)

    def _chosen(self, depth: Depth) -> None:
        self._window.docks.show("explain")
        self._desk.set_depth(depth)

    def retheme(self) -> None:
        """Use the colours of the theme."""
        self.breadcrumb.retheme(self._desk.theme)
        self.pill.retheme(self._desk.theme)

    def tell(self) -> None:
        """Tell where the run is now."""
        text, opened, moved = self._desk.text, self._desk.opened, self._desk.moved
        shown = opened is not None
        self.breadcrumb.setVisible(shown)
        title = self._title()
        self.runtime.setText(f"{title} · {opened.floating} ▾" if opened else text("Runtime") + " ▾")
        self.runtime.setToolTip(text("What computes the numbers; click to choose another"))
        if opened is None or moved is None:
            self.pill.tell("", backward=False)
            self._words.setText(text("Choose a model to begin") if not shown else "")
            self._count.setText("")
            return
        self._tell_pill(moved)
        self.breadcrumb.tell(text, self._depths(moved))
        words = self._sentence(moved)
        self._words.setText(words)
        self._count.setText(text("position {n}", n=moved.moment.position))

    def _title(self) -> str:
        """What computes at this position: another backend than at first after a switch."""
        opened, moved = self._desk.opened, self._desk.moved
        there = moved.moment.title if moved is not None else ""
        return there or (opened.title if opened is not None else "")

    def _tell_pill(self, moved: Moved) -> None:
        text, moment = self._desk.text, moved.moment
        if moment.last is None:
            self.pill.tell(text("Iteration {n} · not started", n=0), backward=False)
            return
        phase = moment.last.phase
        place, count = self._place(moved.steps.planned, moment.done)
        facts = {
            "n": moment.iteration,
            "phase": text(PHASE_TITLES[phase]),
            "sign": PHASE_SIGNS[phase],
            "k": place,
            "of": count,
            "step": moment.done,
            "steps": moment.length,
        }
        told = text("Iteration {n} · {phase} {sign} {k}/{of} · step {step}/{steps}", **facts)
        self.pill.tell(told, backward=phase == "backward")

    def _place(self, planned: tuple[Step, ...], done: int) -> tuple[int, int]:
        """Which step of its phase the last one is, and of how many; counted once for each plan."""
        if self._counted is not planned:
            seen: Counter[Phase] = Counter()
            self._places = []
            for step in planned:
                seen[step.phase] += 1
                self._places.append(seen[step.phase])
            self._counted, self._counts = planned, seen
        return self._places[done - 1], self._counts[planned[done - 1].phase]

    def _sentence(self, moved: Moved) -> str:
        """What just ran and what is next, in words."""
        text, graph, moment = self._desk.text, self._desk.graph, moved.moment
        if graph is None:
            return ""
        parts: list[str] = []
        if moment.last is not None:
            parts.append(text("Just ran: {step}.", step=step_title(moment.last, graph, text)))
        if moment.next is not None:
            parts.append(text("Next: {step}.", step=step_title(moment.next, graph, text)))
        if moved.stopped is not None:
            parts.append(str(text.tell(moved.stopped)))
        return "  ".join(parts)

    def announce(self) -> None:
        """Tell screen readers what just ran."""
        moved, graph = self._desk.moved, self._desk.graph
        if moved is None or graph is None or moved.moment.last is None or not QAccessible.isActive():
            return
        told = step_title(moved.moment.last, graph, self._desk.text)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._window.canvas, told))

    def _depths(self, moved: Moved) -> Mapping[Depth, str]:
        """What stands at each depth of the ladder now."""
        text, opened, last = self._desk.text, self._desk.opened, moved.moment.last
        name = opened.model.name if opened else ""
        device = self._title()
        if last is None:
            return {"layer": name, "operation": "–", "kernel": "–", "device": device}
        kernels = {"forward": "{op}.forward", "backward": "{op}.vjp", "update": "{op}.forward"}
        kernel = kernels.get(last.kind, "–").format(op=last.op)
        operation = last.node or last.value or text(PHASE_TITLES[last.phase])
        return {
            "layer": " / ".join(last.scope) or name,
            "operation": f"{operation} · {last.op}" if last.op else operation,
            "kernel": kernel,
            "device": device,
        }
