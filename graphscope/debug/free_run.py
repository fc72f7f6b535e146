"""A free run: iteration after iteration until so many are done, a condition holds, or something goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from graphscope.debug.conditions import RunNames, check
from graphscope.debug.expression import Expression, parse
from graphscope.debug.lookout import Lookout
from graphscope.engine.moment import Problem
from graphscope.errors import Sentence
from graphscope.model import given

if TYPE_CHECKING:
    from graphscope.debug.session import Session

Reason = Literal["iterations", "condition", "end of the data", "breakpoint", "problem", "stopped"]

LOOK = 1024
"""After so many iterations at most it is looked whether all numbers are still finite."""
SOON, SHARE = 1 / 30, 0.01
"""After so many seconds as well, unless that took more than a share of the time."""
_ITERATIONS = Sentence("a number of iterations")


@dataclass(frozen=True, slots=True)
class Goal:
    """How far a free run goes; without any limit it goes on until somebody stops it.

    Args:
        iterations: so many at most.
        until: it ends after the first iteration at whose end this condition holds.
        data: it ends with the last batch of the data; an iteration that uses all of it is the last.
        problems: it ends at the first step that makes a number which is not finite; None leaves that to the
            session's breakpoint on NaN and infinity.
    """

    iterations: int | None = None
    until: str = ""
    data: bool = False
    problems: bool | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """Why and where a free run ended.

    Args:
        iterations: how many it went ahead.
        told: the same in a sentence.
    """

    reason: Reason
    position: int
    iterations: int
    told: Sentence
    problem: Problem | None = None


class FreeRun:
    """Goes an iteration at a time, so that whoever drives it can look, tell and stop in between.

    Args:
        goal: how far it goes.

    Raises:
        ExpressionError: its condition cannot be understood, or does not fit the model.
        InputError: a negative number of iterations.
    """

    def __init__(self, session: Session, goal: Goal) -> None:
        self._session, self._goal = session, goal
        self._condition = condition(session, goal.until)
        self.done = 0
        """How many iterations it has gone ahead."""
        self._first = session.next.iteration
        enabled = [point.where for point in session.breakpoints if point.enabled]
        problems = "nan" in enabled if goal.problems is None else goal.problems
        self._lookout = Lookout(session) if problems else None
        self._armed = any(where != "nan" for where in enabled)
        """Whether breakpoints have to be looked for at every step."""
        self._looked, self._next_look = 0, self._clock() + SOON
        self._ends: Reason = "iterations"
        self.target = self._limit()
        """After how many it ends at the latest, or None."""

    def _clock(self) -> float:
        return self._session.history.machine.clock()

    def _limit(self) -> int | None:
        iterations = self._goal.iterations
        limit = None if iterations is None else given.whole(iterations, _ITERATIONS)
        batches = self._session.model.feed.batches
        left = batches - self._first % batches
        if self._goal.data and (limit is None or left <= limit):
            self._ends = "end of the data"
            return left
        return limit

    def advance(self, n: int = 1) -> Ending | None:
        """Go an iteration ahead; why the run has ended, or None where it goes on.

        Args:
            n: so many at a time, where nothing has to be asked after each.

        Raises:
            KernelError: an op raised on the way; the position is the last boundary before.
        """
        if self.target is not None:
            n = min(n, self.target - self.done)
        if n <= 0:
            return self._ended(self._ends)
        if (stopped := self._iterate(n)) is not None:
            return stopped
        if self._due() and (wrong := self.look()) is not None:
            return wrong
        if self._condition is not None and self._condition.holds(RunNames(self._session)):
            return self.end("condition")
        return self.end(self._ends) if self.done == self.target else None

    def _iterate(self, n: int) -> Ending | None:
        """Go ahead; where a breakpoint is on the way, only to it."""
        if not self._armed:
            n = n if self._condition is None else 1
            self._session.iterate(n)
            self.done += n
            return None
        stop = self._session.run()
        while stop.problem is not None and self._lookout is None:
            stop = self._session.run()
        if stop.reason == "end of the iteration":
            self.done += 1
            return None
        reason = "problem" if stop.problem is not None else "breakpoint"
        return Ending(reason, stop.position, self.done, stop.told, stop.problem)

    def stop(self) -> Ending:
        """End it because somebody wants no more."""
        return self.end("stopped")

    def end(self, reason: Reason) -> Ending:
        """End it here, unless something went wrong on the way that has not been noticed yet."""
        return self.look() or self._ended(reason)

    def _ended(self, reason: Reason, problem: Problem | None = None) -> Ending:
        session = self._session
        told = problem.sentence if problem is not None else _told(reason, self.done, session, self._condition)
        return Ending(reason, session.position, self.done, told, problem)

    def _due(self) -> bool:
        return self.done - self._looked >= LOOK or self._clock() >= self._next_look

    def look(self) -> Ending | None:
        """Whether something went wrong since the last look; if so the run is taken back to the step that did it."""
        began = self._clock()
        problem = self._lookout.look(self._first + self.done) if self._lookout is not None else None
        now = self._clock()
        self._looked, self._next_look = self.done, now + max(SOON, (now - began) / SHARE)
        if problem is None:
            return None
        self.done = self._session.history.locate(problem.position)[0].index - self._first
        return self._ended("problem", problem)


def condition(session: Session, text: str) -> Expression | None:
    """A condition that was typed, or None where nothing was.

    Raises:
        ExpressionError: it cannot be understood, or does not fit the model.
    """
    if not text.strip():
        return None
    expression = parse(text)
    check(expression, session)
    return expression


def _told(reason: Reason, done: int, session: Session, until: Expression | None) -> Sentence:
    """Why a free run ended, in a sentence."""
    last = session.last
    iteration = last.iteration if last is not None else 0
    match reason:
        case "condition":
            return Sentence(
                "Stopped where {condition} holds, at the end of iteration {iteration}.",
                condition=until.text if until is not None else "",
                iteration=iteration,
            )
        case "end of the data":
            return Sentence(
                "Stopped at the end of the data, at the end of iteration {iteration}.", iteration=iteration
            )
        case "stopped":
            return Sentence("Stopped as you asked, at the end of iteration {iteration}.", iteration=iteration)
        case _:
            return Sentence("Stopped after {n} iterations, as asked.", n=done)


def run(session: Session, goal: Goal, progress: Callable[[int], object] | None = None) -> Ending:
    """Run until the goal is reached.

    Args:
        progress: told after each iteration how many are done.

    Raises:
        ExpressionError: the condition cannot be understood, or does not fit the model.
        KernelError: an op raised on the way; the position is the last boundary before.
    """
    free = FreeRun(session, goal)
    while (ending := free.advance()) is None:
        if progress is not None:
            progress(free.done)
    return ending
