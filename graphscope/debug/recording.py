"""A recorded run: how long each step took on a device and what was copied there, to be looked at elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from graphscope.backends.base import Backend, DeviceFacts, Memory, Overrides
from graphscope.debug.session import Session
from graphscope.engine.step import Phase, StepKind
from graphscope.model.model import Model

Clock = Callable[[], float]
Direction = Literal["to the device", "to the host"]


@dataclass(frozen=True)
class RecordedStep:
    """One step of an iteration, and what it took in each recorded iteration.

    Args:
        index: its place in the iteration.
        seconds: one an iteration, from its start until the device was done.
    """

    index: int
    kind: StepKind
    phase: Phase
    node: str | None
    op: str | None
    value: str | None
    scope: tuple[str, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class Transfer:
    """One copy between the host and the device.

    Args:
        iteration: 0 is the first; before everything else, the parameters are copied in iteration 0.
        step: the place of the step that needed it; None before the first step.
    """

    iteration: int
    step: int | None
    direction: Direction
    bytes: int
    seconds: float


@dataclass(frozen=True)
class RecordedRun:
    """What was seen of a run on another machine.

    Args:
        model: the sample's name.
        backend, title, device: where it ran; ``facts`` about that device, ``host`` about its processor.
        date: the day, as 2026-11-24.
        version: of GraphScope.
        losses: one an iteration; None in a model without a loss.
        rehearsal: it ran on a stand-in, so it says nothing about a device and is never shown as a recording.
    """

    model: str
    backend: str
    title: str
    device: str
    facts: DeviceFacts
    host: DeviceFacts
    date: str
    version: str
    dtype: str
    seed: int
    losses: tuple[float | None, ...]
    steps: tuple[RecordedStep, ...]
    transfers: tuple[Transfer, ...]
    rehearsal: bool = False

    @property
    def iterations(self) -> int:
        """How many were recorded."""
        return len(self.losses)


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

    def synchronize(self) -> None:
        """Wait until the device is done."""
        self.backend.synchronize()

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
