"""Has the engine keep as much of a run as the settings say, also when they change while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphscope.app.opening import parse_size
from graphscope.gui.conductor import Conductor
from graphscope.service.requests import Opened, Restarted
from graphscope.service.tasks.memory import LimitMemory

if TYPE_CHECKING:
    from graphscope.gui.window import Window


class MemoryLimit(Conductor):
    """A model that was opened with a size of its own keeps it until the setting is changed."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._told = False
        window.bridge.listen(Opened, self._opened)
        window.bridge.listen(Restarted, self._restarted)
        window.settings.on_change(self._changed)

    def _opened(self, opened: Opened) -> None:
        self._told = False
        if "memory" not in opened.request.options:
            self._tell()

    def _restarted(self, _: Restarted) -> None:
        if self._told:
            self._tell()

    def _changed(self, key: str) -> None:
        if key == "memory":
            self._tell()

    def _tell(self) -> None:
        self._told = True
        self._window.bridge.ask(LimitMemory(parse_size(self._window.settings.choice("memory"))))
