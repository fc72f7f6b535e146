"""Commands on what is seen: zoom, groups, panels, layouts, and the settings that menus answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from graphscope.app.command import commands
from graphscope.app.settings import BY_KEY
from graphscope.graph.scope import groups
from graphscope.view.picture.walk import Direction

if TYPE_CHECKING:
    from graphscope.gui.window import Window

ZOOM = 1.25
DIRECTIONS: tuple[Direction, ...] = ("left", "right", "up", "down")


class Viewing(QObject):
    """Talks to the canvas, the docks and the settings."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        canvas = self._window.canvas
        directions = {f"select_{way}": partial(canvas.move_selection, way) for way in DIRECTIONS}
        shown = {
            f"panel_{identity}": (lambda name=identity: self._toggle(name))
            for identity, _ in self._window.docks
        }
        answers = {
            each.id: (lambda choice=each.choice: self._answer(*choice)) for each in commands() if each.choice
        }
        return {
            "fit": lambda: canvas.fit(whole=True),
            "centre": lambda: canvas.centre(self._window.desk.selection.name),
            "zoom_in": lambda: canvas.zoom_by(ZOOM),
            "zoom_out": lambda: canvas.zoom_by(1 / ZOOM),
            "toggle_group": self._toggle_group,
            "close_groups": lambda: canvas.set_collapsed(self._groups()),
            "open_groups": lambda: canvas.set_collapsed(()),
            "inspect": lambda: self._window.docks.show("inspector"),
            "reset_layout": lambda: self._window.docks.arrange(self._window.settings.choice("layout")),
            "next_pane": self._next_pane,
            "full_screen": self._full_screen,
            **directions,
            **shown,
            **answers,
        }

    def _toggle(self, identity: str) -> None:
        docks = self._window.docks
        docks.show(identity, shown=not docks.shown(identity))

    def _answer(self, key: str, answer: str) -> None:
        """Store a choice; a flag and a choice that is already made are switched off again."""
        settings, setting = self._window.settings, BY_KEY[key]
        if setting.kind == "flag":
            settings[key] = not settings.flag(key)
        else:
            switch = key == "motion" and settings[key] == answer
            settings[key] = setting.default if switch else answer
        self._window.orders.check_choices()

    def _groups(self) -> tuple[tuple[str, ...], ...]:
        graph = self._window.desk.graph
        return groups(node.scope for node in graph.nodes) if graph is not None else ()

    def _toggle_group(self) -> None:
        scope = self._window.desk.scope()
        if scope:
            self._window.canvas.toggle_group(scope)

    def _next_pane(self) -> None:
        """Give the keyboard to the canvas or the next panel that is seen."""
        window = self._window
        panes = [
            window.canvas,
            *(dock.widget() for _, dock in window.docks if dock.isVisible() and dock.widget()),
        ]
        focus = window.focusWidget()
        at = next(
            (i for i, pane in enumerate(panes) if focus and (pane is focus or pane.isAncestorOf(focus))), -1
        )
        pane = panes[(at + 1) % len(panes)]
        pane.setFocus(Qt.FocusReason.TabFocusReason)
        if not pane.hasFocus():
            pane.nextInFocusChain().setFocus(Qt.FocusReason.TabFocusReason)

    def _full_screen(self) -> None:
        window = self._window
        window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)
