"""Recording a run: noting how long each step takes on a device, and what is copied there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphscope.backends.base import Backend, Memory, Overrides
from graphscope.debug.session import Session
from graphscope.engine.recorded import Direction, RecordedStep, Transfer
from graphscope.model.model import Model

Clock = Callable[[], float]


@dataclass(frozen=True)
class Tap:
    """A backend, with a note of every copy: does all that the other does."""

    backend: Backend
    clock: Clock
    copies: list[tuple[Direction, int, float]] = field(default_factory=list[tuple[Direction, int, float]])

    @property
    def name(self) -> str:
        return self.backend.name

    @property
    def device(self) -> str:
        return self.backend.device

    @property
    def title(self) -> str:
        return self.backend.title

    @property
    def xp(self) -> Any:
        return self.backend.xp

    @property
    def overrides(self) -> Overrides:
        return self.backend.overrides

    def put(self, array: np.ndarray[Any, Any]) -> Any:
        """Copy to the device, and note how long that took."""
        began = self.clock()
        made = self.backend.put(array)
        self.backend.synchronize()
        self.copies.append(("to the device", int(array.nbytes), self.clock() - began))
        return made

    def get(self, array: Any) -> np.ndarray[Any, Any]:
        """Copy back, and note how long that took."""
        began = self.clock()
        made = self.backend.get(array)
        self.copies.append(("to the host", int(made.nbytes), self.clock() - began))
        return made

    def owns(self, array: Any) -> bool:
        return self.backend.owns(array)

    def synchronize(self) -> None:
        """Wait until the device is done."""
        self.backend.synchronize()

    def release(self) -> bool:
        return self.backend.release()

    def memory(self) -> Memory | None:
        """How much is used and there is."""
        return self.backend.memory()

    def take(self) -> list[tuple[Direction, int, float]]:
        """The copies since the last look."""
        taken = list(self.copies)
        self.copies.clear()
        return taken


def record(
    model: Model, backend: Backend, *, iterations: int, clock: Clock, seed: int = 0
) -> tuple[tuple[float | None, ...], tuple[RecordedStep, ...], tuple[Transfer, ...]]:
    """Run a model step by step, and note how long each step took and what was copied for it.

    The first iteration compiles kernels, which is part of what is to be seen.

    Returns:
        Losses, steps and transfers.
    """
    tap = Tap(backend, clock)
    session = Session(model, tap, seed=seed, clock=clock)
    steps = session.iteration_steps
    transfers = _noted(tap, 0, None)
    seconds: list[list[float]] = [[] for _ in steps]
    losses: list[float | None] = []
    for iteration in range(iterations):
        for index in range(len(steps)):
            session.step()
            seconds[index].append(session.seconds(session.position) or 0.0)
            transfers += _noted(tap, iteration, index)
        losses.append(session.loss)
        tap.take()  # looking at the loss is no part of the run
    session.close()
    made = tuple(
        RecordedStep(
            index, step.kind, step.phase, step.node, step.op, step.value, step.scope, tuple(seconds[index])
        )
        for index, step in enumerate(steps)
    )
    return tuple(losses), made, tuple(transfers)


def _noted(tap: Tap, iteration: int, step: int | None) -> list[Transfer]:
    return [Transfer(iteration, step, direction, size, taken) for direction, size, taken in tap.take()]
