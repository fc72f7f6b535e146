"""Going on with another backend: what the steps to come still need is copied, each array in a step of its own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from graphscope.backends.base import Backend
from graphscope.engine.history import History
from graphscope.engine.iteration import Branch
from graphscope.engine.kernels import Cells
from graphscope.engine.on_device import bytes_in
from graphscope.engine.plan import NUMBER, Plan, PlanStep, Timeline
from graphscope.engine.step import PHASES, Phase, Ref, Step, Transfer

Cell = int | None


@dataclass(frozen=True, slots=True)
class Cargo:
    """An array that has to go over.

    Args:
        refs: what it is called; a first contribution is a gradient, too. None where a buffer held it at the
            start, and holds another by now.
        told: by what name its transfer is told.
        size: bytes.
    """

    cell: int
    refs: tuple[Ref, ...]
    told: Ref
    size: int


def cargo(history: History, position: int) -> tuple[Cargo, ...]:
    """What the steps after ``position`` still need, in the order in which it was made."""
    iteration, done = history.locate(position)
    plan = iteration.program.at(done).plan
    return _cargo(plan, done, history.whole(iteration).cells(done))


def switched(history: History, backend: Backend, position: int) -> History:
    """A history that is the same up to ``position`` and goes on there with another backend.

    Its next steps are the transfers; nothing is copied yet.
    """
    iteration, done = history.locate(position)
    program = iteration.program.at(done)
    cells = history.whole(iteration).cells(done)
    former = history.machine.of(program.backend)
    machine = former.on(backend)
    moved = _cargo(program.plan, done, cells)
    plan = _replanned(program.plan, done, moved, (former.backend.title, backend.title))
    branch = Branch(iteration.index, iteration.edits_until(done))
    twin = history.whole(iteration).continued(done, branch, machine.continued(program, done, plan))
    return history.forked(branch, twin, machine)


def _cargo(plan: Plan, done: int, cells: Cells) -> tuple[Cargo, ...]:
    """Cells that are filled and that a later step reads or the next iteration starts from."""
    later = plan.steps[done:]
    made = {cell for step in later for cell in (*step.writes, *step.unsummed)}
    read = chain.from_iterable(
        (*step.operands, *step.drawn, *step.gradients, *step.results) for step in later
    )
    needed = {cell for cell in chain(read, plan.closing) if cell is not None} - made - {NUMBER}
    named: dict[int, list[Ref]] = {}
    for ref in plan.timelines:
        named.setdefault(plan.cell(ref, done), []).append(ref)
    held_before = {NUMBER + 1 + place: Ref("value", name) for place, name in enumerate(plan.opening)}
    found: list[Cargo] = []
    for cell in sorted(needed):
        refs = tuple(sorted(named.get(cell, []), key=_foremost))
        told = refs[0] if refs else held_before.get(cell)
        if cells[cell] is not None and told is not None:
            found.append(Cargo(cell, refs, told, bytes_in(cells[cell])))
    return tuple(found)


def _foremost(ref: Ref) -> bool:
    """What people call an array comes before its other names."""
    return ref.role not in ("value", "gradient")


# ---- the plan of an iteration in which the backend changes ------------------------------------------------


def _replanned(plan: Plan, done: int, moved: tuple[Cargo, ...], titles: tuple[str, str]) -> Plan:
    """The plan with transfers after ``done`` steps; the steps after them work on the copies."""
    count = len(moved)
    copies = {each.cell: plan.size + place for place, each in enumerate(moved)}
    phase = plan.steps[done - 1].step.phase if done else PHASES[0]
    number = sum(step < done for step in plan.transfers)
    transfers = tuple(
        _transfer(each, copies[each.cell], number + place, phase, titles) for place, each in enumerate(moved)
    )
    later = tuple(_redirected(step, copies) for step in plan.steps[done:])
    placed = {ref: (done + place, copies[each.cell]) for place, each in enumerate(moved) for ref in each.refs}
    return replace(
        plan,
        steps=(*plan.steps[:done], *transfers, *later),
        size=plan.size + count,
        timelines={ref: _delayed(line, done, count, placed.get(ref)) for ref, line in plan.timelines.items()},
        closing=tuple(copies.get(cell, cell) for cell in plan.closing),
        changes=(*plan.changes[:done], *((),) * count, *plan.changes[done:]),
        zero=plan.zero + count if plan.zero >= done else plan.zero,
        transfers=frozenset((*_later(plan.transfers, done, count), *range(done, done + count))),
        clips=frozenset(_later(plan.clips, done, count)),
        decisions={step + count if step >= done else step: each for step, each in plan.decisions.items()},
    )


def _later(steps: Iterable[int], done: int, count: int) -> Iterator[int]:
    """Steps by their places, those from ``done`` on later by ``count``."""
    return (step + count if step >= done else step for step in steps)


def _transfer(each: Cargo, copy: int, number: int, phase: Phase, titles: tuple[str, str]) -> PlanStep:
    ref = each.told
    told = Step(
        "transfer",
        0,
        slot=number,
        value=ref.name,
        reads=(ref,),
        writes=(ref,) if each.refs else (),
        transfer=Transfer(*titles, each.size),
        during=phase,
    )
    return PlanStep(told, operands=(each.cell,), writes=(copy,))


def _redirected(step: PlanStep, copies: Mapping[int, int]) -> PlanStep:
    """The step on the copies of what it reads."""

    def there(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(None if cell is None else copies.get(cell, cell) for cell in cells)

    return replace(
        step,
        gradients=there(step.gradients),
        results=there(step.results),
        operands=there(step.operands),
        drawn=tuple(copies.get(cell, cell) for cell in step.drawn),
    )


def _delayed(line: Timeline, done: int, count: int, copy: tuple[int, int] | None) -> Timeline:
    """The timeline with its steps from ``done`` on later by ``count``, and with the copy where there is one."""
    place = bisect_left(line.steps, done)
    steps, cells = list(line.steps), list(line.cells)
    steps[place:] = [step + count for step in steps[place:]]
    if copy is not None:
        steps.insert(place, copy[0])
        cells.insert(place, copy[1])
    return Timeline(tuple(steps), tuple(cells))
