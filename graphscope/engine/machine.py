"""The machine that does steps: the only place where arrays are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graphscope.engine.feeding import Feeding, bind
from graphscope.engine.kernels import Cells, Kernel
from graphscope.engine.kernels import bind as bind_kernel
from graphscope.engine.plan import EMPTY, Plan, PlanStep, plan
from graphscope.engine.step import Step
from graphscope.errors import GraphScopeError, KernelError
from graphscope.graph.spec import TensorSpec
from graphscope.model.model import Model
from graphscope.model.seeds import generator

Clock = Callable[[], float]


@dataclass
class Iteration:
    """One iteration as it runs: its plan, its cells, and how many of its steps are done.

    Args:
        start: the position before its first step.
        edits: arrays that a user put in place of computed ones, by the step before which they were put.
    """

    index: int
    start: int
    plan: Plan
    kernels: tuple[Kernel, ...]
    cells: Cells
    done: int = 0
    seconds: dict[int, float] = field(default_factory=dict[int, float])
    edits: list[tuple[int, int, Any]] = field(default_factory=list[tuple[int, int, Any]])

    @property
    def length(self) -> int:
        """How many steps it has."""
        return len(self.plan.steps)

    def step(self, index: int) -> Step:
        """Its step of that index, told with the iteration's number."""
        return replace(self.plan.steps[index].step, iteration=self.index)


@dataclass
class Machine:
    """Runs iterations of one model on one backend.

    Args:
        clock: seconds, handed in so that the engine reads no clock of its own.
    """

    model: Model
    backend: Any
    seed: int = 0
    clock: Clock = lambda: 0.0
    _plans: dict[tuple[tuple[int, ...], ...], tuple[Plan, tuple[Kernel, ...]]] = field(
        default_factory=dict[tuple[tuple[int, ...], ...], tuple[Plan, tuple[Kernel, ...]]]
    )
    _fixed: dict[str, Any] | None = None
    _next: Iteration | None = None

    def __post_init__(self) -> None:
        self.feeding = Feeding(self.model, self.seed)

    def begin(self, index: int, start: int, before: Iteration | None) -> Iteration:
        """An iteration that has done nothing yet, with what the one before hands on."""
        shapes = {name: array for name, array in self._batch(index).items()}
        made, kernels = self._plan(shapes)
        cells: Cells = [None] * len(made.refs)
        if before is None:
            for name, array in self._initial(made).items():
                cells[made.starts[name]] = array
        else:
            for (first, _), (_, last) in zip(made.carried, before.plan.carried, strict=True):
                cells[first] = None if last == EMPTY else before.cells[last]
        return Iteration(index, start, made, kernels, cells)

    def _batch(self, index: int) -> dict[str, np.ndarray]:
        if self._fixed is None or not self.feeding.fixed:
            self._fixed = self.feeding.take(index)
        return self._fixed

    def _plan(self, arrays: Mapping[str, np.ndarray]) -> tuple[Plan, tuple[Kernel, ...]]:
        key = tuple(tuple(array.shape) for array in arrays.values())
        if key not in self._plans:
            made = plan(self.model, bind(self.model.graph, arrays))
            self._plans[key] = made, tuple(bind_kernel(step, self.backend) for step in made.steps)
        return self._plans[key]

    def _initial(self, made: Plan) -> dict[str, Any]:
        """Parameters and constants at the start, rounded once, and optimizer state as the optimizer starts it."""
        graph, optimizer = self.model.graph, self.model.optimizer
        arrays = {
            name: self.backend.put(array.astype(graph.value(name).spec.dtype))
            for name, array in self.model.initial(self.seed).items()
        }
        if optimizer is not None:
            for name in graph.parameters:
                specs: tuple[TensorSpec, ...] = optimizer.start(graph.value(name).spec)
                for state, spec in zip(optimizer.state, specs, strict=True):
                    arrays[f"{name}@{state}"] = self.backend.put(np.zeros(spec.shape, spec.dtype))  # type: ignore[arg-type]
        return {name: array for name, array in arrays.items() if name in made.starts}

    def do(self, iteration: Iteration) -> None:
        """Do the next step of an iteration.

        Raises:
            KernelError: the op raised; the iteration is as it was.
        """
        index = iteration.done
        began = self.clock()
        self._run(iteration, index)
        iteration.seconds[index] = self.clock() - began
        iteration.done = index + 1

    def finish(self, iteration: Iteration) -> None:
        """Do all remaining steps of an iteration, without timing each."""
        while iteration.done < iteration.length:
            self._run(iteration, iteration.done)
            iteration.done += 1

    def _run(self, iteration: Iteration, index: int) -> None:
        step = iteration.plan.steps[index]
        try:
            if step.step.kind == "data":
                self._data(iteration, step)
            elif step.step.kind == "random":
                self._random(iteration, step)
            else:
                iteration.kernels[index](iteration.cells)
        except GraphScopeError:
            raise
        except Exception as error:
            raise KernelError(
                "{op} at {node} failed in its {kind} step: {reason}; the run so far is kept",
                op=step.step.op or step.step.kind,
                node=step.step.node or "-",
                kind=step.step.kind,
                reason=f"{type(error).__name__}: {error}",
            ) from error

    def _data(self, iteration: Iteration, step: PlanStep) -> None:
        batch = self._batch(iteration.index)
        for name, cell in zip(self.model.graph.inputs, step.writes, strict=True):
            iteration.cells[cell] = self.backend.put(batch[name])  # type: ignore[index]

    def _random(self, iteration: Iteration, step: PlanStep) -> None:
        """Draw on the host, so that every backend gets the same numbers."""
        told, op = step.step, step.op
        node = self.model.graph.node(told.node or "")
        specs = (None if name is None else iteration.plan.specs[name] for name in node.inputs)
        source = generator(self.seed, "draw", iteration.index, *told.frame, node.name)
        for cell, array in zip(step.writes, op.draw(source, *specs), strict=True):  # type: ignore[union-attr]
            iteration.cells[cell] = self.backend.put(array)  # type: ignore[index]
