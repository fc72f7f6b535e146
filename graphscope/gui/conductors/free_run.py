"""Runs freely, tells in the status bar how it comes on, and why it has ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from shiboken6 import isValid

from graphscope.debug.free_run import Goal
from graphscope.gui.conductor import Conductor
from graphscope.gui.widgets.run_strip import RunStrip
from graphscope.service.requests import Failed, Moved, Restarted
from graphscope.service.tasks.free_run import ConditionTold, FreeRun, Progress

if TYPE_CHECKING:
    from graphscope.gui.dialogs.free_run import FreeRunDialog
    from graphscope.gui.window import Window


class FreeRunning(Conductor):
    """Asks for free runs and follows them."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.goal = Goal(iterations=1000)
        """What was asked for last; the dialog begins with it."""
        self._dialog: FreeRunDialog | None = None
        self.strip = RunStrip()
        window.statusBar().addPermanentWidget(self.strip)
        self.strip.stop.clicked.connect(window.orders["stop"].trigger)
        window.bridge.listen(Progress, self._progress)
        window.bridge.listen(ConditionTold, self._condition_told)
        window.bridge.moved.connect(self._moved)
        window.bridge.failed.connect(self._failed)
        window.bridge.listen(Restarted, lambda _: self.strip.hide())
        window.desk.look_changed.connect(self._retell)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        return {
            "free_run": self._ask,
            "free_run_on": lambda: self.run(Goal()),
            "free_run_data": lambda: self.run(Goal(data=True)),
        }

    def run(self, goal: Goal) -> None:
        """Run freely, as far as the goal says."""
        self._window.running.stop()
        self._window.bridge.ask(FreeRun(goal))

    def _ask(self) -> None:
        from graphscope.gui.dialogs.free_run import FreeRunDialog

        self._dialog = FreeRunDialog(self._window, self.goal, self._chosen)
        self._dialog.open()

    def _chosen(self, goal: Goal) -> None:
        self.goal = goal
        self.run(goal)

    def _condition_told(self, told: ConditionTold) -> None:
        if self._dialog is not None and isValid(self._dialog):
            self._dialog.told(told)

    # ---- answers ------------------------------------------------------------------------------------------

    def _progress(self, progress: Progress) -> None:
        self.strip.tell(progress, self._window.desk.text)

    def _moved(self, moved: Moved) -> None:
        if not isinstance(moved.request, FreeRun) or moved.stopped is None:
            return
        self.strip.hide()
        if moved.moment.problem is None:
            self._window.message.tell(moved.stopped, kind="notice")

    def _failed(self, failed: Failed) -> None:
        if isinstance(failed.request, FreeRun):
            self.strip.hide()
            self.goal = replace(
                self.goal, until=""
            )  # what it failed for should not stand there the next time

    def _retell(self) -> None:
        self.strip.retell(self._window.desk.text, self._window.desk.theme)
