"""What if a number were another: what the gradient predicts for the loss, and what the loss then comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from graphscope.engine.history import History
from graphscope.engine.plan import EMPTY, NUMBER, ZERO, Plan, PlanStep
from graphscope.engine.step import Ref
from graphscope.errors import GraphScopeError, InputError, Sentence
from graphscope.graph.spec import format_shape
from graphscope.model import given

if TYPE_CHECKING:
    from graphscope.debug.session import Session

Index = tuple[int, ...]
MARKED = 64
"""Up to so many changed elements are marked one by one; of more, only that there are some."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What an edit puts in place of what.

    Args:
        ref: the array; ``index`` the element, or None where several changed; ``count`` how many did.
        before, after: its number then and now, where it is one element.
    """

    ref: Ref
    index: Index | None
    count: int
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        """By how much the element moved."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, eq=False, slots=True)
class Branch:
    """An edit, and the run as it was without it.

    Args:
        history, position: the former run and where it stood.
        before, after: the array that was edited, on the device.
        changed: the elements that are others now; none where they are too many to name.
        told: the edit in numbers.
    """

    history: History
    position: int
    before: Any
    after: Any
    changed: frozenset[Index]
    told: Assignment


@dataclass(frozen=True, slots=True)
class Consequence:
    """What an edit does to the loss.

    Args:
        edit: what was put in place of what.
        iteration: the iteration of the edit.
        affected: the first iteration whose loss can change; None where none can.
        uses: how many of its uses in that iteration were still to come, and how many there are.
        loss: the loss of that iteration without the edit.
        predicted: the gradient times the change; None where no gradient says what the edit does.
        actual: by how much the loss differs; None where there is none.
        precision: the smallest change that the type of the loss can hold at this loss.
        trouble: why a loss could not be computed.
    """

    edit: Assignment
    iteration: int
    affected: int | None
    uses: tuple[int, int] = (0, 0)
    loss: float | None = None
    predicted: float | None = None
    actual: float | None = None
    precision: float = 0.0
    trouble: Sentence | None = None


class Reach(NamedTuple):
    """How far an array of one iteration is felt.

    Args:
        ahead: how many iterations on the loss changes first; None where no loss ever does.
        kept: whether it gets there as it is, so that the gradient of that iteration is about it alone.
    """

    ahead: int | None
    kept: bool


@dataclass(frozen=True, eq=False, slots=True)
class Outlook:
    """What comes after a position without an edit: enough to say what an edit of one array would change.

    Args:
        history, position, ref: of what this is the outlook; ``before`` the array there, on the host.
        slope: by how much the loss grows with each element; None where no gradient says.
        loss: the loss of the iteration that an edit reaches first, in its own type.
        trouble: why there is none.
    """

    history: History
    position: int
    ref: Ref
    before: np.ndarray
    reach: Reach
    slope: np.ndarray | None = None
    uses: tuple[int, int] = (0, 0)
    loss: np.ndarray | None = None
    trouble: Sentence | None = None

    def of(self, history: History, position: int, ref: Ref) -> bool:
        """Whether this is the outlook there."""
        return history is self.history and (position, ref) == (self.position, self.ref)


# ---- asking -----------------------------------------------------------------------------------------------


def look_ahead(session: Session, history: History, position: int, ref: Ref) -> Outlook:
    """Run on in a branch of its own that is the same as the run, to the loss and back to the gradients."""
    iteration, done = history.locate(position)
    held = history.array(ref, position)
    before = session.fetch(held)
    cell = iteration.plan.cell(ref, done)
    twin = history.fork(ref, held, position)
    reach = Reach(None, kept=False)
    try:
        reach = _reach(_decided(twin, iteration.index), cell, done, session.model.loss)
        if reach.ahead is None:
            return Outlook(history, position, ref, before, reach, trouble=_no_loss(session))
        end = _finish(twin, iteration.index + reach.ahead)
        slope, uses = _slope(session, twin, end, ref, cell, done, reach)
        loss = _loss(session, twin, end)
        return Outlook(history, position, ref, before, reach, slope, uses, loss)
    except GraphScopeError as error:
        return Outlook(history, position, ref, before, reach, trouble=error.sentence)
    finally:
        twin.abandon(history)


def _decided(history: History, index: int) -> Plan:
    """The plan of the last iteration of a branch; run to its end where steps have yet to decide how it goes on."""
    plan = history.iterations[index].plan
    if plan.decisions:
        _finish(history, index)
    return history.iterations[index].plan


def _no_loss(session: Session) -> Sentence | None:
    return Sentence("this model has no loss") if session.model.loss is None else None


