"""The animation of one step: where its pills are, which rows are still held back, when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from graphscope.gui.canvas.camera import Camera
from graphscope.view.picture import lanes
from graphscope.view.picture.faces import Slot
from graphscope.view.picture.journeys import Journey, Show

Clock = Callable[[], float]

TRAVEL = 0.32
"""Seconds that a pill travels at speed 1: short enough to wait for, long enough to follow."""
PULSE = 0.45
"""Seconds that a changed row glows after its numbers have landed."""
FADE = 0.12
"""Share of a journey over which a pill appears."""


@dataclass(frozen=True, slots=True)
class Token:
    """A pill as it is now."""

    journey: Journey
    x: float
    y: float
    opacity: float


@dataclass(frozen=True, slots=True)
class Glide:
    """The view on its way to where something happens."""

    SECONDS: ClassVar[float] = 0.18

    start: Camera
    target: Camera
    began: float

    def at(self, now: float) -> Camera:
        """The view as it is now."""
        t = min(max((now - self.began) / self.SECONDS, 0.0), 1.0)
        return self.start.between(self.target, t * t * (3 - 2 * t))

    def over(self, now: float) -> bool:
        """Whether it has arrived."""
        return now - self.began >= self.SECONDS


class Motion:
    """What moves between two moments. Time is handed in by a clock, so that a test can stop it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.reduced = False
        self.speed = 1.0
        self._show = Show()
        self._start = 0.0
        self._delay = 0.0

    def begin(self, show: Show, *, delay: float = 0.0) -> None:
        """Start to show a step, after ``delay`` seconds."""
        if self.reduced:
            show = Show((), tuple((slot, 0.0) for slot, _ in show.fresh))
        self._show, self._start, self._delay = show, self.clock(), delay

    def finish(self) -> None:
        """Be over at once."""
        self._show = Show()

    @property
    def share(self) -> float:
        """How much of the travelling is done, from 0 to 1."""
        if not self._show.journeys and self.reduced:
            return 1.0
        seconds = (self.clock() - self._start) * self.speed - self._delay
        return min(max(seconds / TRAVEL, 0.0), 1.0)

    @property
    def travelling(self) -> bool:
        """Whether something still travels or waits to land."""
        return bool(self._show.journeys or self._show.fresh) and self.share < 1.0

    @property
    def moving(self) -> bool:
        """Whether anything is still to be drawn, the glow of landed rows included."""
        if not (self._show.journeys or self._show.fresh):
            return False
        return (self.clock() - self._start) * self.speed - self._delay < TRAVEL + PULSE

    def held(self) -> frozenset[Slot]:
        """The rows that still show what they showed before."""
        share = self.share
        return frozenset(slot for slot, lands in self._show.fresh if share < lands)

    def glowing(self) -> tuple[tuple[Slot, float], ...]:
        """The rows that have just landed, with how strong they glow, from 1 down to 0."""
        passed = (self.clock() - self._start) * self.speed - self._delay
        ages = [(slot, passed - lands * TRAVEL) for slot, lands in self._show.fresh]
        return tuple((slot, 1 - age / PULSE) for slot, age in ages if 0 <= age < PULSE)

    def tokens(self) -> tuple[Token, ...]:
        """The pills where they are now."""
        share = self.share
        on_way = (journey for journey in self._show.journeys if journey.start <= share < journey.end)
        return tuple(self._token(journey, share) for journey in on_way)

    def _token(self, journey: Journey, share: float) -> Token:
        t = (share - journey.start) / (journey.end - journey.start)
        eased = t * t * (3 - 2 * t)
        x, y = lanes.at(journey.path, eased * lanes.length(journey.path))
        return Token(journey, x, y, min(t / FADE, 1.0))
