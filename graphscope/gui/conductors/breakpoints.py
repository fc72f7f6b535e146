"""Keeps the breakpoints of the window: sets them, shows them on the graph, and says where a run has stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from graphscope.debug import breakpoints
from graphscope.debug.breakpoints import NAN, Breakpoint
from graphscope.debug.stops import AT_BREAKPOINT
from graphscope.errors import GraphScopeError, Sentence
from graphscope.graph.scope import Scope, ancestors, title
from graphscope.gui.conductor import Conductor
from graphscope.service.requests import Moved, Opened, Restarted
from graphscope.service.tasks.breakpoints import (
    AskHits,
    BreakpointsTold,
    BreakpointTold,
    Continue,
    HitsTold,
    SetBreakpoints,
)
from graphscope.view.picture.stops import MARKS, StopMark, Stops

if TYPE_CHECKING:
    from graphscope.gui.window import Window


class BreakpointKeeper(Conductor):
    """They are kept by their texts, so that they outlive another backend or precision; the engine is told them."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._points: tuple[Breakpoint, ...] = (NAN,)
        self._hits: dict[Breakpoint, int] = {}
        """How often a run has stopped at each place: another engine would not know."""
        self._source: object = None
        self._new: Breakpoint | None = None
        """One that has just been set: it is told where it would have stopped."""
        window.bridge.opened.connect(self._opened)
        window.bridge.moved.connect(self._moved)
        window.bridge.listen(BreakpointsTold, self._told)
        window.bridge.listen(HitsTold, self._counted)
        window.bridge.listen(Restarted, lambda _: self._restore())
        window.desk.breakpoint_wanted.connect(self._toggle_text)
        window.desk.breakpoint_switched.connect(self._switch_text)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        return {
            "continue": self._run_on,
            "continue_back": lambda: self._run_on(backward=True),
            "toggle_breakpoint": self._toggle_selected,
            "toggle_group_breakpoint": self._toggle_group,
            "enable_breakpoint": self._switch_selected,
            "break_on_nan": lambda: self.toggle(NAN),
            "clear_breakpoints": lambda: self._set(self._points[:1]),
        }

    def _run_on(self, *, backward: bool = False) -> None:
        self._window.running.stop()
        self._window.bridge.ask(Continue(backward))

    # ---- setting them -------------------------------------------------------------------------------------

    def toggle(self, point: Breakpoint) -> None:
        """Set it, or remove it where it is; the one on NaN is only switched."""
        there = [each for each in self._points if each.place == point.place]
        if point.place == NAN:
            self.switch(NAN, enabled=not there[0].enabled)
        elif there:
            self._set(tuple(each for each in self._points if each.place != point.place))
        else:
            self._new = point
            self._set((*self._points, point))

    def switch(self, point: Breakpoint, *, enabled: bool) -> None:
        """Have runs stop at it, or pass it by."""
        self._set(
            tuple(each.switched(enabled) if each.place == point.place else each for each in self._points)
        )

    def _set(self, points: tuple[Breakpoint, ...]) -> None:
        self._points = points
        self._hits = {
            place: hits for place, hits in self._hits.items() if any(place == each.place for each in points)
        }
        self._window.bridge.ask(SetBreakpoints(tuple(map(str, points))))

    def _restore(self) -> None:
        """Tell another engine the breakpoints, and how often each was hit, which it cannot know."""
        texts = tuple(map(str, self._points))
        self._window.bridge.ask(
            SetBreakpoints(texts, tuple(self._hits.get(each.place, 0) for each in self._points))
        )

    def _toggle_text(self, text: str) -> None:
        point = self._read(text)
        if point is not None:
            self.toggle(point)

    def _switch_text(self, text: str, enabled: bool) -> None:
        point = self._read(text)
        if point is not None:
            self.switch(point, enabled=enabled)

    def _read(self, text: str) -> Breakpoint | None:
        try:
            return breakpoints.read(text)
        except GraphScopeError as error:
            self._window.message.tell(error)
            return None

    # ---- the selection ------------------------------------------------------------------------------------

    def _selected(self) -> Breakpoint | None:
        """The breakpoint that the selection stands for: a folded group, a node, or a value that none makes."""
        desk = self._window.desk
        graph, name = desk.graph, desk.selection.name
        if graph is None or name is None or name not in graph.by_name:
            return None
        phase = "backward" if desk.selection.role == "gradient" else None
        node = graph.producers.get(name)
        scope = node.scope if node is not None else graph.value(name).scope
        folded = [group for group in ancestors(scope) if group in self._window.canvas.collapsed()]
        if folded:
            return Breakpoint("group", title(folded[0]), phase)
        return Breakpoint("node", node.name, phase) if node is not None else Breakpoint("value", name, phase)

    def _at(self, point: Breakpoint) -> tuple[Breakpoint, ...]:
        """Those at the same place, whatever their phase and condition."""
        return tuple(each for each in self._points if (each.where, each.name) == (point.where, point.name))

    def _toggle_selected(self) -> None:
        point = self._selected()
        if point is not None:
            self._toggle_at(point)

    def _toggle_group(self) -> None:
        scope: Scope = self._window.desk.scope()
        if scope:
            self._toggle_at(Breakpoint("group", title(scope)))

    def _toggle_at(self, point: Breakpoint) -> None:
        there = self._at(point)
        if there:
            self._set(tuple(each for each in self._points if each not in there))
        else:
            self.toggle(point)

    def _switch_selected(self) -> None:
        point = self._selected()
        there = self._at(point) if point is not None else ()
        if not there:
            self._window.message.tell(
                Sentence("There is no breakpoint at the selection; {key} sets one.", key="F9"), kind="notice"
            )
            return
        enabled = not any(each.enabled for each in there)
        self._set(tuple(each.switched(enabled) if each in there else each for each in self._points))

    # ---- answers ------------------------------------------------------------------------------------------

    def _opened(self, opened: Opened) -> None:
        """The same model on another backend keeps its breakpoints."""
        again = self._source is not None and self._source == opened.request.source
        self._source = opened.request.source
        self._hits = {}
        self._set(self._points if again else (NAN,))

    def _moved(self, moved: Moved) -> None:
        if moved.stopped is None:
            return
        self._window.bridge.ask(AskHits(tuple(map(str, self._points))))
        if moved.stopped.template == AT_BREAKPOINT:
            self._window.message.tell(moved.stopped, kind="notice")

    def _told(self, answer: BreakpointsTold) -> None:
        if answer.request.texts != tuple(map(str, self._points)):
            return  # there is a newer answer on its way
        told = tuple({each.text: each for each in answer.breakpoints}.values())
        self._points = tuple(breakpoints.read(each.text).switched(each.enabled) for each in told)
        self._window.desk.set_breakpoints(told)
        self._window.canvas.set_stops(self._stops(told))
        self._window.orders["break_on_nan"].setChecked(
            any(each.enabled for each in told if each.text == "nan")
        )
        self._tell_new(told)

    def _counted(self, answer: HitsTold) -> None:
        places = (breakpoints.read(text).place for text in answer.request.texts)
        self._hits = dict(zip(places, answer.hits, strict=True))

    def _tell_new(self, told: tuple[BreakpointTold, ...]) -> None:
        """Of one that has just been set: what is wrong with it, or where it would have stopped."""
        new, self._new = self._new, None
        if new is None or not told:
            return
        last = told[-1]
        if last.problem is not None:
            self._window.message.tell(last.problem)
        elif last.past is not None:
            sentence = Sentence("The breakpoint {text} {past}.", text=last.text, past=last.past)
            self._window.message.tell(sentence, kind="notice")

    def _stops(self, told: tuple[BreakpointTold, ...]) -> Stops:
        """Where the graph shows them; of several at one place the strongest."""
        graph = self._window.desk.graph
        values: dict[str, StopMark] = {}
        nodes: dict[str, StopMark] = {}
        groups: dict[Scope, StopMark] = {}
        for each in sorted(told, key=lambda each: MARKS.index(_mark(each)), reverse=True):
            values |= dict.fromkeys(each.values, _mark(each))
            groups |= dict.fromkeys(each.groups, _mark(each))
            made = (graph.producers.get(name) for name in each.values) if graph is not None else ()
            nodes |= {node.name: _mark(each) for node in made if node is not None}
        return Stops(values, nodes, groups)


def _mark(told: BreakpointTold) -> StopMark:
    if not told.enabled:
        return "off"
    return "conditional" if told.condition else "plain"