def consequence(session: Session, outlook: Outlook, after: np.ndarray) -> Consequence:
    """What putting ``after`` in place of the array does to the loss; nothing moves and nothing is kept."""
    iteration, _ = outlook.history.locate(outlook.position)
    ahead, loss = outlook.reach.ahead, outlook.loss
    predicted = _predicted(outlook, after)
    actual, trouble = None, outlook.trouble
    if ahead is not None and loss is not None:
        actual, trouble = _actual(session, outlook, after, iteration.index + ahead)
    return Consequence(
        assignment(outlook.ref, outlook.before, after),
        iteration.index,
        None if ahead is None else iteration.index + ahead,
        outlook.uses,
        None if loss is None else float(loss),
        predicted,
        actual,
        0.0 if loss is None else abs(float(np.spacing(loss))),
        trouble,
    )


def place(name: str, array: np.ndarray, index: Any) -> Index:
    """An index as a user gives it, checked; one number stands for one axis.

    Raises:
        InputError: there is no such element.
    """
    asked = tuple(cast("Iterable[Any]", index)) if isinstance(index, Iterable) else (index,)
    places = tuple(given.whole(at, Sentence("an index")) for at in asked)
    if len(places) != array.ndim or any(at >= size for at, size in zip(places, array.shape, strict=True)):
        raise InputError(
            "{name} has shape {shape}; it has no element [{index}]",
            name=name,
            shape=format_shape(array.shape),
            index=",".join(map(str, places)),
        )
    return places


def like(name: str, value: Any, before: np.ndarray) -> np.ndarray:
    """What a user gave as an array of the dtype and shape of the one that it replaces.

    Raises:
        InputError: no numbers, numbers that its type does not have, or another shape.
    """
    array = given.numbers(value, Sentence("{name}", name=name))
    with np.errstate(all="ignore"):  # a number too large for a floating type is infinite, and shown so
        made = array.astype(before.dtype)
    if before.dtype.kind != "f" and not np.array_equal(made, array):
        raise InputError(
            "{name} takes numbers ({dtype}), not {given}",
            name=name,
            dtype=before.dtype.name,
            given=given.shown(value),
        )
    if made.shape != before.shape:
        raise InputError(
            "{name} has shape {expected}, the new value {given}; give it the same shape",
            name=name,
            expected=format_shape(before.shape),
            given=format_shape(made.shape),
        )
    return made


def replaced(array: np.ndarray, index: Index, number: Any) -> np.ndarray:
    """The array with another number in one place."""
    made = array.copy()
    made[index] = number
    return made


def stretched(before: np.ndarray, after: np.ndarray, times: float) -> np.ndarray:
    """The array after a step so many times as large; what did not move stays."""
    made, moved = after.copy(), changed_elements(before, after)
    with np.errstate(all="ignore"):  # beyond the largest number of the type is infinite, and shown so
        start = before[moved].astype(np.float64)
        made[moved] = start + times * (after[moved].astype(np.float64) - start)
    return made


# ---- what was edited --------------------------------------------------------------------------------------


