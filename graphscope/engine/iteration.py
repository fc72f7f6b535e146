"""One iteration as it ran: its arrays, and what is needed to make them again once they were dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphscope.backends.base import Backend
from graphscope.engine.curves import Held
from graphscope.engine.kernels import Cells, Kernel
from graphscope.engine.plan import NUMBER, Plan
from graphscope.engine.step import Ref, Step

Arrays = tuple[Any, ...]
"""What an iteration starts from or hands on: parameters, optimizer state, buffers and constants."""


class Stretch(NamedTuple):
    """The steps until ``end``, and the backend that does them."""

    end: int
    backend: Backend


@dataclass(eq=False, slots=True)
class Program:
    """A plan bound to a backend, or to one after another where a user switched in the middle.

    Args:
        watched: the parameters that get a gradient.
        held: fetches the loss and the gradients of those parameters at the end.
        stretches: which backend does which steps.
        former: the program before the backend was switched after ``switched`` steps.
        bytes: how much memory one iteration takes; known once one has run.
        opening_bytes: how much of that is what the next one starts from, without what no step changes.
    """

    plan: Plan
    kernels: tuple[Kernel, ...]
    watched: tuple[str, ...]
    held: Callable[[Cells], Held]
    stretches: tuple[Stretch, ...]
    former: Program | None = None
    switched: int = 0
    bytes: int = 0
    opening_bytes: int = 0

    @property
    def backend(self) -> Backend:
        """The backend that does its last steps."""
        return self.stretches[-1].backend

    def at(self, done: int) -> Program:
        """The program as it was when no more than ``done`` steps were done: later switches had not been made."""
        program = self
        while program.former is not None and done <= program.switched:
            program = program.former
        return program

    def backend_of(self, index: int) -> Backend:
        """The backend that does the step of that index."""
        return next(backend for end, backend in self.stretches if index < end)


class Edit(NamedTuple):
    """An array that a user put in place of a computed one after ``done`` steps."""

    done: int
    ref: Ref
    array: Any


class Layer(NamedTuple):
    """The cells from ``done`` steps on; an edit opens a new layer, so that the time before it stays."""

    done: int
    cells: Cells


class Opening(NamedTuple):
    """What an iteration started from, and how much memory that takes."""

    arrays: Arrays
    bytes: int


@dataclass(eq=False, slots=True)
class Branch:
    """A run from one iteration on, until an edit leads to another branch; what is kept of its iterations.

    Args:
        first: the number of its first iteration; those before belong to other branches.
        edits: what a user changed in that iteration, in order.
        whole: the iterations whose arrays are there, by number.
        openings: what others started from, by number.
    """

    first: int
    edits: tuple[Edit, ...] = ()
    whole: dict[int, Iteration] = field(default_factory=dict[int, "Iteration"])
    openings: dict[int, Opening] = field(default_factory=dict[int, Opening])


@dataclass(eq=False, slots=True)
class Iteration:
    """One iteration.

    Args:
        start: the position before its first step.
        done: how many of its steps are done.
        layers: its arrays, oldest first; empty where they were dropped.
        seconds: how long each step took, by index, where it was timed.
    """

    index: int
    start: int
    program: Program
    branch: Branch
    done: int = 0
    layers: tuple[Layer, ...] = ()
    seconds: dict[int, float] | None = None

    def follow(self, program: Program) -> None:
        """Go on by another program that is the same up to here; nothing of what follows has been done."""
        self.program = program
        cells, size = self.newest, program.plan.size
        cells[size:] = []
        cells.extend([None] * (size - len(cells)))

    @property
    def plan(self) -> Plan:
        """Its steps and cells."""
        return self.program.plan

    @property
    def length(self) -> int:
        """How many steps it has."""
        return len(self.program.kernels)

    @property
    def end(self) -> int:
        """The position after its last step."""
        return self.start + len(self.program.kernels)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What a user changed in it, in order."""
        return self.branch.edits if self.index == self.branch.first else ()

    def edits_until(self, done: int) -> tuple[Edit, ...]:
        """What a user changed when no more than ``done`` steps were done."""
        return tuple(each for each in self.edits if each.done <= done)

    def step(self, index: int) -> Step:
        """Its step of that index, told with the iteration's number."""
        return self.program.plan.steps[index].step.at(self.index)

    def open(self, opening: Arrays) -> None:
        """Make room for its arrays; nothing is done yet."""
        cells: Cells = [None] * self.plan.size
        cells[NUMBER] = self.index
        cells[NUMBER + 1 : NUMBER + 1 + len(opening)] = opening
        self.layers = (Layer(0, cells),)

    def edit(self, edit: Edit) -> None:
        """Put an array in place of one that is there after ``edit.done`` steps, in a layer of its own."""
        cells = list(self.layers[-1].cells)
        cells[self.plan.cell(edit.ref, edit.done)] = edit.array
        self.layers = (*self.layers, Layer(edit.done, cells))

    def cells(self, done: int) -> Cells:
        """The cells as they are after ``done`` steps."""
        return next(layer.cells for layer in reversed(self.layers) if layer.done <= done)

    @property
    def newest(self) -> Cells:
        """The cells that steps work on."""
        return self.layers[-1].cells

    def opening(self) -> Arrays:
        """The arrays that it started from."""
        return tuple(self.layers[0].cells[NUMBER + 1 : NUMBER + 1 + len(self.plan.opening)])

    def closing(self) -> Arrays:
        """The arrays that it hands on, once all its steps are done."""
        cells = self.layers[-1].cells
        return tuple([cells[cell] for cell in self.program.plan.closing])

    def drop(self) -> None:
        """Let go of its arrays."""
        self.layers = ()
        self.seconds = None

    def forked(self, edit: Edit, branch: Branch, program: Program) -> Iteration:
        """The same iteration up to ``edit.done`` steps, then with the edit; what follows is not done yet."""
        twin = self._until(edit.done, branch, program)
        twin.edit(edit)
        twin.forget(edit.done)
        return twin

    def continued(self, done: int, branch: Branch, program: Program) -> Iteration:
        """The same iteration up to ``done`` steps, then by another program; what follows is not done yet."""
        twin = self._until(done, branch, program)
        twin.layers = (*twin.layers, Layer(done, list(twin.newest)))
        twin.forget(done)
        return twin

    def _until(self, done: int, branch: Branch, program: Program) -> Iteration:
        layers = tuple(layer for layer in self.layers if layer.done <= done)
        seconds = {index: taken for index, taken in (self.seconds or {}).items() if index < done}
        return Iteration(self.index, self.start, program, branch, done, layers, seconds or None)

    def forget(self, done: int) -> None:
        """Empty the cells of the steps from ``done`` on, so that no old array is held there."""
        cells, size = self.newest, self.plan.size
        cells[size:] = []
        cells.extend([None] * (size - len(cells)))
        for step in self.plan.steps[done:]:
            for cell in (*step.writes, *step.unsummed):
                if cell is not None:
                    cells[cell] = None
