"""What the parts of the window share: words, colours, settings, the selection and the newest answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from graphscope.app.settings import Settings
from graphscope.backends.probe import Availability
from graphscope.gui.bridge import Bridge
from graphscope.gui.curve_book import CurveBook
from graphscope.gui.selection import Selection
from graphscope.service.requests import Depth, LaidOut, Moved, Opened
from graphscope.service.tasks.breakpoints import BreakpointTold
from graphscope.view.palette import THEMES, Theme
from graphscope.view.text import Text

if TYPE_CHECKING:
    from graphscope.graph.graph import Graph
    from graphscope.graph.scope import Scope


class Desk(QObject):
    """One for a window. Parts read it and listen to its signals; they never talk to each other.

    Signals:
        opened_changed: another model, or none, is open.
        moved_changed: the run is at another position.
        settled: the canvas has shown the last move; what explains it may appear now.
        look_changed: words or colours are others now.
        depth_changed: Explain shows another depth.
        survey_changed: it is known which backends there are.
        breakpoints_changed: there are other breakpoints, or something else is told of them.
        wanted: somebody wants the command of this id done.
        breakpoint_wanted: somebody wants the breakpoint of this text, or no longer wants it.
        breakpoint_switched: somebody wants the breakpoint of this text enabled or disabled.
        pointed: somebody points at these values, or at none.
    """

    opened_changed = Signal()
    moved_changed = Signal()
    settled = Signal()
    look_changed = Signal()
    depth_changed = Signal()
    survey_changed = Signal()
    breakpoints_changed = Signal()
    wanted = Signal(str)
    breakpoint_wanted = Signal(str)
    breakpoint_switched = Signal(str, bool)
    pointed = Signal(tuple)
    open_wanted = Signal(str)

    def __init__(self, bridge: Bridge, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.settings = settings
        self.selection = Selection(self)
        self.curves = CurveBook(bridge, self)
        self.text = Text("en")
        self.theme: Theme = THEMES["light"]
        self.opened: Opened | None = None
        self.moved: Moved | None = None
        self.depth: Depth = "operation"
        self.survey: tuple[Availability, ...] | None = None
        self.breakpoints: tuple[BreakpointTold, ...] = ()

    @property
    def graph(self) -> Graph | None:
        """The graph of the model that is open."""
        return self.opened.model.graph if self.opened is not None else None

    def set_opened(self, opened: Opened | None) -> None:
        """Another model, or none."""
        self.opened, self.moved = opened, None
        self.selection.clear()
        self.opened_changed.emit()

    def set_laid_out(self, laid_out: LaidOut) -> None:
        """The graph of the model that is open may be another one in this iteration."""
        opened = self.opened
        if opened is not None and laid_out.graph is not opened.model.graph:
            model = replace(opened.model, graph=laid_out.graph)
            self.opened = replace(opened, model=model, specs=laid_out.specs)
            self.opened_changed.emit()

    def set_moved(self, moved: Moved) -> None:
        """Another position."""
        self.moved = moved
        self.moved_changed.emit()

    def set_depth(self, depth: Depth) -> None:
        """Another depth of Explain."""
        self.depth = depth
        self.depth_changed.emit()

    def set_survey(self, survey: tuple[Availability, ...]) -> None:
        """Which backends there are."""
        self.survey = survey
        self.survey_changed.emit()

    def set_breakpoints(self, told: tuple[BreakpointTold, ...]) -> None:
        """Other breakpoints, or other things told of them."""
        self.breakpoints = told
        self.breakpoints_changed.emit()

    def set_look(self, text: Text, theme: Theme) -> None:
        """Other words or colours."""
        self.text, self.theme = text, theme
        self.look_changed.emit()

    def scope(self) -> Scope:
        """The group of the selection, else of the step that just ran, else ()."""
        graph, name = self.graph, self.selection.name
        if graph is not None and name is not None and name in graph.by_name:
            return graph.value(name).scope
        last = self.moved.moment.last if self.moved is not None else None
        return last.scope if last is not None else ()