def changed_elements(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Where two arrays of one shape differ; two NaN do not."""
    same = before == after
    if before.dtype.kind == "f":
        same |= np.isnan(before) & np.isnan(after)
    return ~same


def assignment(ref: Ref, before: np.ndarray, after: np.ndarray) -> Assignment:
    """What differs between an array and the one in its place."""
    places = np.argwhere(changed_elements(before, after))
    if len(places) != 1:
        return Assignment(ref, None, len(places), None, None)
    index = tuple(map(int, places[0]))
    return Assignment(ref, index, 1, float(before[index]), float(after[index]))


def elements(before: np.ndarray, after: np.ndarray) -> frozenset[Index]:
    """The elements that differ, or none where they are too many to be marked one by one."""
    places = np.argwhere(changed_elements(before, after))
    return frozenset(tuple(map(int, place)) for place in places) if len(places) <= MARKED else frozenset()


def edited(session: Session, branches: Iterable[Branch]) -> Mapping[Ref, frozenset[Index]]:
    """The arrays at the session's position that were put there by edits, each with the elements changed."""
    newest_first = tuple(branches)[::-1]
    found: dict[Ref, frozenset[Index]] = {}
    for ref in {branch.told.ref for branch in newest_first}:
        held = session.held(ref)
        for branch in newest_first:
            if branch.told.ref == ref and held is not None and branch.after is held:
                found[ref] = found.get(ref, frozenset()) | branch.changed
                held = branch.before
    return found


def refuse_left_over(session: Session, ref: Ref) -> None:
    """Refuse a gradient that is left over from the iteration before: the next steps clear it.

    Raises:
        InputError: it is one.
    """
    iteration, done = session.history.locate(session.position)
    if ref.role == "gradient" and (done <= ZERO or iteration.plan.cell(ref, done) == EMPTY):
        raise InputError(
            "the gradient of {name} has not been computed in this iteration; step into its backward phase, "
            "then set it",
            name=ref.name,
        )


# ---- how far it is felt -----------------------------------------------------------------------------------


def _reach(plan: Plan, cell: int, done: int, loss: str | None) -> Reach:
    """Follow what is computed from a cell, iteration after iteration, to the first loss that it changes."""
    target = plan.cell(Ref("value", loss or ""), len(plan.steps))
    seen: set[frozenset[int]] = set()
    touched, kept, ahead = {cell}, True, 0
    while True:
        touched = _spread(plan.steps[done:], touched)
        if target != EMPTY and target in touched:
            return Reach(ahead, kept)
        if target != EMPTY and any(each.cell in touched for each in plan.decisions.values()):
            return Reach(ahead, kept=False)  # another decision is another loss, but no gradient tells of it
        handed = frozenset(place for place, closing in enumerate(plan.closing) if closing in touched)
        kept = kept and len(touched) == 1
        if not handed or handed in seen:
            return Reach(None, kept)
        seen.add(handed)
        touched, done, ahead = {NUMBER + 1 + place for place in handed}, 0, ahead + 1


def _spread(steps: tuple[PlanStep, ...], cells: set[int]) -> set[int]:
    """The cells whose arrays depend on those of ``cells``; random draws and the seed take shapes only."""
    touched = set(cells)
    for step in steps:
        if step.step.kind not in ("random", "seed") and touched.intersection(_reads(step)):
            touched.update(cell for cell in (*step.writes, *step.unsummed) if cell is not None)
    return touched


def _reads(step: PlanStep) -> tuple[int | None, ...]:
    return (*step.operands, *step.drawn, *step.gradients, *step.results)


# ---- what the gradient says -------------------------------------------------------------------------------


def _slope(
    session: Session, twin: History, end: int, ref: Ref, cell: int, done: int, reach: Reach
) -> tuple[np.ndarray | None, tuple[int, int]]:
    """By how much the loss grows with each element, and how many uses were to come, of how many.

    Where some uses have run already, only the contributions of the others count.
    """
    iteration, _ = twin.locate(end)
    end = min(end, iteration.start + iteration.plan.summed)
    whole = twin.array(Ref("gradient", ref.name), end)
    if ref.role != "value" or whole is None or not reach.kept:
        return None, (0, 0)
    if ref.name == session.model.loss or reach.ahead:
        return session.fetch(whole), (1, 1)
    uses = list(_contributions(iteration.plan, cell))
    to_come = [part for step, part in uses if step >= done]
    arrays = [session.fetch(held) for part in to_come if (held := twin.array(part, end)) is not None]
    slope = sum(arrays, np.zeros_like(session.fetch(whole)))
    return slope, (len(to_come), len(uses))


def _contributions(plan: Plan, cell: int) -> Iterable[tuple[int, Ref]]:
    """The forward steps that use a cell, each with what its backward contributes to the cell's gradient."""
    for place, step in enumerate(plan.steps):
        if step.step.kind == "forward":
            for slot, operand in enumerate(step.operands):
                part = Ref("contribution", step.step.node or "", slot)
                if operand == cell and part in plan.timelines:
                    yield place, part


def _predicted(outlook: Outlook, after: np.ndarray) -> float | None:
    if outlook.slope is None:
        return None
    moved = changed_elements(outlook.before, after)
    with np.errstate(all="ignore"):
        change = after[moved].astype(np.float64) - outlook.before[moved].astype(np.float64)
        return float(np.sum(outlook.slope[moved].astype(np.float64) * change))


# ---- what comes of it -------------------------------------------------------------------------------------


def _actual(
    session: Session, outlook: Outlook, after: np.ndarray, iteration: int
) -> tuple[float | None, Sentence | None]:
    """By how much the loss of an iteration is another with the edit; or why that cannot be told."""
    branch = _forked(session, outlook, after)
    try:
        loss = _loss(session, branch, _finish(branch, iteration))
    except GraphScopeError as error:
        return None, error.sentence
    finally:
        branch.abandon(outlook.history)
    if loss is None or outlook.loss is None:
        return None, None
    return float(loss) - float(outlook.loss), None


def _forked(session: Session, outlook: Outlook, after: np.ndarray) -> History:
    """The run with the edit, which lives where the array did."""
    home = session.home(outlook.history.array(outlook.ref, outlook.position))
    return outlook.history.fork(outlook.ref, home.put(after), outlook.position)


def _finish(history: History, index: int) -> int:
    """Run a branch to the end of an iteration; the position there."""
    while (last := history.iterations[-1]).index < index or last.done < last.length:
        history.finish(history.reached())
    return history.iterations[index].end


def _loss(session: Session, history: History, end: int) -> np.ndarray | None:
    held = history.array(Ref("value", session.model.loss or ""), end)
    return None if held is None else session.fetch(held).reshape(())
