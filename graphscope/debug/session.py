"""The session: one run being looked at, stepped forwards and backwards, and asked for every number it ever made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from types import TracebackType
from typing import Any, Literal

import numpy as np

from graphscope.debug import moments, problems, travel
from graphscope.engine.history import History
from graphscope.engine.machine import Clock, Machine
from graphscope.engine.moment import Moment, Problem
from graphscope.engine.step import Ref, Step
from graphscope.engine.summary import Summary
from graphscope.errors import InputError
from graphscope.graph.graph import Graph, unknown_value
from graphscope.graph.spec import TensorSpec
from graphscope.model.model import Model

Reason = Literal["breakpoint", "problem", "end of the iteration", "start of the iteration"]


@dataclass(frozen=True, slots=True)
class Stop:
    """Why and where a run stopped."""

    reason: Reason
    position: int
    problem: Problem | None = None


class Session:
    """A model on a backend, at a position. Also a context manager.

    Args:
        model: its data bound (see ``graphscope.open``).
        memory: how many bytes of arrays are kept; older iterations are computed again when looked at.
        clock: seconds, for the times of steps.
    """

    def __init__(
        self, model: Model, backend: Any, *, seed: int = 0, memory: int = 512 * 2**20, clock: Clock = lambda: 0.0
    ) -> None:
        self.model = model
        self.backend = backend
        self.seed = seed
        self.position = 0
        self._history = History(Machine(model, backend, seed, clock), limit=memory)
        self._branches: list[tuple[History, int]] = []
        self._summaries = moments.SummaryCache()
        self._problems: dict[int, Problem | None] = {}

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all arrays; the session is not used any more."""
        self._branches.clear()
        self._summaries.clear()

    @property
    def graph(self) -> Graph:
        """The graph that is run."""
        return self.model.graph

    # ---- where we are -------------------------------------------------------------------------------------

    @property
    def last(self) -> Step | None:
        """The step that just ran, or None at position 0."""
        return self._history.step_before(self.position)

    @property
    def next(self) -> Step:
        """The step that would run next."""
        return self._history.step_after(self.position)

    @property
    def iteration_steps(self) -> tuple[Step, ...]:
        """The steps of the current iteration, in order."""
        iteration, _ = self._history.locate(self.position)
        return tuple(iteration.step(index) for index in range(iteration.length))

    @property
    def bounds(self) -> tuple[int, int]:
        """The positions where the current iteration starts and ends."""
        iteration, _ = self._history.locate(self.position)
        return iteration.start, iteration.start + iteration.length

    @property
    def specs(self) -> Mapping[str, TensorSpec]:
        """The spec of every value in the current iteration, symbolic sizes bound by its data."""
        iteration, _ = self._history.locate(self.position)
        return iteration.plan.specs

    @property
    def reached(self) -> int:
        """The furthest position that has been computed."""
        return self._history.reached()

    # ---- moving -------------------------------------------------------------------------------------------

    def step(self, n: int = 1) -> tuple[Step, ...]:
        """Do ``n`` steps; those done, in order.

        Raises:
            KernelError: an op raised; the steps before it are done and kept.
        """
        done: list[Step] = []
        for _ in range(n):
            self._history.advance(self.position)
            self.position += 1
            done.append(self._history.step_before(self.position))  # type: ignore[arg-type]
        return tuple(done)

    def back(self, n: int = 1) -> tuple[Step, ...]:
        """Undo ``n`` steps, fewer at the start; those undone, in the order of undoing."""
        undone: list[Step] = []
        while n > 0 and (step := self.last) is not None:
            undone.append(step)
            self.position -= 1
            n -= 1
        return tuple(undone)

    def seek(self, position: int) -> None:
        """Go to a position, computing what has not been computed.

        Raises:
            InputError: a negative position.
        """
        if position < 0:
            raise InputError("a position is 0 or more, not {position}", position=position)
        while self.reached < position:
            start = self._history.reached()
            iteration, index = self._history.upcoming(start)
            whole = iteration.start + iteration.length
            if position >= whole and index < iteration.length:
                self._history.finish(start)
            else:
                self._history.advance(start)
        self.position = position

    def iterate(self, n: int = 1) -> None:
        """Go ``n`` iteration boundaries ahead."""
        for _ in range(n):
            self.position = self._history.finish(self.position)

    def over(self) -> tuple[Step, ...]:
        """Step to the end of the scope that the next step opens, else one step."""
        return travel.over(self)

    def into(self) -> tuple[Step, ...]:
        """Step into the frame that the next step opens; a primitive has none, so nothing moves: see ``inside``."""
        return ()

    def out(self) -> tuple[Step, ...]:
        """Step to the end of the current scope within the phase."""
        return travel.out(self)

    def run(self) -> Stop:
        """Run to the next stop: a problem, or the end of the iteration."""
        _, end = self._upcoming_bounds()
        while self.position < end:
            self.step()
            if (problem := self.problem()) is not None:
                return Stop("problem", self.position, problem)
        return Stop("end of the iteration", self.position)

    def run_back(self) -> Stop:
        """Run back to the stop before: a problem, or the boundary of an iteration."""
        start, _ = self.bounds
        while self.position > start:
            self.position -= 1
            if (problem := self.problem()) is not None:
                return Stop("problem", self.position, problem)
        return Stop("start of the iteration" if start == 0 else "end of the iteration", self.position)

    def _upcoming_bounds(self) -> tuple[int, int]:
        iteration, _ = self._history.upcoming(self.position)
        return iteration.start, iteration.start + iteration.length

    # ---- asking -------------------------------------------------------------------------------------------

    def array(self, ref: Ref) -> np.ndarray | None:
        """The host array of ``ref`` as of now, read-only, or None when it is not there."""
        held = self._history.array(ref, self.position)
        if held is None:
            return None
        array = np.asarray(self.backend.get(held)).view()
        array.setflags(write=False)
        return array

    def value(self, name: str) -> np.ndarray | None:
        """A value as of now (read-only), or None when it has not been computed.

        Raises:
            InputError: there is no value of that name.
        """
        self._known(name)
        return self.array(Ref("value", name))

    def gradient(self, name: str) -> np.ndarray | None:
        """The gradient of the loss with respect to a value, as far as it is summed, or None.

        Raises:
            InputError: there is no value of that name.
        """
        self.graph.value(name)
        return self.array(Ref("gradient", name))

    def contribution(self, node: str, slot: int, *, unsummed: bool = False) -> np.ndarray | None:
        """What a node's backward adds to the gradient of one operand, also before its broadcast axes are summed."""
        return self.array(Ref("unsummed" if unsummed else "contribution", node, slot))

    def _known(self, name: str) -> None:
        base, _, state = name.partition("@")
        states = self.model.optimizer.state if self.model.optimizer else ()
        if state and not (base in self.graph.parameters and state in states):
            raise unknown_value(name, (*self.graph.values, *(f"{base}@{each}" for each in states)))
        self.graph.value(base)

    @property
    def loss(self) -> float | None:
        """The loss as of now, or None."""
        array = self.array(Ref("value", self.model.loss)) if self.model.loss else None
        return None if array is None else float(array.reshape(()))

    def summary(self, ref: Ref) -> Summary | None:
        """Statistics and a thumbnail of one array as of now."""
        return self._summaries.of(self, self._history.array(ref, self.position))

    def moment(self) -> Moment:
        """Everything that a window shows at this position."""
        return moments.moment(self)

    def total_contributions(self, name: str) -> int:
        """How many contributions make up a gradient."""
        iteration, _ = self._history.locate(self.position)
        return iteration.plan.total.get(name, 0)

    def seconds(self, position: int) -> float | None:
        """How long the step that led to ``position`` took, where it was timed."""
        iteration, done = self._history.locate(position)
        return iteration.seconds.get(done - 1)

    def problem(self) -> Problem | None:
        """What is wrong with the step that just ran: the first to make a number that is not finite."""
        if self.position not in self._problems:
            self._problems[self.position] = problems.find(self)
        return self._problems[self.position]

    def fingerprint(self) -> str:
        """A digest of every value, gradient, optimizer state, random draw and the position in the data."""
        iteration, done = self._history.locate(self.position)
        digest = blake2b(repr(self.position).encode(), digest_size=16)
        for ref in iteration.plan.timelines:
            array = self.array(ref)
            if array is not None:
                digest.update(repr((ref, array.shape, array.dtype.str)).encode())
                digest.update(np.ascontiguousarray(array).tobytes())
        del done
        return digest.hexdigest()

    # ---- what if ------------------------------------------------------------------------------------------

    def set_value(self, name: str, array: Any) -> None:
        """Put an array in place of a value, here and now; the steps after are computed anew from it.

        Raises:
            InputError: the value is not there yet, or the array has another shape.
        """
        self._known(name)
        ref = Ref("value", name)
        before = self.array(ref)
        if before is None:
            raise InputError("{name} has no value yet; step until it is computed, then set it", name=name)
        made = np.array(array, dtype=before.dtype)
        if made.shape != before.shape:
            raise InputError(
                "{name} has shape {expected}, the new value {given}", name=name, expected=before.shape, given=made.shape
            )
        self._branches.append((self._history, self.position))
        self._history = self._history.fork(ref, self.backend.put(made), self.position)
        self._problems.clear()

    def undo(self) -> bool:
        """Take back the last ``set_value``; the former run and position return. False if there was none."""
        if not self._branches:
            return False
        self._history, self.position = self._branches.pop()
        self._problems.clear()
        return True

    def refs(self) -> Mapping[Ref, int]:
        """Every array that there is now, with the identity of what holds it (equal identity, equal numbers)."""
        iteration, done = self._history.locate(self.position)
        cells = self._history.cells(iteration)
        found = {ref: iteration.plan.cell(ref, done) for ref in iteration.plan.timelines}
        return {ref: id(cells[cell]) for ref, cell in found.items() if cell >= 0 and cells[cell] is not None}
