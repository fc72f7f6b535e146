"""The course of every wire of one piece: straight along lanes, turning only between layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from graphscope.view.layout.plan import Piece
from graphscope.view.layout.request import Point
from graphscope.view.layout.topology import Edge
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


class Streets:
    """All gaps of a piece: what passes each of them, on which track, and how wide it has to be."""

    def __init__(self, piece: Piece, lane_gap: float) -> None:
        self._rank = piece.mesh.rank
        self._lane_gap = lane_gap
        gaps = piece.mesh.depth + 1
        self._pins: list[list[tuple[set[float], set[float]]]] = [[] for _ in range(gaps)]
        self._number: dict[tuple[int, int, int, bool], int] = {}
        self._turns: dict[int, list[_Turn]] = {}
        self._tracks: list[list[int]] = []
        self._counts: list[int] = []
        self._starts: list[float] = []
        self._widths: list[float] = []
        self._gaps: Sequence[Gap] = ()

    def add(self, index: int, edge: Edge, stops: Sequence[tuple[int, float]], backward: bool) -> None:
        """Note the course of an edge: the vertices it passes, and where across."""
        turns: list[_Turn] = []
        for at, ((one, start), (other, end)) in enumerate(pairwise(stops)):
            leaves, arrives = at == 0, at == len(stops) - 2
            if not backward:
                gap, sides = self._rank[other], (0, 1)
            elif leaves:
                gap, sides = self._rank[one] + 1, (0, 0)
            else:
                gap, sides = self._rank[one], (1, 1) if arrives else (1, 0)
            net = self._net(gap, edge, backward and not leaves)
            self._pins[gap][net][sides[0]].add(start)
            self._pins[gap][net][sides[1]].add(end)
            turns.append(_Turn(gap, net, start, end, backward and sides == (1, 0)))
        self._turns[index] = turns

    def _net(self, gap: int, edge: Edge, backward: bool) -> int:
        key = (gap, edge.source, edge.out, backward)
        if key not in self._number:
            self._number[key] = len(self._pins[gap])
            self._pins[gap].append((set(), set()))
        return self._number[key]

    def lay(self, gaps: Sequence[Gap]) -> list[float]:
        """Give out the tracks; the width that each gap needs."""
        self._gaps = gaps
        for gap, pins in zip(gaps, self._pins, strict=True):
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
        self._starts = list(starts)

    def corners(self, index: int) -> list[Point]:
        """The corners of an edge between its two ports, along and across."""
        points: list[Point] = []
        for gap, net, start, end, against in self._turns[index]:
            track = self._tracks[gap][net]
            if track == STRAIGHT or abs(start - end) < _LEVEL:
                continue
            first, second = self._turning(gap, track)
            if against:
                first, second = second, first
            points += [(first, start), (second, end)]
        return points

    def _turning(self, gap: int, track: int) -> tuple[float, float]:
        """Where along the flow a wire on this track leaves its first line and reaches its second."""
        low = self._starts[gap] + self._gaps[gap].lead
        high = self._starts[gap] + self._widths[gap] - self._gaps[gap].trail
        if track == SLOPED:
            return low + _MARGIN / 2, high - _MARGIN / 2
        middle = (low + high - (self._counts[gap] - 1) * self._lane_gap) / 2
        return middle + track * self._lane_gap, middle + track * self._lane_gap
