"""Everything that a run has made, so that any position can be looked at again without computing it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

from graphscope.engine.curves import CurveLog
from graphscope.engine.iteration import Edit, Iteration
from graphscope.engine.machine import Machine
from graphscope.engine.plan import EMPTY, ZERO
from graphscope.engine.shelf import Shelf, measure
from graphscope.engine.step import Ref, Step


class History:
    """The iterations of a run. A position is the number of steps done; 0 is before the first.

    Iterations beyond the memory limit are dropped; when somebody looks, they are computed again, bit by bit
    the same.
    """

    def __init__(
        self,
        machine: Machine,
        shelf: Shelf,
        iterations: list[Iteration] | None = None,
        log: CurveLog | None = None,
    ) -> None:
        self.machine = machine
        self.shelf = shelf
        self.iterations = iterations or [machine.begin(0, 0, None)]
        self.log = log or CurveLog(machine.backend, self.iterations[0].program.watched)
        self._note(self.iterations[-1])
        self._starts = [iteration.start for iteration in self.iterations]
        shelf.put(self.iterations[-1])

    def locate(self, position: int) -> tuple[Iteration, int]:
        """The iteration that ``position`` belongs to and how many of its steps are done there.

        A boundary belongs to the iteration that ends there.
        """
        index = max(0, bisect_left(self._starts, position) - 1)
        iteration = self.iterations[index]
        return iteration, position - iteration.start

    def reached(self) -> int:
        """The furthest position that has been computed."""
        last = self.iterations[-1]
        return last.start + last.done

    def upcoming(self, position: int) -> tuple[Iteration, int]:
        """The iteration of the step after ``position`` and that step's index; begins a new one at a boundary.

        Raises:
            InputError: the data of the new iteration does not fit.
        """
        iteration, done = self.locate(position)
        if done < iteration.length:
            return iteration, done
        if iteration is self.iterations[-1]:
            self._begin(iteration)
        return self.iterations[iteration.index + 1], 0

    def _begin(self, before: Iteration) -> None:
        self.whole(before)
        begun = self.machine.begin(before.index + 1, before.end, before)
        if not before.program.bytes:
            before.program.bytes = measure(before)
            self.shelf.put(before)
        self.iterations.append(begun)
        self._starts.append(begun.start)
        self.shelf.put(begun)

    def advance(self, position: int) -> None:
        """Make sure that the step after ``position`` is done.

        Raises:
            KernelError: its op raised; nothing has changed.
        """
        iteration, index = self.upcoming(position)
        if iteration.done == index:
            self.machine.do(self.whole(iteration))
            self._note(iteration)

    def finish(self, position: int) -> int:
        """Do all steps up to the end of the iteration of the next step; the position there.

        Raises:
            KernelError: an op raised; the steps before it are done.
        """
        iteration, _ = self.upcoming(position)
        if iteration.done < iteration.length:
            self.machine.finish(self.whole(iteration))
            self._note(iteration)
        return iteration.end

    def _note(self, iteration: Iteration) -> None:
        """Keep the loss and the norms of an iteration that has just been finished."""
        if iteration.done == iteration.length:
            self.log.note(iteration.program.held(iteration.newest))

    def array(self, ref: Ref, position: int) -> Any:
        """What ``ref`` holds at ``position`` on its device, or None."""
        iteration, cell, done = self.find(ref, position)
        return None if cell == EMPTY else self.whole(iteration).cells(done)[cell]

    def arrays(self, refs: Iterable[Ref], position: int) -> Iterator[tuple[Ref, Any]]:
        """What each ref holds at ``position`` on its device, or None."""
        iteration, done = self.locate(position)
        cells, cell_of = self.whole(iteration).cells(done), iteration.plan.cell
        for ref in refs:
            if ref.role == "gradient" and done <= ZERO:
                yield ref, self.array(ref, position)
            else:
                cell = cell_of(ref, done)
                yield ref, None if cell == EMPTY else cells[cell]

    def find(self, ref: Ref, position: int) -> tuple[Iteration, int, int]:
        """The iteration, the cell (or EMPTY) and the time in the iteration that hold ``ref`` at ``position``.

        Until the step "zero" the gradients are those of the iteration before.
        """
        iteration, done = self.locate(position)
        if ref.role == "gradient" and done <= ZERO and iteration.index:
            iteration = self.iterations[iteration.index - 1]
            done = iteration.length
        return iteration, iteration.plan.cell(ref, done), done

    def whole(self, iteration: Iteration) -> Iteration:
        """The iteration with its arrays, computed again if they were dropped."""
        if iteration.layers:
            self.shelf.use(iteration)
        else:
            self._recall(iteration)
        return iteration

    def _recall(self, wanted: Iteration) -> None:
        """Compute again from the nearest iteration before that still has what it started from."""
        first = wanted.index
        while self.iterations[first].opening is None and not self.iterations[first].layers:
            first -= 1
        for iteration in self.iterations[first : wanted.index + 1]:
            if not iteration.layers:
                opening = iteration.opening
                self._rerun(
                    iteration, self.iterations[iteration.index - 1].closing() if opening is None else opening
                )
            self.shelf.put(iteration)

    def _rerun(self, iteration: Iteration, opening: tuple[Any, ...]) -> None:
        steps, iteration.done = iteration.done, 0
        iteration.open(opening)
        for edit in iteration.edits:
            self.machine.finish(iteration, edit.done)
            iteration.edit(edit)
        self.machine.finish(iteration, steps)

    def fork(self, ref: Ref, array: Any, position: int) -> History:
        """A history that is the same up to ``position`` but has ``array`` there; nothing after it is done."""
        iteration, done = self.locate(position)
        forked = self.whole(iteration).forked(Edit(done, ref, array))
        before = self.iterations[: iteration.index]
        return History(self.machine, self.shelf, [*before, forked], self.log.forked(iteration.index))

    def abandon(self, kept: History) -> None:
        """Let go of what this history does not share with ``kept``."""
        shared = set(kept.iterations)
        self.shelf.release(iteration for iteration in self.iterations if iteration not in shared)

    def position_after(self, step: Step) -> int | None:
        """The position that a step led to, or None where it has not been done."""
        if not 0 <= step.iteration < len(self.iterations):
            return None
        iteration = self.iterations[step.iteration]
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
