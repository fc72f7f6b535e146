"""The timeline: which bar each step is, where it lies, and which position a place on it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import ceil, floor
from typing import Literal

from graphscope.engine.step import Phase, Step

State = Literal["done", "next", "known", "ahead"]

WIDEST = 72.0
"""Pixels of a step when few are shown."""
NARROWEST = 0.25
SEPARATE = 5.0
"""From this width on every step is a bar of its own; below, the steps of a phase are one."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Which stretch of the run is shown: steps are equally wide, and positions lie between them.

    Args:
        first: the position at the left edge.
        step: pixels of one step.
        width: pixels of the strip.
    """

    first: float
    step: float
    width: float

    def x(self, position: float) -> float:
        """Where a position lies; step ``p`` fills what is between positions ``p`` and ``p + 1``."""
        return (position - self.first) * self.step

    def position(self, x: float) -> int:
        """The position that is nearest to a place."""
        return max(0, round(self.first + x / self.step))

    def step_at(self, x: float) -> int:
        """The step (the position before it) that a place lies on."""
        return max(0, floor(self.first + x / self.step))

    @property
    def last(self) -> float:
        """The position at the right edge."""
        return self.first + self.width / self.step

    def zoomed(self, factor: float, x: float) -> Scale:
        """Steps wider or narrower, with what lies at ``x`` staying there."""
        step = min(max(self.step * factor, NARROWEST), WIDEST * 2)
        first = self.first + x / self.step - x / step
        return replace(self, step=step, first=max(0.0, first))

    def panned(self, pixels: float) -> Scale:
        """Moved to the right by so many pixels."""
        return replace(self, first=max(0.0, self.first + pixels / self.step))

    def showing(self, position: int, length: int) -> Scale:
        """The same where the position is in sight, else with its iteration at the left edge."""
        if self.first <= position <= self.last:
            return self
        start = max(0, position - 1) // length * length if length else position
        shown = replace(self, first=float(start))
        return (
            shown if position <= shown.last else replace(self, first=position - 0.5 * self.width / self.step)
        )


def fitted(length: int, width: float) -> Scale:
    """A scale on which one iteration fills the strip, unless its steps would be too wide."""
    return Scale(0.0, min(WIDEST, max(NARROWEST, width / max(length, 1))), max(width, 1.0))


@dataclass(frozen=True, slots=True)
class Bar:
    """One step, or the steps of one phase where each is too narrow.

    Args:
        start, end: its positions.
        index: of its first step in the iteration.
    """

    phase: Phase
    state: State
    start: int
    end: int
    index: int

    @property
    def single(self) -> bool:
        """Whether it is one step."""
        return self.end == self.start + 1


@dataclass(frozen=True, slots=True)
class Tick:
    """Where an iteration starts."""

    iteration: int
    position: int


def ticks(scale: Scale, length: int) -> tuple[Tick, ...]:
    """The iterations that begin in sight, and the one that the left edge lies in; at most one each 64 pixels."""
    if not length:
        return ()
    every = max(1, ceil(64 / (length * scale.step)))
    first = floor(scale.first / length) // every * every
    return tuple(
        Tick(iteration, iteration * length)
        for iteration in range(first, ceil(scale.last / length) + 1, every)
        if iteration * length <= scale.last
    )


def bars(steps: Sequence[Step], position: int, reached: int, scale: Scale) -> tuple[Bar, ...]:
    """What is in sight. Every iteration of a model has the steps of ``steps``, so those not yet run are known."""
    length = len(steps)
    if not length:
        return ()
    begin, end = max(0, floor(scale.first)), ceil(scale.last) + 1
    if scale.step >= SEPARATE:
        shown = range(begin, end)
        return tuple(_bar(steps, place, place + 1, position, reached) for place in shown)
    runs = _runs(steps)
    found: list[Bar] = []
    for iteration in range(begin // length, end // length + 1):
        for first, last in runs:
            start = iteration * length + first
            found += _pieces(steps, start, iteration * length + last, position, reached)
    return tuple(bar for bar in found if bar.end > begin and bar.start < end)


def _runs(steps: Sequence[Step]) -> list[tuple[int, int]]:
    """Where each phase begins and ends in an iteration."""
    found: list[tuple[int, int]] = []
    for _, group in groupby(range(len(steps)), key=lambda index: steps[index].phase):
        places = list(group)
        found.append((places[0], places[-1] + 1))
    return found


def _pieces(steps: Sequence[Step], start: int, end: int, position: int, reached: int) -> list[Bar]:
    """A phase cut where its state changes."""
    cuts = sorted({start, end, *(cut for cut in (position, reached) if start < cut < end)})
    return [_bar(steps, first, last, position, reached) for first, last in pairwise(cuts)]


def _bar(steps: Sequence[Step], start: int, end: int, position: int, reached: int) -> Bar:
    index = start % len(steps)
    return Bar(steps[index].phase, _state(start, end, position, reached), start, end, index)


def _state(start: int, end: int, position: int, reached: int) -> State:
    if end <= position:
        return "done"
    if start == position and end == start + 1:
        return "next"
    return "known" if end <= reached else "ahead"
