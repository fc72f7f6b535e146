"""Watches the engine: says when it was started again and why, and offers to end what cannot be stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from graphscope.errors import Sentence
from graphscope.gui.conductor import Conductor
from graphscope.service.engine import ASKED_FOR
from graphscope.service.requests import Moved, Request, Restarted
from graphscope.service.tasks.free_run import FreeRun

if TYPE_CHECKING:
    from graphscope.gui.window import Window

PATIENCE = 2000
"""Milliseconds that what is being done gets to stop between two steps."""


class EngineWatch(Conductor):
    """Stops a computation; where it does not stop, the engine's process can be ended and is led back."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._unwanted: Request | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self._offer)
        window.bridge.busy.connect(self._busy)
        self._led: tuple[Sentence | None, int | None] = (None, None)
        """What was said last of an engine that was led back, and to where."""
        window.bridge.listen(Restarted, self._restarted)
        window.bridge.moved.connect(self._moved)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        return {"stop": self._stop}

    def _stop(self) -> None:
        self._unwanted = self._window.bridge.doing
        self._window.bridge.stop()
        if not self._window.bridge.idle and not self._wait.isActive():
            self._wait.start(PATIENCE)

    def _busy(self, busy: bool) -> None:
        if not busy:
            self._wait.stop()
            if self._offered:
                self._window.message.hide()

    @property
    def _offered(self) -> bool:
        """Whether the message that is shown is our offer."""
        return self._window.message.told is STUCK

    def _offer(self) -> None:
        """It has not stopped: it is inside one kernel, which nobody can interrupt."""
        if self._window.bridge.doing is not self._unwanted:
            return  # it has, and something else is done now
        moved = self._window.desk.moved
        position = moved.moment.position if moved is not None else 0
        button = Sentence("End it, back to position {n}", n=position)
        self._window.message.tell(STUCK, offer=(button, self._window.bridge.end))

    def _restarted(self, restarted: Restarted) -> None:
        self._window.running.stop()
        told = _told(restarted)
        self._led = (told, restarted.position)
        kind = "notice" if restarted.reason == ASKED_FOR else "alarm"
        self._window.message.tell(told, details=restarted.details, kind=kind)

    def _moved(self, moved: Moved) -> None:
        """Once the run has gone on from where it was led back to, that is of the past."""
        told, position = self._led
        if told is not None and self._window.message.told is told and moved.moment.position != position:
            self._window.message.hide()


def _told(restarted: Restarted) -> Sentence:
    """What happened to the engine and to the run."""
    reason, n = restarted.reason, restarted.position
    if n is None:
        return Sentence("The engine has ended: {reason}. It was started again.", reason=reason)
    if reason == ASKED_FOR:
        return Sentence("The computation was ended, and the run was led back to position {n}.", n=n)
    if isinstance(restarted.request, FreeRun):
        return Sentence(
            "The engine has ended: {reason}. It was started again and led back to position {n}; the free run has "
            "stopped there.",
            reason=reason,
            n=n,
        )
    return Sentence(
        "The engine has ended: {reason}. It was started again and led back to position {n}.",
        reason=reason,
        n=n,
    )


STUCK = Sentence("One kernel has been computing for a while, and nobody can interrupt a kernel.")
