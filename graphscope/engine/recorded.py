"""A recorded run: how long each step took on a device and what was copied there, to be looked at elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graphscope.backends.base import DeviceFacts
from graphscope.engine.step import Phase, StepKind

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
