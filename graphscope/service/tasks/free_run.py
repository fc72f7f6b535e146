"""A free run as a window sees it: how far it has come, how fast it is, and a picture now and then."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from graphscope.debug import free_run
from graphscope.debug.free_run import Ending, Goal
from graphscope.engine.curves import Curves
from graphscope.errors import ExpressionError, GraphScopeError
from graphscope.service.requests import Answer, Failed, Request, details_of
from graphscope.service.tasks.asking import question

if TYPE_CHECKING:
    from graphscope.debug.session import Session
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker

FRAME = 1 / 30
"""Seconds between two answers."""
SHARE = 0.07
"""At most this share of the time goes to pictures: where they are dear, they come less often."""
TURN = 0.001
"""Seconds between two looks at the clock: iterations that are quick are done some at a time."""
WINDOW = 30
"""The speed is that of so many answers."""


@dataclass(frozen=True)
class FreeRun(Request):
    """Run freely.

    Args:
        goal: how far.
    """

    endless: ClassVar[bool] = True

    goal: Goal = field(default_factory=Goal)


@dataclass(frozen=True)
class AskCondition(Request):
    """Whether a condition fits the model that is open."""

    glance: ClassVar[bool] = True

    text: str


@dataclass(frozen=True, eq=False)
class ConditionTold(Answer):
    """The answer to `AskCondition`: what is wrong with it, or None."""

    request: AskCondition
    error: GraphScopeError | None


@dataclass(frozen=True, eq=False)
class Progress(Answer):
    """How far a free run has come.

    Args:
        iteration: the number of the last iteration.
        done: how many iterations it has gone ahead.
        target: after how many it ends at the latest, or None.
        speed: iterations a second; None before that can be told.
        loss: at the end of the iteration, or None.
        curves: what is new of them since the last answer.
    """

    request: FreeRun
    iteration: int
    done: int
    target: int | None
    speed: float | None
    loss: float | None
    curves: Curves


@dataclass
class Pace:
    """When the next picture is due: at most 30 a second, and never more than a share of the time.

    Args:
        share: of the time that they may take.
    """

    clock: Callable[[], float]
    share: float
    _next: float = 0.0

    def __post_init__(self) -> None:
        self._next = self.clock() + FRAME

    def due(self) -> bool:
        """Whether it is time."""
        return self.clock() >= self._next

    def spent(self, began: float) -> None:
        """One was made, from ``began`` on until now."""
        now = self.clock()
        self._next = max(began + FRAME, now + (now - began) * (1 - self.share) / self.share)


class _Live:
    """Tells of one free run."""

    def __init__(self, worker: Worker, request: FreeRun, run: free_run.FreeRun) -> None:
        self._worker, self._request, self._run = worker, request, run
        self._told = 0
        self._shown = self._session.position
        clock = self._session.history.machine.clock
        self._clock, self._small, self._large = clock, Pace(clock, SHARE), Pace(clock, SHARE)
        self._turn = 1
        self._speeds: deque[tuple[float, int]] = deque([(clock(), 0)], maxlen=WINDOW)

    @property
    def _session(self) -> Session:
        if self._worker.session is None:
            raise GraphScopeError("no model is open; open one first")
        return self._worker.session

    def answers(self) -> Iterator[Answer]:
        """Run until it ends, and tell."""
        while (ending := self._run.advance(self._turn)) is None:
            if self._worker.unwanted():
                ending = self._run.stop()
                break
            if self._small.due():
                yield from self._show()
        yield from self._end(ending)

    def _show(self) -> Iterator[Answer]:
        began = self._clock()
        yield self._progress()
        self._small.spent(began)
        if self._large.due():
            began, before = self._clock(), self._shown
            self._shown = self._session.position
            yield self._worker.moved(self._request, before)
            self._large.spent(began)

    def _end(self, ending: Ending) -> Iterator[Answer]:
        yield self._progress()
        yield self._worker.moved(self._request, self._shown, stopped=ending.told)

    def _progress(self) -> Progress:
        session, curves = self._session, self._session.curves(self._told)
        self._told = curves.first + len(curves.loss)
        last = session.last
        return Progress(
            self._request,
            last.iteration if last is not None else 0,
            self._run.done,
            self._run.target,
            self._speed(),
            session.loss,
            curves,
        )

    def _speed(self) -> float | None:
        """Iterations a second over the last second or so."""
        began, before = self._speeds[0]
        now, done = self._clock(), self._run.done
        self._speeds.append((now, done))
        if now <= began:
            return None
        speed = (done - before) / (now - began)
        self._turn = max(1, int(speed * TURN))
        return speed


def _run(worker: Worker, request: FreeRun) -> Iterator[Answer]:
    """Run; where a step fails, those before it count."""
    session = worker.session
    if session is None:
        return
    before = session.position
    try:
        yield from _Live(worker, request, free_run.FreeRun(session, request.goal)).answers()
    except GraphScopeError as error:
        if session.position != before:
            yield worker.moved(request, before)
        yield Failed(request, error, details_of(error))


def _condition(session: Session, request: AskCondition) -> Answer:
    try:
        free_run.condition(session, request.text)
    except ExpressionError as error:
        return ConditionTold(request, error)
    return ConditionTold(request, None)


TASKS: Mapping[type[Request], Task] = {FreeRun: _run, AskCondition: question(_condition)}
