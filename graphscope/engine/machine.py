"""The machine that does steps: the only place where arrays are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from graphscope.backends.base import Backend
from graphscope.engine import kernels
from graphscope.engine.curves import picker
from graphscope.engine.feeding import Batch, Feeding, bind
from graphscope.engine.iteration import Branch, Iteration, Program
from graphscope.engine.kernels import Kernel
from graphscope.engine.plan import EMPTY, Plan, PlanStep, plan
from graphscope.engine.sources import Sources
from graphscope.engine.step import Ref
from graphscope.errors import GraphScopeError, InputError, KernelError, Sentence
from graphscope.model.model import Model

Clock = Callable[[], float]


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
        self.feeding = Feeding(model, seed)
        _check_types(model)
        self._programs: dict[tuple[tuple[int, ...], ...], Program] = {}
        self._bound: tuple[Batch, Program] | None = None

    def begin(self, branch: Branch, index: int, start: int, before: Iteration | None) -> Iteration:
        """An iteration that has done nothing yet, with what the one before hands on."""
        batch = self.feeding.take(index)
        if self._bound is None or self._bound[0] is not batch:
            self._bound = batch, self._program(batch)
        program = self._bound[1]
        iteration = Iteration(index, start, program, branch)
        iteration.open(self._initial(program.plan.opening) if before is None else before.closing())
        return iteration

    def _program(self, batch: Batch) -> Program:
        """The plan for data of these shapes, and its kernels."""
        key = tuple([array.shape for array in batch.values()])
        program = self._programs.get(key)
        if program is None:
            program = self._bind(plan(self.model, bind(self.model.graph, batch)))
            self._programs[key] = program
        return program

    def _bind(self, made: Plan) -> Program:
        """A plan with its kernels, and with what is noted of each iteration."""
        end = len(made.steps)
        cells = {name: made.cell(Ref("gradient", name), end) for name in self.model.graph.parameters}
        watched = tuple(name for name, cell in cells.items() if cell != EMPTY)
        loss = made.cell(Ref("value", self.model.loss or ""), end)
        held = picker((loss, *(cells[name] for name in watched)))
        return Program(made, tuple(self._kernel(step) for step in made.steps), watched, held)

    def _kernel(self, step: PlanStep) -> Kernel:
        sources = Sources(self.model.graph, self.feeding, self.backend, self.seed)
        match step.step.kind:
            case "data":
                return sources.data(step)
            case "random":
                return sources.random(step)
            case _:
                return kernels.bind(step, self.backend)

    def _initial(self, names: tuple[str, ...]) -> tuple[Any, ...]:
        """Parameters and constants at the start, rounded once, and optimizer state, which starts as zeros."""
        graph, optimizer = self.model.graph, self.model.optimizer
        arrays = {
            name: array.astype(graph.value(name).spec.dtype, copy=False)
            for name, array in self.model.initial(self.seed).items()
        }
        if optimizer is not None:
            for name in graph.parameters:
                specs = optimizer.start(graph.value(name).spec.like(shape=arrays[name].shape))
                for state, spec in zip(optimizer.state, specs, strict=True):
                    arrays[f"{name}@{state}"] = np.zeros(cast("tuple[int, ...]", spec.shape), spec.dtype)
        return tuple(self.backend.put(arrays[name]) for name in names)

    def do(self, iteration: Iteration) -> None:
        """Do the next step of an iteration, and note how long it took.

        Raises:
            KernelError: the op raised; the iteration is as it was.
        """
        began = self.clock()
        with self.backend.xp.errstate():
            self._run(iteration)
        self.backend.synchronize()
        if iteration.seconds is None:
            iteration.seconds = {}
        iteration.seconds[iteration.done - 1] = self.clock() - began

    def finish(self, iteration: Iteration, done: int | None = None) -> None:
        """Do the remaining steps of an iteration, or those up to ``done``, without timing each.

        Raises:
            KernelError: an op raised; the steps before it are done.
        """
        until = iteration.length if done is None else done
        cells = iteration.newest
        with self.backend.xp.errstate():
            try:
                for kernel in iteration.program.kernels[iteration.done : until]:
                    kernel(cells)
            except Exception:  # noqa: BLE001 - done again one by one, which finds out which step it was
                while iteration.done < until:
                    self._run(iteration)
        iteration.done = until

    def _run(self, iteration: Iteration) -> None:
        try:
            iteration.program.kernels[iteration.done](iteration.newest)
        except Exception as error:
            raise _failure(iteration.plan.steps[iteration.done], error) from error
        iteration.done += 1


def _check_types(model: Model) -> None:
    for value in model.graph.table:
        try:
            np.dtype(value.spec.dtype)
        except TypeError:
            raise InputError(
                "{name} is of the type {dtype}, which NumPy does not have; choose float32 or another",
                name=value.name,
                dtype=value.spec.dtype,
            ) from None


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
