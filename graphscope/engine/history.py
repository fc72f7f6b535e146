"""Everything that a run has made, so that any position can be looked at again without computing it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Self, overload

from graphscope.backends.base import Backend
from graphscope.engine.course import Course, course
from graphscope.engine.curves import CurveLog
from graphscope.engine.iteration import Arrays, Branch, Edit, Iteration
from graphscope.engine.machine import Machine
from graphscope.engine.memory import LackError
from graphscope.engine.plan import EMPTY
from graphscope.engine.shelf import Shelf, measure
from graphscope.engine.step import Ref, Step

COUNTED = 64
"""After so many iterations it is counted anew how much is kept for ever."""


class History:
    """The iterations of a run. A position is the number of steps done; 0 is before the first.

    Iterations beyond the memory limit are dropped; when somebody looks, they are computed again, bit by bit
    the same. What stays of each for ever is where it starts, its loss and the norms of its gradients.

    Args:
        branches: whose iterations it consists of, in order.
        course: all iterations that have begun.
        log: the curves of those that are finished.
        newest: the last iteration.
    """

    def __init__(
        self,
        machine: Machine,
        shelf: Shelf,
        branches: tuple[Branch, ...],
        course: Course,
        log: CurveLog,
        newest: Iteration,
    ) -> None:
        self.machine = machine
        self.shelf = shelf
        self.branches = branches
        self.course = course
        self.log = log
        self._done = newest.done
        self._near = newest
        course.append(newest.start, newest.program)
        shelf.put(newest)
        self._note(newest)

    @classmethod
    def begun(cls, machine: Machine, shelf: Shelf) -> Self:
        """The history of a run that has done nothing yet."""
        branch = Branch(0)
        first = machine.begin(branch, 0, 0, None)
        return cls(
            machine, shelf, (branch,), course(), CurveLog(machine.backend, first.program.watched), first
        )

    # ---- iterations ---------------------------------------------------------------------------------------

    @property
    def iterations(self) -> Iterations:
        """All that have begun, in order; those that were dropped without their arrays."""
        return Iterations(self)

    def iteration(self, index: int) -> Iteration:
        """An iteration by its number; without its arrays if they were dropped."""
        branch = self._branch(index)
        kept = branch.whole.get(index)
        if kept is not None:
            return kept
        program = self.course.program(index)
        done = len(program.kernels) if index < len(self.course) - 1 else self._done
        return Iteration(index, self.course.start(index), program, branch, done)

    def _branch(self, index: int) -> Branch:
        """The branch that an iteration belongs to."""
        last = self.branches[-1]
        if index >= last.first:
            return last
        return next(branch for branch in reversed(self.branches) if branch.first <= index)

    def locate(self, position: int) -> tuple[Iteration, int]:
        """The iteration that ``position`` belongs to and how many of its steps are done there.

        A boundary belongs to the iteration that ends there.
        """
        near = self._near
        if not near.start < position <= near.end or not near.layers:
            self._near = near = self.iteration(self.course.at(position))
        return near, position - near.start

    def backend_at(self, position: int) -> Backend:
        """What computes at a position: after a step the backend that did it."""
        if self.machine.before is None:
            return self.machine.backend
        iteration, done = self.locate(position)
        return iteration.program.at(done).backend

    def reached(self) -> int:
        """The furthest position that has been computed."""
        return self.course.start(-1) + self._done

    def upcoming(self, position: int) -> tuple[Iteration, int]:
        """The iteration of the step after ``position`` and that step's index; begins a new one at a boundary.

        Raises:
            InputError: the data of the new iteration does not fit.
        """
        iteration, done = self.locate(position)
        if done < iteration.length:
            return iteration, done
        if iteration.index == len(self.course) - 1:
            return self._begin(iteration if iteration.layers else self.whole(iteration)), 0
        return self.iteration(iteration.index + 1), 0

    def _begin(self, before: Iteration) -> Iteration:
        """The iteration after the last one, with nothing done."""
        begun = self.machine.begin(before.branch, before.index + 1, before.end, before)
        if not before.program.bytes:
            measure(before)
            self.shelf.put(before)
        self.course.append(begun.start, begun.program)
        self._done, self._near = 0, begun
        if begun.index % COUNTED == 0:
            self.shelf.scalars = self.course.bytes + self.log.bytes
        self.shelf.put(begun)
        return begun

    # ---- going on -----------------------------------------------------------------------------------------

    def advance(self, position: int) -> None:
        """Make sure that the step after ``position`` is done.

        Raises:
            KernelError: its op raised; nothing has changed.
        """
        iteration, index = self.upcoming(position)
        if iteration.done == index:
            iteration = self.whole(iteration)
            self._with_room(self.machine.do, iteration)
            self._settle(iteration)
            self._note(iteration)

    def _settle(self, iteration: Iteration) -> None:
        """Note how far the last iteration has come, and by which program: a step may have decided anew."""
        self._done = iteration.done
        self.course.follow(iteration.program)

    def finish(self, position: int) -> int:
        """Do all steps up to the end of the iteration of the next step; the position there.

        Raises:
            KernelError: an op raised; the steps before it are done.
        """
        iteration, _ = self.upcoming(position)
        if iteration.done < iteration.length:
            iteration = self.whole(iteration)
            try:
                self._with_room(self.machine.finish, iteration)
            finally:
                self._settle(iteration)
            self.log.note(iteration.program.held(iteration.newest))
        return iteration.end

    def _with_room(self, work: Callable[[Iteration], None], iteration: Iteration) -> None:
        """Do steps; where memory runs out, once more without the arrays of older iterations."""
        try:
            work(iteration)
        except LackError:
            if not self.shelf.squeeze():
                raise
        else:
            return
        work(iteration)

    def _note(self, iteration: Iteration) -> None:
        """Keep the loss and the norms of an iteration that has just been finished."""
        if iteration.done == iteration.length:
            self.log.note(iteration.program.held(iteration.newest))

    # ---- looking ------------------------------------------------------------------------------------------

    def array(self, ref: Ref, position: int) -> Any:
        """What ``ref`` holds at ``position`` on its device, or None."""
        iteration, cell, done = self.find(ref, position)
        return None if cell == EMPTY else self.whole(iteration).cells(done)[cell]

    def arrays(self, refs: Iterable[Ref], position: int) -> Iterator[tuple[Ref, Any]]:
        """What each ref holds at ``position`` on its device, or None."""
        iteration, done = self.locate(position)
        plan, before = iteration.plan, self._before(iteration, done)
        cells = self.whole(iteration).cells(done)
        ended = None if before is None else self.whole(before).newest
        for ref in refs:
            if before is not None and ended is not None and ref.role == "gradient":
                cell = before.plan.cell(ref, before.length)
                yield ref, None if cell == EMPTY else ended[cell]
            else:
                cell = plan.cell(ref, done)
                yield ref, None if cell == EMPTY else cells[cell]

    def refs(self, position: int) -> Iterator[Ref]:
        """The names of all arrays that there may be at a position; gradients as ``find`` finds them."""
        iteration, done = self.locate(position)
        before = self._before(iteration, done)
        if before is None or before.plan is iteration.plan:
            yield from iteration.plan.timelines
            return
        yield from (ref for ref in iteration.plan.timelines if ref.role != "gradient")
        yield from (ref for ref in before.plan.timelines if ref.role == "gradient")

    def _before(self, iteration: Iteration, done: int) -> Iteration | None:
        """The iteration whose gradients are still there; None where there is none, or zero has been done."""
        return (
            self.iteration(iteration.index - 1) if iteration.index and done <= iteration.plan.zero else None
        )

    def find(self, ref: Ref, position: int) -> tuple[Iteration, int, int]:
        """The iteration, the cell (or EMPTY) and the time in the iteration that hold ``ref`` at ``position``.

        Until the step "zero" the gradients are those of the iteration before.
        """
        iteration, done = self.locate(position)
        if ref.role == "gradient" and (before := self._before(iteration, done)) is not None:
            iteration, done = before, before.length
        return iteration, iteration.plan.cell(ref, done), done

    def whole(self, iteration: Iteration) -> Iteration:
        """The iteration with its arrays, computed again if they were dropped."""
        kept = iteration if iteration.layers else iteration.branch.whole.get(iteration.index)
        if kept is None:
            self._recall(iteration)
            return iteration
        self.shelf.use(kept)
        return kept

    def _recall(self, wanted: Iteration) -> None:
        """Compute again from the nearest iteration before that still has what it started from."""
        first = wanted.index
        while self._opening(first) is None and not self.iteration(first).layers:
            first -= 1
        handed_on: Arrays = ()
        for index in range(first, wanted.index + 1):
            iteration = wanted if index == wanted.index else self.iteration(index)
            if not iteration.layers:
                kept = self._opening(index)
                self._rerun(iteration, handed_on if kept is None else kept)
            handed_on = iteration.closing()
            self.shelf.put(iteration)

    def _opening(self, index: int) -> Arrays | None:
        """What an iteration started from, where that is kept."""
        kept = self._branch(index).openings.get(index)
        return None if kept is None else kept.arrays

    def _rerun(self, iteration: Iteration, opening: Arrays) -> None:
        steps, iteration.done = iteration.done, 0
        iteration.open(opening)
        for edit in iteration.edits:
            self.machine.again(iteration, edit.done)
            iteration.edit(edit)
        self.machine.again(iteration, steps)

    # ---- branches -----------------------------------------------------------------------------------------

    def fork(self, ref: Ref, array: Any, position: int) -> History:
        """A history that is the same up to ``position`` but has ``array`` there; nothing after it is done."""
        iteration, done = self.locate(position)
        edit, program = Edit(done, ref, array), iteration.program.at(done)
        branch = Branch(iteration.index, (*iteration.edits_until(done), edit))
        forked = self.whole(iteration).forked(edit, branch, program)
        machine = self.machine.of(program.backend)
        machine.reconsider(forked)
        return self.forked(branch, forked, machine)

    def forked(self, branch: Branch, newest: Iteration, machine: Machine) -> History:
        """A history that shares what is before ``newest``, the first iteration of a new branch, and ends there."""
        first = branch.first
        return History(
            machine,
            self.shelf,
            (*(each for each in self.branches if each.first < first), branch),
            self.course.until(first),
            self.log.forked(first, machine.backend),
            newest,
        )

    def abandon(self, kept: History) -> None:
        """Let go of what this history does not share with ``kept``."""
        there = kept.parts()
        for branch, part in self.parts().items():
            first = there[branch].stop if branch in there else part.start
            self.shelf.release(branch, range(first, part.stop))

    def parts(self) -> dict[Branch, range]:
        """Which iterations of each of its branches belong to it."""
        ends = (*(each.first for each in self.branches[1:]), sys.maxsize)
        return {branch: range(branch.first, end) for branch, end in zip(self.branches, ends, strict=True)}

    def position_after(self, step: Step) -> int | None:
        """The position that a step led to, or None where it has not been done."""
        if not 0 <= step.iteration < len(self.course):
            return None
        iteration = self.iteration(step.iteration)
        done = next((at for at in range(iteration.done) if iteration.step(at).key == step.key), None)
        return None if done is None else iteration.start + done + 1

    def step_before(self, position: int) -> Step | None:
        """The step that led to ``position``."""
        iteration, done = self.locate(position)
        return iteration.step(done - 1) if done else None

    def step_after(self, position: int) -> Step:
        """The step that follows ``position``."""
        iteration, done = self.locate(position)
        if done < iteration.length:
            return iteration.step(done)
        return iteration.plan.steps[0].step.at(iteration.index + 1)


class Iterations(Sequence[Iteration]):
    """The iterations of a history by their numbers; each is made when it is looked at."""

    def __init__(self, history: History) -> None:
        self._history = history

    def __len__(self) -> int:
        return len(self._history.course)

    @overload
    def __getitem__(self, index: int) -> Iteration: ...
    @overload
    def __getitem__(self, index: slice) -> list[Iteration]: ...
    def __getitem__(self, index: int | slice) -> Iteration | list[Iteration]:
        if isinstance(index, slice):
            return [self._history.iteration(each) for each in range(len(self))[index]]
        return self._history.iteration(range(len(self))[index])
