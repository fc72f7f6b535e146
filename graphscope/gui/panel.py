"""What a panel is: a widget that shows one side of the run, and does no work while nobody sees it."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import ClassVar, Literal

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from graphscope.gui.desk import Desk

Area = Literal["left", "right", "bottom", "middle"]
Fact = Literal["look", "opened", "moved", "selection", "settled", "depth"]
FACTS: tuple[Fact, ...] = ("look", "opened", "moved", "selection", "settled", "depth")


class Panel(QWidget):
    """Base of all panels: a file in ``graphscope/gui/panels`` with a subclass is all that a panel takes.

    Each ``show_…`` is called when that fact has changed, once even where it changed often while the panel was
    hidden, and in the order of `FACTS`.

    Class attributes:
        identity: its name in settings; the command ``panel_IDENTITY`` shows and hides it.
        title: its English title.
        area: where it is docked at first; one of the middle takes turns with the graph.
        layouts: the layouts that show it.
        order: its place among the panels of its area.
        extent: its first width (left, right) or height (bottom) in pixels.
    """

    identity: ClassVar[str]
    title: ClassVar[str]
    area: ClassVar[Area] = "right"
    layouts: ClassVar[tuple[str, ...]] = ("debug",)
    order: ClassVar[int] = 0
    extent: ClassVar[int] = 320

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("panel")
        self._waiting: set[Fact] = set(FACTS)
        desk.look_changed.connect(self._look)
        desk.opened_changed.connect(self._opened)
        desk.moved_changed.connect(self._moved)
        desk.settled.connect(self._settled)
        desk.depth_changed.connect(self._depth)
        desk.selection.changed.connect(self._selection)

    def sizeHint(self) -> QSize:
        wide = self.area in ("left", "right")
        return QSize(self.extent if wide else 640, 320 if wide else self.extent)

    # ---- for subclasses ------------------------------------------------------------------------------------

    def show_look(self) -> None:
        """Words or colours have changed."""

    def show_opened(self) -> None:
        """Another model, or none, is open."""

    def show_moved(self) -> None:
        """The run is at another position."""

    def show_settled(self) -> None:
        """The canvas has shown the last move."""

    def show_selection(self) -> None:
        """Something else is selected."""

    def show_depth(self) -> None:
        """Explain is at another depth."""

    # ---- a hidden panel does no work -----------------------------------------------------------------------

    def _look(self) -> None:
        self._changed("look")

    def _opened(self) -> None:
        self._changed("opened")

    def _moved(self) -> None:
        self._changed("moved")

    def _settled(self) -> None:
        self._changed("settled")

    def _depth(self) -> None:
        self._changed("depth")

    def _selection(self) -> None:
        self._changed("selection")

    def _changed(self, fact: Fact) -> None:
        self._waiting.add(fact)
        self._catch_up()

    def _catch_up(self) -> None:
        if not self.isVisible() or not self.isEnabled():  # disabled: its dock lies behind another
            return
        waiting, self._waiting = self._waiting, set()
        for fact in FACTS:
            if fact in waiting:
                getattr(self, f"show_{fact}")()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._catch_up()


def panels() -> tuple[type[Panel], ...]:
    """Every panel, from every file in ``graphscope/gui/panels``, by area and order."""
    from graphscope.gui import panels as folder

    modules = [import_module(f"{folder.__name__}.{found.name}") for found in iter_modules(folder.__path__)]
    found = [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Panel) and each.__module__ == module.__name__
    ]
    return tuple(sorted(found, key=lambda panel: (panel.area, panel.order)))
