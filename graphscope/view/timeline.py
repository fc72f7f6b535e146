"""The timeline: which bar each step is, where it lies, and which position a place on it means."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil, floor
from typing import Literal

from graphscope.engine.step import PHASES, Phase, Step
from graphscope.engine.steps import Steps

State = Literal["done", "next", "known", "ahead"]

WIDEST = 72.0
"""Pixels of a step when few are shown."""
NARROWEST = 0.25
SEPARATE = 5.0
"""From this width on every step is a bar of its own; below, the steps of a phase are one."""


@dataclass(frozen=True, slots=True)
class Laps:
    """Where the iterations of a run lie: all have the usual steps but those in which the backend was switched.

    Args:
        usual: the steps of an iteration.
        others: the steps of the iterations that have more, by number.
        iteration, start: one iteration, and the position where it starts: the others are counted from there.
    """

    usual: Sequence[Step] = ()
    others: Mapping[int, Sequence[Step]] = field(default_factory=dict[int, Sequence[Step]])
    iteration: int = 0
    start: int = 0

    def steps(self, iteration: int) -> Sequence[Step]:
        """The steps of an iteration."""
        return self.others.get(iteration, self.usual)

    def begin(self, iteration: int) -> int:
        """The position where an iteration starts."""
        first, last = sorted((iteration, self.iteration))
        more = sum(len(steps) - len(self.usual) for at, steps in self.others.items() if first <= at < last)
        distance = (last - first) * len(self.usual) + more
        return self.start + (distance if iteration >= self.iteration else -distance)

    def at(self, position: int) -> tuple[int, int]:
        """The iteration of the step after a position, and which of its steps that is."""
        iteration = max(0, self.iteration + (position - self.start) // len(self.usual))
        while iteration and self.begin(iteration) > position:
            iteration -= 1
        while self.begin(iteration + 1) <= position:
            iteration += 1
        return iteration, position - self.begin(iteration)

    def moved(self, steps: Sequence[Step], iteration: int, start: int, reached: int) -> Laps:
        """What is known once a run is in an iteration with these steps.

        Args:
            reached: how far the run has come; iterations that begin after that are not known yet.
        """
        if not self.others and _planned(steps) is _planned(self.usual):
            known = start == self.begin(iteration)
            return self if known else replace(self, iteration=iteration, start=start)
        others = {
            at: each for at, each in self.others.items() if at != iteration and self.begin(at) < reached
        }
        if any(step.kind == "transfer" for step in steps):
            usual = tuple(step for step in steps if step.kind != "transfer")
            return Laps(self.usual or usual, {**others, iteration: steps}, iteration, start)
        return Laps(steps, others, iteration, start)


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

    def showing(self, position: int, laps: Laps) -> Scale:
        """The same where the position and the step that led to it are in sight, else their iteration at the left."""
        if self.first <= max(0, position - 1) and position <= self.last:
            return self
        start = laps.begin(laps.at(max(0, position - 1))[0]) if laps.usual else position
        shown = replace(self, first=float(start))
        return (
            shown if position <= shown.last else replace(self, first=position - 0.5 * self.width / self.step)
        )


def fitted(length: int, width: float) -> Scale:
    """A scale on which one iteration fills the strip, unless its steps would be too wide."""
    return Scale(0.0, min(WIDEST, max(NARROWEST, width / max(length, 1))), max(width, 1.0))


def _planned(steps: Sequence[Step]) -> Sequence[Step]:
    """The steps but for the number of their iteration."""
    return steps.planned if isinstance(steps, Steps) else steps


@dataclass(frozen=True, slots=True)
class Bar:
    """One step, or the steps of one phase where each is too narrow.

    Args:
        start, end: its positions.
        step: its first.
    """

    phase: Phase
    state: State
    start: int
    end: int
    step: Step

    @property
    def single(self) -> bool:
        """Whether it is one step."""
        return self.end == self.start + 1


@dataclass(frozen=True, slots=True)
class Tick:
    """Where an iteration starts."""

    iteration: int
    position: int


def ticks(scale: Scale, laps: Laps) -> tuple[Tick, ...]:
    """The iterations that begin in sight, and the one that the left edge lies in; at most one each 64 pixels."""
    if not laps.usual:
        return ()
    every = max(1, ceil(64 / (len(laps.usual) * scale.step)))
    first = laps.at(max(0, floor(scale.first)))[0] // every * every
    last = laps.at(ceil(scale.last))[0]
    return tuple(
        Tick(iteration, laps.begin(iteration))
        for iteration in range(first, last + 2, every)
        if laps.begin(iteration) <= scale.last
    )


def bars(laps: Laps, position: int, reached: int, scale: Scale) -> tuple[Bar, ...]:
    """What is in sight. Every iteration of a model has the usual steps, so those not yet run are known."""
    if not laps.usual:
        return ()
    begin, end = max(0, floor(scale.first)), ceil(scale.last) + 1
    found: list[Bar] = []
    for iteration in range(laps.at(begin)[0], laps.at(end)[0] + 1):
        steps, start = laps.steps(iteration), laps.begin(iteration)
        if scale.step >= SEPARATE:
            inside = range(max(begin - start, 0), min(end - start, len(steps)))
            found += (_bar(steps[at], start + at, start + at + 1, position, reached) for at in inside)
            continue
        for first, last in _runs(steps):
            found += _pieces(steps[first], start + first, start + last, position, reached)
    return tuple(bar for bar in found if bar.end > begin and bar.start < end)


def _runs(steps: Sequence[Step]) -> list[tuple[int, int]]:
    """Where each phase begins and ends in an iteration; they follow each other in one order, so it is looked up."""
    cuts = [
        bisect_left(steps, order, key=lambda step: PHASES.index(step.phase)) for order in range(len(PHASES))
    ]
    return [(first, last) for first, last in pairwise((*cuts, len(steps))) if first < last]


def _pieces(step: Step, start: int, end: int, position: int, reached: int) -> list[Bar]:
    """A phase cut where its state changes."""
    cuts = sorted({start, end, *(cut for cut in (position, reached) if start < cut < end)})
    return [_bar(step, first, last, position, reached) for first, last in pairwise(cuts)]


def _bar(step: Step, start: int, end: int, position: int, reached: int) -> Bar:
    return Bar(step.phase, _state(start, end, position, reached), start, end, step)


def _state(start: int, end: int, position: int, reached: int) -> State:
    if end <= position:
        return "done"
    if start == position and end == start + 1:
        return "next"
    return "known" if end <= reached else "ahead"
