"""The course of every wire of one piece: straight along lanes, turning only between layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graphscope.view.layout.mesh import Lane
from graphscope.view.layout.plan import Piece
from graphscope.view.layout.request import LayoutCancelled, Point
from graphscope.view.layout.tracks import SLOPED, STRAIGHT, Net, assign_tracks

_MARGIN = 12.0  # room between a layer and the first track: for an arrow head and a curve
_LEVEL = 0.05  # pixels across that are no bend


@dataclass(frozen=True, slots=True)
class Gap:
    """The room before a layer: what it has at least, and how much at either end stays free of turns."""

    least: float = 0.0
    lead: float = 0.0
    trail: float = 0.0


class _Turn(NamedTuple):
    """A wire's passage through a gap; `against` the flow on the lane of a backward wire."""

    gap: int
    net: int
    start: float
    end: float
    against: bool


class _Way(NamedTuple):
    """The turns of an edge: the first ones of its lane, and its own last one."""

    lane: int
    used: int
    last: _Turn


class Streets:
    """All gaps of a piece: what passes each of them, on which track, and how wide it has to be."""

    def __init__(self, piece: Piece, lane_gap: float) -> None:
        self._rank = piece.mesh.rank
        self._lane_gap = lane_gap
        self._pins: list[list[tuple[set[float], set[float]]]] = [[] for _ in range(piece.mesh.depth + 1)]
        self._number: dict[tuple[int, int, int, bool], int] = {}
        self._lanes: list[list[_Turn]] = []
        self._ways: dict[int, _Way] = {}
        self._tracks: list[list[int]] = []
        self._counts: list[int] = []
        self._starts: Sequence[float] = ()
        self._widths: list[float] = []
        self._gaps: Sequence[Gap] = ()

    def add(self, lane: Lane, places: Sequence[float], ends: Sequence[float]) -> None:
        """Note the way of a tensor: where across its lane is, and where its edges arrive."""
        turns = [self._along_lane(lane, at, places) for at in range(1, len(places))]
        for arrival, end in zip(lane.arrivals, ends, strict=True):
            gap = self._rank[arrival.target]
            sides = (1, 1) if lane.backward else (0, 1)
            last = self._turn(lane, gap, sides, (places[arrival.used - 1], end))
            self._ways[arrival.edge] = _Way(len(self._lanes), arrival.used - 1, last)
        self._lanes.append(turns)

    def _along_lane(self, lane: Lane, at: int, places: Sequence[float]) -> _Turn:
        """The turn before the lane's vertex number `at`."""
        if not lane.backward:
            gap, sides = self._rank[lane.vertices[at]], (0, 1)
        elif at == 1:  # around the corner, beside the source
            gap, sides = self._rank[lane.vertices[0]] + 1, (0, 0)
        else:
            gap, sides = self._rank[lane.vertices[at - 1]], (1, 0)
        return self._turn(lane, gap, sides, (places[at - 1], places[at]))

    def _turn(self, lane: Lane, gap: int, sides: tuple[int, int], places: tuple[float, float]) -> _Turn:
        key = gap, lane.vertices[0], lane.out, lane.backward and sides != (0, 0)
        if key not in self._number:
            self._number[key] = len(self._pins[gap])
            self._pins[gap].append((set(), set()))
        net = self._number[key]
        for side, place in zip(sides, places, strict=True):
            self._pins[gap][net][side].add(place)
        return _Turn(gap, net, *places, against=sides == (1, 0))

    def lay(self, gaps: Sequence[Gap], cancelled: Callable[[], bool]) -> list[float]:
        """Give out the tracks; the width that each gap needs."""
        self._gaps = gaps
        for gap, pins in zip(gaps, self._pins, strict=True):
            if cancelled():
                raise LayoutCancelled("The layout was cancelled.")
            nets = [Net.between(sorted(left), sorted(right)) for left, right in pins]
            tracks, count = assign_tracks(nets, self._lane_gap)
            self._tracks.append(tracks)
            self._counts.append(count)
            turning = count or SLOPED in tracks
            needed = 2 * _MARGIN + max(count - 1, 0) * self._lane_gap if turning else 0.0
            self._widths.append(max(gap.least, gap.lead + needed + gap.trail) if turning else gap.least)
        return self._widths

    def stand(self, starts: Sequence[float]) -> None:
        """Tell where along the flow each gap begins."""
        self._starts = starts

    def corners(self) -> Iterator[tuple[int, list[Point]]]:
        """Each edge with its corners between its two ports, along and across."""
        lanes: list[list[list[Point]]] = [[self._bend(turn) for turn in turns] for turns in self._lanes]
        for index, way in self._ways.items():
            bends = [*lanes[way.lane][: way.used], self._bend(way.last)]
            yield index, [point for bend in bends for point in bend]

    def _bend(self, turn: _Turn) -> list[Point]:
        track = self._tracks[turn.gap][turn.net]
        if track == STRAIGHT or abs(turn.start - turn.end) < _LEVEL:
            return []
        first, second = self._turning(turn.gap, track)
        if turn.against:
            first, second = second, first
        return [(first, turn.start), (second, turn.end)]

    def _turning(self, gap: int, track: int) -> tuple[float, float]:
        """Where along the flow a wire on this track leaves its first line and reaches its second."""
        low = self._starts[gap] + self._gaps[gap].lead
        high = self._starts[gap] + self._widths[gap] - self._gaps[gap].trail
        if track == SLOPED:
            return low + _MARGIN / 2, high - _MARGIN / 2
        middle = (low + high - (self._counts[gap] - 1) * self._lane_gap) / 2
        return middle + track * self._lane_gap, middle + track * self._lane_gap
