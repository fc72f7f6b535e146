"""The window's only way to a run: requests go to the engine through a thread, answers come back as signals."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from graphscope.app.engine import Start, start_process
from graphscope.service.engine import Engine
from graphscope.service.keeper import Keeper
from graphscope.service.requests import (
    Answer,
    ArrayTold,
    Closed,
    CodeTold,
    Explained,
    Failed,
    Move,
    Moved,
    Opened,
    Request,
    Revive,
    SavedTold,
    Seek,
    TimesTold,
    fault,
)

Told = TypeVar("Told", bound=Answer)
SWITCH = 0.0005
"""Seconds after which Python lets another thread on: a kernel that is busy in Python must not hold the window."""


class Bridge(QObject):
    """Owns the thread that owns the session.

    At most one request of a kind waits: a newer one takes its place, so holding a key down queues one step. What
    changes the run for good waits as often as it is asked.
    Answers come in the thread of the window, in order.
    """

    opened = Signal(object)
    moved = Signal(object)
    explained = Signal(object)
    array = Signal(object)
    saved = Signal(object)
    times = Signal(object)
    code = Signal(object)
    closed = Signal()
    failed = Signal(object)
    busy = Signal(bool)

    _arrived = Signal()
    _ended_alone = Signal()

    def __init__(
        self, start: Start = start_process, parent: QObject | None = None, *, far: bool = False
    ) -> None:
        super().__init__(parent)
        self.far = far
        """Whether the engine is on another computer."""
        self._start = start
        self._mail: list[Request] = []
        self._answers: deque[tuple[int, Answer | None]] = deque()
        self._ready = threading.Condition()
        self._ended = False
        self._doing: Request | None = None
        self._asked = self._answered = 0
        self._engine = Keeper(lambda: start(self._lost))
        self._ended_alone.connect(self._revive, Qt.ConnectionType.QueuedConnection)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._listeners: dict[type[Answer], list[Callable[[Any], object]]] = {}
        self._signals = {
            Opened: self.opened,
            Moved: self.moved,
            Explained: self.explained,
            ArrayTold: self.array,
            SavedTold: self.saved,
            TimesTold: self.times,
            CodeTold: self.code,
            Failed: self.failed,
        }
        self._switch_before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)
        self._thread = threading.Thread(target=self._work, name="graphscope session", daemon=True)
        self._thread.start()

    def ask(self, request: Request) -> None:
        """Send a request; one of the same kind that still waits is dropped."""
        with self._ready:
            if not request.lasting:
                self._drop(type(request))
            if isinstance(request, Seek):
                self._drop(Move)  # a jump makes the waiting step pointless
            self._mail.append(request)
            self._asked += 1
            if self._doing is not None and self._doing.endless and not request.glance:
                self._engine.cancel()
            self._ready.notify()
        self.busy.emit(True)

    def listen(self, kind: type[Told], listener: Callable[[Told], object]) -> None:
        """Have every answer of a kind told to ``listener``, in the thread of the window."""
        self._listeners.setdefault(kind, []).append(listener)

    def _drop(self, kind: type[Request]) -> None:
        kept = [waiting for waiting in self._mail if type(waiting) is not kind]
        self._answered += len(self._mail) - len(kept)
        self._mail = kept

    @property
    def idle(self) -> bool:
        """Whether everything that was asked is answered and delivered."""
        return self._asked == self._answered

    @property
    def doing(self) -> Request | None:
        """What the engine is doing now."""
        return self._doing

    def warm(self) -> None:
        """Start the engine already, while the window is being made."""
        self.ask(Revive())

    def stop(self) -> None:
        """Want no more of what is being done; a jump ends with the iteration that it is in."""
        self._engine.cancel()

    def end(self) -> None:
        """End the engine's process, whatever it is doing; another takes its place and goes to where it was."""
        self._engine.end()

    def another(self) -> Engine:
        """A second engine, started like the first, for whoever asks something long that needs no run."""
        return self._start(lambda: None)

    def _lost(self) -> None:
        """Have the window look after an engine that has ended; called in a thread of its process."""
        with suppress(RuntimeError):  # the window may be gone already
            if not self._ended:
                self._ended_alone.emit()

    def _revive(self) -> None:
        """The engine ended while nobody asked it for anything."""
        if not self._ended:
            self.ask(Revive())

    def close(self, *, patience: float | None = None) -> bool:
        """End the thread. What it is doing is ended or waited for, what waits is dropped.

        Args:
            patience: seconds to wait; None for as long as it takes.

        Returns:
            Whether the thread has ended; a kernel that hangs cannot be interrupted.
        """
        with self._ready:
            self._ended = True
            self._mail.clear()
            self._ready.notify()
        self._engine.cancel()
        self._engine.leave()
        self._thread.join(patience)
        self._answers.clear()
        sys.setswitchinterval(self._switch_before)
        return not self._thread.is_alive()

    # ---- in the worker's thread ----------------------------------------------------------------------------

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            for answer in self._do(*taken):
                if self._ended:
                    break
                self._tell(0, answer)
            with self._ready:
                self._doing = None
            self._tell(1, None)
        self._engine.close()

    def _do(self, request: Request, answers: Iterator[Answer]) -> Iterator[Answer]:
        """What the engine answers; a fault of our own is told too, because the window must not wait for ever."""
        try:
            yield from answers
        except Exception as error:  # noqa: BLE001 - the thread must outlive every fault
            yield fault(request, error)

    def _take(self) -> tuple[Request, Iterator[Answer]] | None:
        """What is to be done next; whoever sees that it is being done can cancel it."""
        with self._ready:
            self._ready.wait_for(lambda: self._ended or bool(self._mail))
            if self._ended:
                return None
            first = min(range(len(self._mail)), key=lambda at: self._mail[at].glance)
            self._doing = self._mail.pop(first)
            return self._doing, self._engine.answers(self._doing)

    def _tell(self, done: int, answer: Answer | None) -> None:
        if not self._ended:
            self._answers.append((done, answer))
            self._arrived.emit()

    # ---- in the window's thread ----------------------------------------------------------------------------

    def _deliver(self) -> None:
        while self._answers and not self._ended:
            done, answer = self._answers.popleft()
            self._answered += done
            if isinstance(answer, Closed):
                self.closed.emit()
            elif answer is not None:
                if type(answer) in self._signals:
                    self._signals[type(answer)].emit(answer)
                for listener in self._listeners.get(type(answer), ()):
                    listener(answer)
            if done and self.idle:
                self.busy.emit(False)
