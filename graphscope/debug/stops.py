"""Running to the next stop, either way: a breakpoint, a problem, or the boundary of an iteration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from graphscope.debug import breakpoints, matching
from graphscope.debug.breakpoints import NAN, Breakpoint
from graphscope.debug.conditions import RunNames
from graphscope.debug.expression import Expression, parse
from graphscope.debug.matching import Index
from graphscope.engine.iteration import Iteration
from graphscope.engine.moment import Problem
from graphscope.engine.plan import NUMBER, Plan
from graphscope.errors import InputError, KernelError, Sentence
from graphscope.model import given
from graphscope.model.model import Model

if TYPE_CHECKING:
    from graphscope.debug.session import Session

Reason = Literal["breakpoint", "problem", "end of the iteration", "start of the iteration"]
AT_BREAKPOINT = "Stopped at the breakpoint {text}."
SHOWN = 20
"""So many positions are named where a breakpoint would have stopped."""
KEPT = 1000
"""So many of them are told; the others are only counted."""
LOOKED = 5000
"""At so many positions at most a condition is asked again about what has already run."""
_ITERATIONS = Sentence("a number of iterations")


@dataclass(frozen=True, slots=True)
class Stop:
    """Why and where a run stopped.

    Args:
        problem: what is wrong with the step that just ran.
        breakpoint: the one that it stopped at.
    """

    reason: Reason
    position: int
    problem: Problem | None = None
    breakpoint: Breakpoint | None = None

    @property
    def told(self) -> Sentence:
        """The same in a sentence."""
        if self.problem is not None:
            return self.problem.sentence
        if self.breakpoint is not None:
            return Sentence(AT_BREAKPOINT, text=str(self.breakpoint))
        if self.reason == "end of the iteration":
            return Sentence("Stopped at the end of the iteration.")
        return Sentence("Stopped at the start of the iteration.")


@dataclass(frozen=True, slots=True)
class Past:
    """Where a breakpoint would have stopped in what has already run.

    Args:
        positions: the first of them.
        count: how many they are.
        of: how many steps were looked at; those whose arrays are no longer kept are left out.
    """

    positions: tuple[int, ...]
    count: int
    of: int

    @property
    def told(self) -> Sentence | None:
        """The same in a sentence; None where nothing has run."""
        if not self.of:
            return None
        if not self.count:
            return Sentence("would not have stopped in the {of} steps so far", of=self.of)
        named = ", ".join(map(str, self.positions[:SHOWN])) + ("…" if self.count > SHOWN else "")
        return Sentence(
            "would have stopped at {positions} ({count} of {of} steps)",
            positions=named,
            count=self.count,
            of=self.of,
        )


@dataclass(slots=True)
class _Placed:
    """A breakpoint that has been added."""

    point: Breakpoint
    hits: int = 0


@dataclass(frozen=True, slots=True)
class _Trap:
    """A breakpoint at one step of a plan, ready to be asked.

    Args:
        iteration: only there, or None.
    """

    point: Breakpoint
    condition: Expression | None
    iteration: int | None

    def springs(self, session: Session, position: int, iteration: int) -> bool:
        """Whether a run stops at ``position``; the step belongs to ``iteration``."""
        if self.iteration is not None and self.iteration != iteration:
            return False
        return self.condition is None or self.condition.holds(RunNames(session, position, iteration))


@dataclass(frozen=True, slots=True)
class Sieve:
    """All enabled breakpoints of one plan, by step.

    Args:
        before, after: what is asked before and after the step of that index.
        start: what is asked before the next iteration, which never starts with a transfer.
        nan: whether every step is looked at for NaN and infinity.
    """

    before: Mapping[Index, tuple[_Trap, ...]]
    after: Mapping[Index, tuple[_Trap, ...]]
    start: tuple[_Trap, ...]
    nan: bool

    def quiet(self, iteration: int) -> bool:
        """Whether nothing but NaN can stop a run in an iteration or at its end."""
        traps = (trap for each in self.before.values() for trap in each)
        return not self.after and all(trap.iteration not in (None, iteration + 1) for trap in traps)


def _sieve(points: Iterator[Breakpoint], model: Model, plan: Plan) -> Sieve:
    found: dict[str, dict[Index, tuple[_Trap, ...]]] = {"before": {}, "after": {}}
    nan = False
    for point in points:
        nan = nan or point.where == "nan"
        condition = parse(point.condition) if point.condition else None
        trap = _Trap(point, condition, int(point.name) if point.where == "iteration" else None)
        traps = found[point.time]
        for index in matching.steps(point, model, plan):
            traps[index] = (*traps.get(index, ()), trap)
    first = next(index for index in range(len(plan.steps)) if index not in plan.transfers)
    before = found["before"]
    start = tuple(trap for index in sorted({0, first}) for trap in before.get(index, ()))
    return Sieve(before, found["after"], start, nan)


@dataclass(slots=True)
class Table:
    """What breakpoints there are, and for each plan which steps they are about.

    Args:
        floating: for each plan whether a cell can hold a number that is not finite.
    """

    placed: dict[Breakpoint, _Placed] = field(default_factory=lambda: {NAN: _Placed(NAN)})
    sieves: dict[Plan, Sieve] = field(default_factory=dict[Plan, Sieve])
    floating: dict[Plan, dict[int | None, bool]] = field(default_factory=dict[Plan, dict[int | None, bool]])

    def sieve(self, model: Model, plan: Plan) -> Sieve:
        """The sieve of a plan, made once."""
        if plan not in self.sieves:
            enabled = (each.point for each in self.placed.values() if each.point.enabled)
            self.sieves[plan] = _sieve(enabled, model, plan)
        return self.sieves[plan]


class Breakpoints:
    """The breakpoints of a session, as they were added; the one on NaN and infinity is always the first.

    Wherever one is asked for, its text does as well: ``session.breakpoints.add("node:m2 if loss > 1")``.
    """

    def __init__(self, session: Session, table: Table) -> None:
        self._session, self._table = session, table

    def __iter__(self) -> Iterator[Breakpoint]:
        return iter(self.list())

    def __len__(self) -> int:
        return len(self._table.placed)

    def __repr__(self) -> str:
        return f"<Breakpoints: {', '.join(map(str, self)) or 'none'}>"

    def list(self) -> tuple[Breakpoint, ...]:
        """All of them, in the order in which they were added."""
        return tuple(each.point for each in self._table.placed.values())

    def add(self, point: Breakpoint | str) -> Breakpoint:
        """Add one, or enable or disable one that is there; as the model writes its names.

        Raises:
            InputError: it cannot be read, or the model has no such step.
            ExpressionError: its condition cannot be read, or does not fit the model.
        """
        point = matching.checked(_read(point), self._session)
        self._table.placed.setdefault(point.place, _Placed(point)).point = point
        self._table.sieves.clear()
        return point

    def remove(self, point: Breakpoint | str) -> None:
        """Take one away; that on NaN can only be disabled.

        Raises:
            InputError: there is none like it.
        """
        place = self._find(point).point.place
        if place == NAN:
            self.enable(NAN, enabled=False)
        else:
            del self._table.placed[place]
        self._table.sieves.clear()

    def enable(self, point: Breakpoint | str, *, enabled: bool = True) -> None:
        """Let runs stop at it, or pass it by.

        Raises:
            InputError: there is none like it.
        """
        placed = self._find(point)
        placed.point = replace(placed.point, enabled=enabled)
        self._table.sieves.clear()

    def clear(self) -> None:
        """Take away all but the one on NaN."""
        self._table.placed = {NAN: self._table.placed[NAN]}
        self._table.sieves.clear()

    def hits(self, point: Breakpoint | str) -> int:
        """How often a run has stopped at it.

        Raises:
            InputError: there is none like it.
        """
        return self._find(point).hits

    def count(self, point: Breakpoint | str, hits: int) -> None:
        """Say how often a run has stopped at it already: one that was led back knows nothing of it.

        Raises:
            InputError: there is none like it.
        """
        self._find(point).hits = hits

    def past(self, point: Breakpoint | str, unwanted: Callable[[], bool] = lambda: False) -> Past:
        """Where it would have stopped in what has already run; nothing is computed for it.

        Args:
            unwanted: asked now and then whether to give up.

        Raises:
            InputError: it cannot be read, or the model has no such step.
        """
        return past(self._session, matching.checked(_read(point), self._session), unwanted)

    def _find(self, point: Breakpoint | str) -> _Placed:
        point = matching.checked(_read(point), self._session)
        try:
            return self._table.placed[point.place]
        except KeyError:
            raise InputError(
                "there is no breakpoint {text}; there are {known}",
                text=str(point),
                known=", ".join(map(str, self)),
            ) from None


def _read(point: Breakpoint | str) -> Breakpoint:
    return breakpoints.read(point) if isinstance(point, str) else point


# ---- running ----------------------------------------------------------------------------------------------


def run(session: Session, table: Table, iterations: int) -> Stop:
    """Run ahead to the next stop, at most to the end of so many iterations."""
    iterations = given.whole(iterations, _ITERATIONS, least=1)
    for _ in range(iterations):
        if iterations > 1 and _leap(session, table):
            continue
        index = session.history.upcoming(session.position)[0].index
        while session.position < session.history.iteration(index).end:  # a step may decide how long it is
            session.history.advance(session.position)
            session.seek(session.position + 1)  # ``step`` would tell of the step, which takes longer than it
            if (stop := _stop(session, table)) is not None:
                return stop
    return Stop("end of the iteration", session.position)


def run_back(session: Session, table: Table, iterations: int) -> Stop:
    """Run back to the stop before, at most to the start of so many iterations: the same stops as ahead."""
    start = session.position
    for _ in range(given.whole(iterations, _ITERATIONS, least=1)):
        start = session.bounds[0]
        while session.position > start:
            session.seek(session.position - 1)
            if (stop := _stop(session, table)) is not None:
                return stop
    return Stop("end of the iteration" if start else "start of the iteration", session.position)


def _leap(session: Session, table: Table) -> bool:
    """Go to the end of the iteration at once, its steps untimed, where nothing stops a run on the way."""
    iteration, _ = session.history.upcoming(session.position)
    sieve, before = table.sieve(session.model, iteration.plan), session.position
    if not sieve.quiet(iteration.index) or iteration.plan.transfers:
        return False
    try:
        session.iterate()
    except KernelError:  # step by step it is found out whether something stops the run before
        return False
    iteration = session.history.iteration(iteration.index)  # it may have been laid out anew on the way
    if not table.sieve(session.model, iteration.plan).quiet(iteration.index):
        session.seek(before)
        return False
    every = range(NUMBER + 1, iteration.plan.size)
    if sieve.nan and not _finite(session, table, iteration, every, iteration.length):
        session.seek(before)
        return False
    return True


def _finite(
    session: Session, table: Table, iteration: Iteration, cells: Iterable[int | None], done: int
) -> bool:
    """Whether all numbers in these cells are finite; a sum of squares says so cheaply where the arrays live."""
    xp, held = session.backend.xp, session.history.whole(iteration).cells(done)
    floating = table.floating.setdefault(iteration.plan, {})
    with xp.errstate():
        for cell in cells:
            array = held[cell] if cell is not None else None
            if array is None:
                continue
            if cell not in floating:  # asking for a type costs more than the sum
                floating[cell] = xp.isdtype(array.dtype, "real floating")
            if floating[cell]:
                flat = xp.reshape(array, (-1,))
                if not bool(xp.isfinite(xp.matmul(flat, flat))):
                    return False
    return True


def _problem(session: Session, table: Table, iteration: Iteration, done: int) -> Problem | None:
    """What is wrong with the step that just ran; mostly nothing is, and that is seen at its arrays alone."""
    plan = iteration.plan
    plain = (
        done > 0 and not plan.transfers and (iteration.index > 0 or done > 1)
    )  # the first looks at parameters too
    if plain and _finite(session, table, iteration, plan.steps[done - 1].writes, done):
        return None
    return session.problem()


def _stop(session: Session, table: Table) -> Stop | None:
    """The stop that this position is, whichever way it was reached."""
    position = session.position
    iteration, done = session.history.locate(position)
    sieve = table.sieve(session.model, iteration.plan)
    if sieve.nan and (problem := _problem(session, table, iteration, done)) is not None:
        table.placed[NAN].hits += 1
        return Stop("problem", position, problem, NAN)
    point = _sprung(session, sieve, iteration, done)
    if point is None:
        return None
    table.placed[point.place].hits += 1
    return Stop("breakpoint", position, None, point)


def _sprung(session: Session, sieve: Sieve, iteration: Iteration, done: Index) -> Breakpoint | None:
    """The first breakpoint that stops a run after ``done`` steps of an iteration.

    At its end the next step is the first of the next iteration.
    """
    position, number = iteration.start + done, iteration.index
    for trap in sieve.after.get(done - 1, ()):
        if trap.springs(session, position, number):
            return trap.point
    ended = done == iteration.length
    for trap in sieve.start if ended else sieve.before.get(done, ()):
        if trap.springs(session, position, number + ended):
            return trap.point
    return None


# ---- what would have been ---------------------------------------------------------------------------------


def past(session: Session, point: Breakpoint, unwanted: Callable[[], bool] = lambda: False) -> Past:
    """Where a breakpoint would have stopped in what has already run."""
    table = Table({point.place: _Placed(point.place)})
    reads_arrays = bool(point.condition) or point.where == "nan"
    positions: list[int] = []
    of = looked = 0
    for iteration in session.history.iterations:
        if reads_arrays and not iteration.layers:
            continue
        sieve = table.sieve(session.model, iteration.plan)
        candidates = _candidates(sieve, iteration)
        looked += len(candidates) if reads_arrays else 0
        if looked > LOOKED or unwanted():
            break
        of += iteration.done
        positions += [
            iteration.start + done for done in candidates if _would_stop(session, sieve, iteration, done)
        ]
    return Past(tuple(positions[:KEPT]), len(positions), of)


def _candidates(sieve: Sieve, iteration: Iteration) -> Sequence[Index]:
    """After how many steps of an iteration its breakpoints have to be asked, as far as it has run."""
    if sieve.nan:
        return range(1, iteration.done + 1)
    after = (index + 1 for index in sieve.after)
    end = (iteration.length,) if sieve.start else ()
    return sorted({done for done in (*sieve.before, *after, *end) if 0 < done <= iteration.done})


def _would_stop(session: Session, sieve: Sieve, iteration: Iteration, done: Index) -> bool:
    if not sieve.nan:
        return _sprung(session, sieve, iteration, done) is not None
    here = session.position
    session.seek(iteration.start + done)
    found = session.problem() is not None
    session.seek(here)
    return found
