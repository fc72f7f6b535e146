"""The machine that does steps: the only place where arrays are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np

from graphscope.backends.base import Backend
from graphscope.engine import frames, kernels, memory
from graphscope.engine.curves import picker
from graphscope.engine.feeding import Batch, Feeding, bind, leaves
from graphscope.engine.frames import Assumed, Choices
from graphscope.engine.iteration import Branch, Iteration, Program, Stretch
from graphscope.engine.kernels import Cells, Kernel
from graphscope.engine.plan import EMPTY, Decision, Plan, PlanStep, plan
from graphscope.engine.sources import Sources
from graphscope.engine.step import Ref
from graphscope.errors import GraphScopeError, InputError, KernelError, Sentence
from graphscope.graph.spec import TensorSpec
from graphscope.model.given import TYPES
from graphscope.model.model import Model

Clock = Callable[[], float]
PROGRAMS = 256
"""So many ways in which steps may decide are remembered; others are laid out anew."""


class Machine:
    """Runs iterations of one model on one backend.

    Args:
        clock: seconds, handed in so that the engine reads no clock of its own.

    Raises:
        InputError: the model holds numbers of a type that NumPy does not have.
    """

    def __init__(self, model: Model, backend: Backend, seed: int, clock: Clock) -> None:
        self.model = model
        self.backend = backend
        self.seed = seed
        self.clock = clock
        self.before: Machine | None = None
        """The machine that made the steps before a user switched to this one's backend."""
        self.feeding = Feeding(model, seed)
        _check_types(model)
        self.framed = frames.framed(model.graph)
        """Whether there is anything that only the data of an iteration lays out."""
        self._programs: dict[tuple[Any, ...], Program] = {}
        self._bound: tuple[Batch, Program] | None = None

    @property
    def machines(self) -> tuple[Machine, ...]:
        """This one and those before it, newest first."""
        return (self,) if self.before is None else (self, *self.before.machines)

    def of(self, backend: Backend) -> Machine:
        """The machine among them that a backend belongs to."""
        return next(machine for machine in self.machines if machine.backend is backend)

    def home(self, held: Any) -> Backend:
        """The backend that an array of theirs belongs to."""
        if self.before is None or self.backend.owns(held):
            return self.backend
        return self.before.home(held)

    def on(self, backend: Backend) -> Machine:
        """A machine that goes on with another backend."""
        machine = Machine(self.model, backend, self.seed, self.clock)
        machine.before = self
        return machine

    def begin(self, branch: Branch, index: int, start: int, before: Iteration | None) -> Iteration:
        """An iteration that has done nothing yet, with what the one before hands on."""
        program = self._framed(index, before) if self.framed else self._plain(index)
        iteration = Iteration(index, start, program, branch)
        iteration.open(self._initial(program.plan.opening) if before is None else before.closing())
        return iteration

    def _plain(self, index: int) -> Program:
        """The program of an iteration; the same for all data of the same shapes."""
        batch = self.feeding.take(index)
        if self._bound is None or self._bound[0] is not batch:
            self._bound = batch, self._program(batch)
        return self._bound[1]

    # ---- frames: what only data can tell ------------------------------------------------------------------

    def _framed(self, index: int, before: Iteration | None) -> Program:
        """The program of an iteration that decides as the one before."""
        choices: Choices = {} if before is None else choices_of(before.plan)
        return self._laid_out(index, Assumed({}, choices, self.model.arrays))

    def _laid_out(self, index: int, assumed: Assumed) -> Program:
        """The program for an iteration whose steps decide as assumed."""
        batch = self.feeding.take(index)
        sizes = tuple([array.shape for array in batch.values()])
        asked = (sizes, tuple(assumed.known.items()), tuple(assumed.before.items()))
        program = self._programs.get(asked)
        if (
            program is None and not assumed.known
        ):  # what an iteration decided is a choice for all that there is
            program = self._programs.get((sizes, asked[2]))
        while len(self._programs) > PROGRAMS:
            del self._programs[next(iter(self._programs))]
        if program is None:
            flat = frames.unroll(self.model.graph, leaves(self.model.graph, batch), assumed)
            key = (sizes, flat.choices)
            program = self._programs.get(key)
            if program is None:
                model = replace(self.model, graph=flat.graph)
                made = replace(plan(model, flat.specs, dict(flat.choices)), aliases=flat.aliases)
                program = self._programs[key] = self._bind(made)
            self._programs[asked] = program
        return program

    def reconsider(self, iteration: Iteration) -> None:
        """Lay out the rest of an iteration anew where a step that has run decided otherwise than assumed."""
        made = iteration.plan
        done = [each for at, each in made.decisions.items() if at < iteration.done]
        known = {each.node: self._said(each, iteration) for each in done}
        if any(known[each.node] != each.choice for each in done):
            iteration.follow(
                self._laid_out(iteration.index, Assumed(known, choices_of(made), self.model.arrays))
            )

    # ---- programs -----------------------------------------------------------------------------------------

    def _program(self, batch: Batch) -> Program:
        """The plan for data of these shapes, and its kernels."""
        key = tuple([array.shape for array in batch.values()])
        program = self._programs.get(key)
        if program is None:
            program = self._bind(plan(self.model, bind(self.model.graph, batch)))
            self._programs[key] = program
        return program

    def _bind(self, made: Plan) -> Program:
        """A plan with its kernels, all of this backend."""
        kernels = tuple(self._kernel(index, made) for index in range(len(made.steps)))
        return self._program_of(made, kernels, (Stretch(len(kernels), self.backend),))

    def continued(self, program: Program, done: int, made: Plan) -> Program:
        """A program that is the same up to ``done`` steps; those of ``made`` after them are done here.

        Args:
            program: of a machine before this one.
        """
        later = range(done, len(made.steps))
        kernels = (*program.kernels[:done], *(self._kernel(index, made) for index in later))
        earlier = tuple(each for each in program.stretches if each.end < done)
        last = Stretch(done, program.backend_of(max(done - 1, 0)))
        stretches = (*earlier, last, Stretch(len(kernels), self.backend))
        bound = self._program_of(made, kernels, stretches)
        bound.former, bound.switched, held = program, done, bound.held
        bound.held = lambda cells: tuple([None if each is None else self.bring(each) for each in held(cells)])
        return bound

    def bring(self, held: Any) -> Any:
        """An array of a machine before on this backend; where it is here already, itself."""
        home = self.home(held)
        return held if home is self.backend else self.backend.put(home.get(held))

    def _program_of(self, made: Plan, kernels: tuple[Kernel, ...], stretches: tuple[Stretch, ...]) -> Program:
        """A program with what is noted of each iteration."""
        end = len(made.steps)
        cells = {name: made.cell(Ref("gradient", name), end) for name in self.model.graph.parameters}
        watched = tuple(name for name, cell in cells.items() if self.framed or cell != EMPTY)
        loss = made.cell(Ref("value", self.model.loss or ""), end)
        held = picker((loss, *(cells[name] for name in watched)))
        return Program(made, kernels, watched, held, stretches)

    def _kernel(self, index: int, made: Plan) -> Kernel:
        """What does a step; where it makes much, not without room for it."""
        step, decision = made.steps[index], made.decisions.get(index)
        kernel = self._unguarded(step)
        if decision is not None:
            return kernels.deciding(kernel, decision.cell, decision.choice, self.backend)
        return memory.guarded(kernel, step, made.specs, self.backend)

    def _unguarded(self, step: PlanStep) -> Kernel:
        sources = Sources(self.model.graph, self.feeding, self.backend, self.seed)
        match step.step.kind:
            case "data":
                return sources.data(step)
            case "random":
                return sources.random(step)
            case "transfer":
                return self._transfer(step)
            case _:
                return kernels.bind(step, self.backend)

    def _transfer(self, step: PlanStep) -> Kernel:
        """The closure that brings one array here."""
        before, after = cast("int", step.operands[0]), cast("int", step.writes[0])

        def run(cells: Cells) -> None:
            cells[after] = self.backend.put(self.home(cells[before]).get(cells[before]))

        return run

    def _initial(self, names: tuple[str, ...]) -> tuple[Any, ...]:
        """Parameters, buffers and constants at the start, rounded once, and optimizer state, zeros if not given."""
        graph, states = self.model.graph, self.model.states
        arrays = {
            name: array.astype(graph.value(name).spec.dtype, copy=False)
            for name, array in self.model.initial(self.seed).items()
        }
        for name, state, spec in self._states(arrays):
            zeros = np.zeros(cast("tuple[int, ...]", spec.shape), spec.dtype)
            arrays[f"{name}@{state}"] = states.get(f"{name}@{state}", zeros).astype(spec.dtype, copy=False)
        return tuple(memory.put(self.backend, arrays[name], name) for name in names)

    def _states(self, arrays: Mapping[str, np.ndarray]) -> Iterator[tuple[str, str, TensorSpec]]:
        """What the optimizer keeps: for which parameter, as what, and its spec."""
        for name in self.model.graph.parameters:
            update = self.model.update_of(name)
            if update is not None:
                specs = update.start(self.model.graph.value(name).spec.like(shape=arrays[name].shape))
                yield from ((name, state, spec) for state, spec in zip(update.state, specs, strict=True))

    def do(self, iteration: Iteration) -> None:
        """Do the next step of an iteration, and note how long it took.

        Raises:
            KernelError: the op raised; the iteration is as it was.
        """
        backend = iteration.program.backend_of(iteration.done)
        began = self.clock()
        with backend.xp.errstate():
            as_planned = self._run(iteration)
        backend.synchronize()
        if iteration.seconds is None:
            iteration.seconds = {}
        iteration.seconds[iteration.done - 1] = self.clock() - began
        if not as_planned:
            self.reconsider(iteration)

    def finish(self, iteration: Iteration) -> None:
        """Do the remaining steps of an iteration without timing each.

        Raises:
            KernelError: an op raised; the steps before it are done.
        """
        while iteration.done < iteration.length:
            if not self._finish(iteration, iteration.length):
                self.reconsider(iteration)

    def again(self, iteration: Iteration, done: int) -> None:
        """Do steps up to ``done`` that have been done before, by the program that they led to."""
        while iteration.done < done:
            self._finish(iteration, done)

    def _finish(self, iteration: Iteration, until: int) -> bool:
        """Do steps by one backend; no further than to one that decides otherwise than was assumed: then False."""
        index, cells = iteration.done, iteration.newest
        end, backend = next(each for each in iteration.program.stretches if index < each.end)
        until = min(end, until)
        with backend.xp.errstate():
            try:
                for kernel in iteration.program.kernels[index:until]:
                    kernel(cells)
            except kernels.Diverged:
                iteration.done = self._diverged(iteration) + 1
                return False
            except Exception:  # noqa: BLE001 - done again one by one, which finds out which step it was
                while iteration.done < until:
                    if not self._run(iteration):
                        return False
        iteration.done = until
        return True

    def _diverged(self, iteration: Iteration) -> int:
        """The first step from here that has decided otherwise than was assumed."""
        later = ((at, each) for at, each in iteration.plan.decisions.items() if at >= iteration.done)
        return next(at for at, each in later if self._said(each, iteration) != each.choice)

    def _said(self, decision: Decision, iteration: Iteration) -> int:
        """What a step that has run has decided, or what a user has put in place of that."""
        held = iteration.newest[decision.cell]
        return int(self.home(held).get(held))

    def _run(self, iteration: Iteration) -> bool:
        """Do one step; where memory ran out, once more without what the library keeps for later.

        Returns:
            Whether what follows is as planned.
        """
        index = iteration.done
        backend, step = iteration.program.backend_of(index), iteration.plan.steps[index]
        try:
            lack = self._attempt(iteration)
        except kernels.Diverged:
            iteration.done += 1
            return False
        if lack is not None and backend.release():
            lack = self._attempt(iteration)
        if lack is not None:
            raise memory.failure(step, lack, backend)
        iteration.done += 1
        return True

    def _attempt(self, iteration: Iteration) -> memory.Lack | None:
        """Run the next kernel: None, or the memory that it could not have.

        Raises:
            KernelError: it failed for another reason.
        """
        try:
            iteration.program.kernels[iteration.done](iteration.newest)
        except kernels.Diverged:
            raise
        except Exception as error:
            if not memory.ran_out(error):
                raise _failure(iteration.plan.steps[iteration.done], error) from error
            memory.let_go(error)
            return memory.Lack(memory.asked_for(error))
        return None


def choices_of(made: Plan) -> Choices:
    """What a plan assumes of each step that decides."""
    return {each.node: each.choice for each in made.decisions.values()}


def _check_types(model: Model) -> None:
    for value in model.graph.table:
        # Asking NumPy would not do: once a library has taught it bfloat16, it says yes, and cannot compute with it.
        if value.spec.dtype not in TYPES:
            raise InputError(
                "{name} is of the type {dtype}, which NumPy does not have; choose float32 or another",
                name=value.name,
                dtype=value.spec.dtype,
            )


def _failure(step: PlanStep, error: Exception) -> GraphScopeError:
    """The error that names the node; what is wrong with the data is told as it is."""
    if step.op is None and isinstance(error, GraphScopeError):
        return error
    told = step.step
    return KernelError(
        "{op} at {node} failed in its {kind} step: {reason}; the run so far is kept",
        op=told.op or told.kind,
        node=told.node or told.value or "-",
        kind=Sentence(told.kind),
        reason=error.sentence if isinstance(error, GraphScopeError) else f"{type(error).__name__}: {error}",
    )
