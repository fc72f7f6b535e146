"""The session: one run, stepped forwards and backwards, and asked for every number that it ever made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from types import TracebackType
from typing import Any, Self

import numpy as np

from graphscope.backends.base import Backend, open_backend
from graphscope.debug import agreement, free_run, inside, moments, problems, stops, switching, travel
from graphscope.debug.editing import Editable
from graphscope.debug.stops import Breakpoints, Stop
from graphscope.engine.curves import Curves
from graphscope.engine.history import History
from graphscope.engine.machine import Clock, Machine
from graphscope.engine.moment import Moment, Problem
from graphscope.engine.record import Trace
from graphscope.engine.shelf import Shelf
from graphscope.engine.step import Ref, Step
from graphscope.engine.steps import Steps
from graphscope.engine.summary import Summary
from graphscope.errors import InputError, Sentence
from graphscope.graph.graph import Graph
from graphscope.graph.spec import TensorSpec
from graphscope.model import given
from graphscope.model.model import Model

_POSITION, _STEPS = Sentence("a position"), Sentence("a number of steps")
_ITERATIONS, _ITERATION = Sentence("a number of iterations"), Sentence("the number of an iteration")
_BYTES = Sentence("a number of bytes")


class Session(Editable):
    """A model on a backend, at a position. Also a context manager.

    Args:
        model: its data bound (see ``graphscope.open``).
        memory: how many bytes of arrays are kept; older iterations are computed again when looked at.
        clock: seconds, for the times of steps.
    """

    def __init__(
        self,
        model: Model,
        backend: Backend,
        *,
        seed: int = 0,
        memory: int = 512 * 2**20,
        clock: Clock = lambda: 0.0,
    ) -> None:
        self.model = model
        self.seed = seed
        self._position = 0
        self.history = History.begun(Machine(model, backend, seed, clock), Shelf(memory))
        super().__init__()
        self._scene = moments.Scene()
        self._stops = stops.Table()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what only going on needs: branches and summaries; the numbers can still be read."""
        self._branches.clear()
        self._outlook = None
        self._scene.clear()

    @property
    def memory(self) -> int:
        """How many bytes of arrays are kept."""
        return self.history.shelf.limit

    def limit_memory(self, limit: int) -> None:
        """Keep so many bytes from now on; what is too much is dropped, and computed again when looked at."""
        self.history.shelf.limit = given.whole(limit, _BYTES)
        self.history.shelf.trim()

    @property
    def graph(self) -> Graph:
        """The graph that is run here, with the bodies of its operations laid out: ``loop[3].h`` is in it."""
        if not self.framed:
            return self.model.graph
        iteration, _ = self.history.locate(self.position)
        return iteration.plan.graph

    @property
    def framed(self) -> bool:
        """Whether operations of the model hold bodies, so that ``graph`` may be another one at another position."""
        return self.history.machine.framed

    def __repr__(self) -> str:
        at = f"iteration {self.last.iteration}" if self.last is not None else "before the first step"
        return f"<Session of {self.model.name!r} with {self.backend.title}, position {self.position} ({at})>"

    @property
    def backend(self) -> Backend:
        """What computes at this position; ``switch`` goes on with another."""
        return self.history.backend_at(self.position)

    def home(self, held: Any) -> Backend:
        """The backend that an array of this run belongs to: another than now before a switch."""
        return self.history.machine.home(held)

    def fetch(self, held: Any) -> np.ndarray:
        """An array of this run as a host array, read-only."""
        return self.home(held).get(held)

    # ---- where we are -------------------------------------------------------------------------------------

    @property
    def position(self) -> int:
        """How many steps are done; ``seek`` goes to another one."""
        return self._position

    @property
    def last(self) -> Step | None:
        """The step that just ran, or None at position 0."""
        return self.history.step_before(self.position)

    @property
    def next(self) -> Step:
        """The step that would run next."""
        return self.history.step_after(self.position)

    @property
    def iteration_steps(self) -> Steps:
        """The steps of the current iteration, in order."""
        iteration, _ = self.history.locate(self.position)
        return Steps(iteration.plan.told, iteration.index)

    @property
    def bounds(self) -> tuple[int, int]:
        """The positions where the current iteration starts and ends."""
        iteration, _ = self.history.locate(self.position)
        return iteration.start, iteration.start + iteration.length

    @property
    def specs(self) -> Mapping[str, TensorSpec]:
        """The spec of every value in the current iteration, symbolic sizes bound by its data."""
        iteration, _ = self.history.locate(self.position)
        return iteration.plan.specs

    @property
    def reached(self) -> int:
        """The furthest position that has been computed."""
        return self.history.reached()

    # ---- moving -------------------------------------------------------------------------------------------

    def step(self, n: int = 1) -> tuple[Step, ...]:
        """Do ``n`` steps; those done, in order.

        Raises:
            InputError: a negative number of steps.
            KernelError: an op raised; the steps before it are done and kept.
        """
        done: list[Step] = []
        for _ in range(_count(n)):
            done.append(self.next)
            self.history.advance(self.position)
            self._position += 1
        return tuple(done)

    def back(self, n: int = 1) -> tuple[Step, ...]:
        """Undo ``n`` steps, fewer at the start; those undone, in the order of undoing."""
        undone: list[Step] = []
        n = _count(n)
        while n > 0 and (step := self.last) is not None:
            undone.append(step)
            self._position -= 1
            n -= 1
        return tuple(undone)

    def seek(self, position: int) -> None:
        """Go to a position, computing what has not been computed.

        Raises:
            InputError: a negative position, or none at all.
            KernelError: an op raised on the way; the position is as it was.
        """
        position = given.whole(position, _POSITION)
        while (reached := self.reached) < position:
            iteration, _ = self.history.upcoming(reached)
            if position < iteration.end:
                self.history.advance(reached)
            else:
                self.history.finish(reached)
        self._position = position

    def iterate(self, n: int = 1) -> None:
        """Go ``n`` iteration boundaries ahead.

        Raises:
            KernelError: an op raised on the way; the position is the last boundary before.
        """
        for _ in range(given.whole(n, _ITERATIONS)):
            self._position = self.history.finish(self.position)

    def agreement(self) -> agreement.Agreement | None:
        """How far the first iteration is from what another framework computed; None where nothing was captured."""
        return agreement.agreement(self)

    def free_run(
        self,
        iterations: int | None = None,
        *,
        until: str = "",
        data: bool = False,
        problems: bool | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> free_run.Ending:
        """Go iterations ahead until something ends it; without a limit a breakpoint, a problem or Ctrl+C.

        Args:
            iterations: so many at most.
            until: a condition such as ``loss < 0.01``, asked at the end of each iteration.
            data: end with the last batch of the data.
            problems: end at the first step that makes a number which is not finite; None leaves that to the
                breakpoint on NaN and infinity.
            progress: told after each iteration how many are done.

        Raises:
            ExpressionError: the condition cannot be understood, or does not fit the model.
            KernelError: an op raised on the way; the position is the last boundary before.
        """
        return free_run.run(self, free_run.Goal(iterations, until, data, problems), progress)

    def over(self) -> tuple[Step, ...]:
        """Step to the end of the scope that the next step opens, else one step."""
        return travel.over(self)

    def into(self) -> tuple[Step, ...]:
        """Step into the frame that the next step opens; an operation has none: see ``inside``."""
        return travel.into(self)

    def out(self) -> tuple[Step, ...]:
        """Step to the end of the current scope within the phase."""
        return travel.out(self)

    @property
    def breakpoints(self) -> Breakpoints:
        """Where runs stop: ``session.breakpoints.add("node:m2@backward if loss > 1")``."""
        return Breakpoints(self, self._stops)

    def run(self, iterations: int = 1) -> Stop:
        """Run to the next stop: a breakpoint, a problem, or the end of the last of so many iterations.

        Raises:
            ExpressionError: a condition does not fit the numbers that it meets.
            KernelError: an op raised; the steps before it are done and kept.
        """
        return stops.run(self, self._stops, iterations)

    def run_back(self, iterations: int = 1) -> Stop:
        """Run back to the stop before, at most to the start of so many iterations; the same stops as ahead.

        Raises:
            ExpressionError: a condition does not fit the numbers that it meets.
        """
        return stops.run_back(self, self._stops, iterations)

    # ---- asking -------------------------------------------------------------------------------------------

    def held(self, ref: Ref, position: int | None = None) -> Any:
        """The array of ``ref`` on its device, as of now or of another position; None when it is not there."""
        return self.history.array(ref, self.position if position is None else position)

    def array(self, ref: Ref) -> np.ndarray | None:
        """The host array of ``ref`` as of now, read-only, or None when it is not there."""
        held = self.held(ref)
        return None if held is None else self.fetch(held)

    def value(self, name: str) -> np.ndarray | None:
        """A value as of now (read-only), or None when it has not been computed.

        Raises:
            InputError: there is no value of that name.
        """
        name = self.named(name)
        self._known(name)
        return self.array(Ref("value", name))

    def gradient(self, name: str) -> np.ndarray | None:
        """The gradient of the loss with respect to a value, as far as it is summed, or None.

        Raises:
            InputError: there is no value of that name.
        """
        name = self.named(name)
        self.graph.value(name)
        return self.array(Ref("gradient", name))

    def named(self, name: str) -> str:
        """The value that a name stands for: what a body takes is a value from outside, or of the trip before."""
        iteration, _ = self.history.locate(self.position)
        return iteration.plan.aliases.get(name, name) if type(name) is str else name

    def contribution(self, node: str, slot: int, *, unsummed: bool = False) -> np.ndarray | None:
        """What a node's backward adds to one operand's gradient; unsummed: before axes are summed."""
        return self.array(Ref("unsummed" if unsummed else "contribution", node, slot))

    @property
    def loss(self) -> float | None:
        """The loss as of now, or None."""
        array = self.array(Ref("value", self.model.loss)) if self.model.loss is not None else None
        return None if array is None else float(array.reshape(()))

    def losses(self) -> tuple[float | None, ...]:
        """The loss at the end of each finished iteration, for a curve; None in a model without one."""
        losses = self.curves().loss.tolist()
        return tuple(losses) if self.model.loss is not None else (None,) * len(losses)

    def curves(self, since: int = 0) -> Curves:
        """The loss and the norm of each parameter's gradient of finished iterations, from ``since`` on.

        They are kept for ever, also where the arrays of an iteration were dropped.

        Raises:
            InputError: a negative number.
        """
        return self.history.log.since(given.whole(since, _ITERATION))

    def summary(self, ref: Ref) -> Summary | None:
        """Statistics and a thumbnail of one array as of now."""
        held = self.held(ref)
        return None if held is None else self._scene.summary(self, held)

    def seen(self, held: Any) -> Summary | None:
        """The summary of an array on its device, where somebody has looked at it already."""
        return self._scene.seen(held)

    def moment(self) -> Moment:
        """Everything that a window shows at this position."""
        return moments.moment(self, self._scene)

    def inside(self, step: Step | None = None) -> Trace:
        """What a step's kernel does: its primitive calls and every array in between.

        Args:
            step: one that has been done; the last by default.

        Raises:
            InputError: the step has not been done, or calls no operation.
        """
        return inside.trace(self, self.position if step is None else self._after(step))

    def _after(self, step: Any) -> int:
        """The position that a step led to."""
        if not isinstance(step, Step):
            raise InputError(
                "a step is asked for, such as session.last, not {given}", given=given.shown(step)
            )
        position = self.history.position_after(step)
        if position is None:
            raise InputError("the step has not been done in this run; step there first")
        return position

    def total_contributions(self, name: str) -> int:
        """How many contributions make up a gradient."""
        iteration, _ = self.history.locate(self.position)
        return iteration.plan.added(name, 0)[1]

    def seconds(self, position: int) -> float | None:
        """How long the step that led to ``position`` took, where it was timed."""
        iteration, done = self.history.locate(position)
        return None if iteration.seconds is None else iteration.seconds.get(done - 1)

    def problem(self) -> Problem | None:
        """What is wrong with the step that just ran: the first to make a number that is not finite."""
        return problems.find(self)

    def fingerprint(self) -> str:
        """A digest of every value, gradient, optimizer state, random draw and the position in the data."""
        digest = blake2b(repr(self.position).encode(), digest_size=16)
        for ref, held in self.history.arrays(self.history.refs(self.position), self.position):
            if held is not None:
                array = self.fetch(held)
                digest.update(repr((ref, array.shape, array.dtype.str)).encode())
                digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    # ---- another backend ----------------------------------------------------------------------------------

    def switch(self, backend: Backend | str, *, restart: bool = False) -> tuple[Step, ...]:
        """Go on from here with another backend; what the steps to come still need is copied there.

        Going back across the switch leads to the arrays where they were. ``undo`` takes the switch back.

        Args:
            backend: an open one, or the name of one.
            restart: run from the start instead; nothing is copied.

        Returns:
            The transfers that were done.

        Raises:
            BackendError: it cannot be used here, or cannot hold a type of the model.
            KernelError: there is no room for what has to go over.
        """
        made = open_backend(backend) if isinstance(backend, str) else backend
        former = switching.Former(self.history, self.position)
        history, position, steps = (
            switching.restarted(self, made) if restart else switching.continued(self, made)
        )
        self._remember(former)
        self.history, self._position = history, position
        return steps

    @property
    def luggage(self) -> switching.Luggage:
        """What ``switch`` would copy here."""
        return switching.luggage(self)

    # ---- taking back --------------------------------------------------------------------------------------

    def undo(self) -> bool:
        """Take back the last edit or switch; the former run and position return. False if there was none."""
        if not self._branches:
            return False
        left, branch = self.history, self._branches.pop()
        self.history, self._position = branch.history, branch.position
        left.abandon(self.history)
        return True

    def refs(self) -> Mapping[Ref, int]:
        """Every array that there is now, with a number for it (equal numbers, equal arrays)."""
        found = self.history.arrays(self.history.refs(self.position), self.position)
        return {ref: id(held) for ref, held in found if held is not None}


def _count(n: Any) -> int:
    return given.whole(n, _STEPS)
