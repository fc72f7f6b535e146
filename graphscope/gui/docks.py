"""The panels in their docks: made when first seen, shown and hidden by layouts, back where the user left them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer, Signal

from graphscope.gui.panel import Area, Panel, panels
from graphscope.gui.widgets.dock import Dock, DockTabs

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from graphscope.gui.desk import Desk

AREAS: dict[Area, Qt.DockWidgetArea] = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
SHARE = 0.22
"""So much of the window's height a panel at the bottom takes at most when it opens."""
VERSION = 1
"""Raised when the docks change so much that a stored arrangement no longer fits."""


class Docks(QObject):
    """All docks of a window.

    Signals:
        changed: a dock was shown or hidden.
        made: a panel was made, because it is seen for the first time.
    """

    changed = Signal()
    made = Signal(object)

    def __init__(self, window: QMainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk, self._tabs = window, desk, DockTabs(window)
        self._kinds = {kind.identity: kind for kind in panels() if kind.area in AREAS}
        self._docks = {identity: self._add(kind) for identity, kind in self._kinds.items()}
        corners = Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea
        window.setCorner(*corners)

    def _add(self, kind: type[Panel]) -> Dock:
        dock = Dock(kind.identity, kind.title)
        self._window.addDockWidget(AREAS[kind.area], dock)
        dock.hide()
        dock.visibilityChanged.connect(lambda seen, identity=kind.identity: self._seen(identity, seen=seen))
        return dock

    def _seen(self, identity: str, *, seen: bool) -> None:
        dock = self._docks.get(identity)
        if dock is not None:
            seen = seen or dock.isFloating()  # Qt takes a screen left of the first for out of sight
            if seen and dock.widget() is None:
                panel = self._kinds[identity](self._desk)
                dock.setWidget(panel)
                self.made.emit(panel)
            dock.enable_inside(enabled=seen)
            if dock.isHidden() and self._kinds[identity].area == "bottom":
                self._share_soon()
        self.changed.emit()

    def _share_soon(self) -> None:
        """Once Qt has found the docks a place."""
        QTimer.singleShot(0, self, self._share_height)

    def _share_height(self) -> None:
        """Give each dock at the bottom its height, or its share; what is left, or was another's, is the graph's."""
        shown = {
            identity: dock
            for identity, dock in self._docks.items()
            if self._kinds[identity].area == "bottom" and self.shown(identity) and not dock.isFloating()
        }
        share = round(SHARE * self._window.height())
        heights = [
            max(min(self._kinds[identity].extent, share), dock.minimumSizeHint().height())
            for identity, dock in shown.items()
        ]
        if shown:
            self._window.resizeDocks(list(shown.values()), heights, Qt.Orientation.Vertical)

    def __iter__(self) -> Iterator[tuple[str, Dock]]:
        return iter(self._docks.items())

    def panel(self, identity: str) -> Panel | None:
        """The panel of that identity, if it has been seen."""
        dock = self._docks.get(identity)
        widget = dock.widget() if dock is not None else None
        return widget if isinstance(widget, Panel) else None

    def shown(self, identity: str) -> bool:
        """Whether a dock is meant to be seen."""
        return identity in self._docks and not self._docks[identity].isHidden()

    def show(self, identity: str, *, shown: bool = True) -> None:
        """Show or hide a dock."""
        if identity in self._docks:
            opens = shown and self._docks[identity].isHidden()
            self._docks[identity].setVisible(shown)
            if shown:
                self._docks[identity].raise_()
            if opens and self._kinds[identity].area == "bottom":
                self._share_soon()

    def arrange(self, layout: str) -> None:
        """Show the panels of a layout where they were at first."""
        for identity, dock in self._docks.items():
            kind = self._kinds[identity]
            dock.setFloating(False)
            self._window.addDockWidget(AREAS[kind.area], dock)
            dock.setVisible(layout in kind.layouts)
        self._tab("steps", "outline")
        self._stack("curves", "timeline")
        self._resize()

    def _stack(self, upper: str, lower: str) -> None:
        """Let one dock stand above another; beside it, each would have half of the run's width."""
        if upper in self._docks and lower in self._docks:
            docks = self._docks[upper], self._docks[lower]
            self._window.splitDockWidget(*docks, Qt.Orientation.Vertical)

    def _tab(self, first: str, second: str) -> None:
        if first in self._docks and second in self._docks:
            self._window.tabifyDockWidget(self._docks[first], self._docks[second])
            self._docks[first].raise_()

    def _resize(self) -> None:
        for orientation, areas in (
            (Qt.Orientation.Horizontal, ("left", "right")),
            (Qt.Orientation.Vertical, ("bottom",)),
            (Qt.Orientation.Vertical, ("right",)),
        ):
            shown = {
                i: dock
                for i, dock in self._docks.items()
                if self._kinds[i].area in areas and not dock.isHidden()
            }
            docks, sizes = list(shown.values()), [self._kinds[identity].extent for identity in shown]
            if docks:
                self._window.resizeDocks(docks, sizes, orientation)

    def store(self) -> str:
        """The arrangement as text."""
        return bytes(self._window.saveState(VERSION).toBase64().data()).decode()

    def restore(self, stored: str) -> bool:
        """Take a stored arrangement; False where it does not fit."""
        return bool(stored) and self._window.restoreState(QByteArray.fromBase64(stored.encode()), VERSION)

    def retext(self) -> None:
        """Tell every title."""
        self._tabs.retext(self._desk.text)
        for dock in self._docks.values():
            dock.retext(self._desk.text)

    def retheme(self) -> None:
        """Draw every button in the ink of the theme."""
        for dock in self._docks.values():
            dock.retheme(self._desk.theme)
