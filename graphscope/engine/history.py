"""Everything that a run has made, so that any position can be looked at again without computing it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from math import prod
from typing import Any

from graphscope.engine.machine import Iteration, Machine
from graphscope.engine.plan import EMPTY, Plan
from graphscope.engine.step import Ref, Step

_SIZES = {"float64": 8, "int64": 8, "float16": 2, "bool": 1, "int8": 1, "uint8": 1}


class History:
    """The iterations of a run. A position is the number of steps done; 0 is before the first.

    Iterations beyond the memory limit, oldest first, keep only what they started from and are computed again,
    bit by bit the same, when somebody looks.
    """

    def __init__(self, machine: Machine, *, limit: int) -> None:
        self.machine = machine
        self.limit = limit
        self.iterations: list[Iteration] = [machine.begin(0, 0, None)]
        self._starts: list[int] = [0]
        self._thinned = 0

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
        """The iteration of the step after ``position`` and that step's index; begins a new one at a boundary."""
        iteration, done = self.locate(position)
        if done < iteration.length:
            return iteration, done
        if iteration is self.iterations[-1]:
            self._begin(iteration)
        return self.iterations[iteration.index + 1], 0

    def _begin(self, before: Iteration) -> None:
        start = before.start + before.length
        self.iterations.append(self.machine.begin(before.index + 1, start, before))
        self._starts.append(start)
        self._thin()

    def advance(self, position: int) -> None:
        """Make sure that the step after ``position`` is done.

        Raises:
            KernelError: its op raised; nothing has changed.
        """
        iteration, index = self.upcoming(position)
        if iteration.done == index:
            self.machine.do(iteration)

    def finish(self, position: int) -> int:
        """Do all steps up to the end of the iteration of the next step; the position there."""
        iteration, _ = self.upcoming(position)
        self.machine.finish(iteration)
        return iteration.start + iteration.length

    def array(self, ref: Ref, position: int) -> Any:
        """What ``ref`` holds at ``position`` on its device, or None."""
        iteration, done = self.locate(position)
        cell = iteration.plan.cell(ref, done)
        return None if cell == EMPTY else self.cells(iteration)[cell]

    def cells(self, iteration: Iteration) -> list[Any]:
        """The cells of an iteration, computed again if they were dropped."""
        if iteration.done and iteration.index < self._thinned and not _kept(iteration):
            self._recompute(iteration)
        return iteration.cells

    def _recompute(self, iteration: Iteration) -> None:
        steps, iteration.done = iteration.done, 0
        edits = {at: (cell, array) for at, cell, array in iteration.edits}
        while iteration.done < steps:
            if iteration.done in edits:
                cell, array = edits[iteration.done]
                iteration.cells[cell] = array
            self.machine.do(iteration)

    def _thin(self) -> None:
        """Drop what the oldest full iterations computed, down to the limit; the newest two always stay."""
        each = max(1, plan_bytes(self.iterations[-1].plan))
        keep = max(2, self.limit // each)
        while len(self.iterations) - self._thinned > keep:
            iteration = self.iterations[self._thinned]
            first = {cell for cell, _ in iteration.plan.carried}
            iteration.cells = [array if cell in first else None for cell, array in enumerate(iteration.cells)]
            self._thinned += 1

    def fork(self, ref: Ref, array: Any, position: int) -> History:
        """A history that is the same up to ``position`` but has ``array`` there; what follows is not computed yet."""
        iteration, done = self.locate(position)
        cell = iteration.plan.cell(ref, done)
        branch = object.__new__(History)
        branch.__dict__.update(self.__dict__)
        cells = list(self.cells(iteration))
        for step in iteration.plan.steps[done:]:
            for written in (*step.writes, *step.unsummed):
                if written is not None:
                    cells[written] = None
        cells[cell] = array
        forked = replace(iteration, cells=cells, done=done, seconds=dict(iteration.seconds))
        forked.edits = [*(edit for edit in iteration.edits if edit[0] <= done), (done, cell, array)]
        branch.iterations = [*self.iterations[: iteration.index], forked]
        branch._starts = self._starts[: iteration.index + 1]
        branch._thinned = min(self._thinned, iteration.index)
        return branch

    def step_before(self, position: int) -> Step | None:
        """The step that led to ``position``."""
        iteration, done = self.locate(position)
        return iteration.step(done - 1) if done else None

    def step_after(self, position: int) -> Step:
        """The step that follows ``position``."""
        iteration, done = self.locate(position)
        if done < iteration.length:
            return iteration.step(done)
        return replace(iteration.plan.steps[0].step, iteration=iteration.index + 1)


def _kept(iteration: Iteration) -> bool:
    """Whether the arrays of a finished iteration are still there."""
    written = next((cell for step in iteration.plan.steps for cell in step.writes if cell is not None), None)
    return written is None or iteration.cells[written] is not None


def plan_bytes(made: Plan) -> int:
    """How much memory one recorded iteration takes at the most, in bytes."""
    total = 0
    for ref in made.refs:
        spec = made.specs.get(ref.name.split("@")[0])
        if spec is not None:
            total += prod(size for size in spec.shape if isinstance(size, int)) * _SIZES.get(spec.dtype, 4)
    return total
