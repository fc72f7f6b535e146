"""Where wires turn between two layers: each tensor on a track of its own, ordered so that few cross."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

STRAIGHT = -1  # in place of a track: the wire goes straight on
SLOPED = -2  # in place of a track: the wire changes places with another one, so it cuts across

_LEVEL = 0.05  # pixels across that are no bend
_SAME = 1.0  # pixels below which two wires lie on each other
_OVERLAP = 1000  # price of two tensors on each other, in crossings
_HUG = 2  # price of two wires side by side nearer than the lane gap
_MANY = 48  # tensors in a gap above which the first order is good enough


@dataclass(frozen=True, slots=True)
class Net:
    """The places across at which one tensor reaches a gap on its two sides."""

    left: tuple[float, ...]
    right: tuple[float, ...]
    low: float
    high: float

    @classmethod
    def between(cls, left: Sequence[float], right: Sequence[float]) -> Net:
        """A net with its extent across."""
        return cls(tuple(left), tuple(right), min((*left, *right)), max((*left, *right)))


def assign_tracks(nets: Sequence[Net], lane_gap: float) -> tuple[list[int], int]:
    """A track for each net, or STRAIGHT or SLOPED; and how many tracks there are."""
    tracks = [STRAIGHT] * len(nets)
    bent = [index for index, net in enumerate(nets) if net.high - net.low > _LEVEL]
    bent.sort(key=lambda index: _usual(nets[index]))
    if 1 < len(bent) <= _MANY:
        bent = _inserted(nets, bent, lane_gap)
    sloped = _swapped(nets, bent)
    for index in sloped:
        tracks[index] = SLOPED
    upright = [index for index in bent if index not in sloped]
    for index, track in zip(upright, _packed([nets[index] for index in upright], lane_gap), strict=True):
        tracks[index] = track
    return tracks, max(tracks, default=STRAIGHT) + 1 if upright else 0


def _usual(net: Net) -> tuple[int, float]:
    """An order right for most pairs: turns of what goes back at either end, the others nested."""
    if not net.right:
        return 0, net.high - net.low
    if not net.left:
        return 3, net.low - net.high
    start, end = sum(net.left) / len(net.left), sum(net.right) / len(net.right)
    return (1, -start) if end > start else (2, start)


def _inserted(nets: Sequence[Net], bent: Sequence[int], lane_gap: float) -> list[int]:
    """Insert one net after the other where it costs least among those already there."""
    order: list[int] = []
    for index in bent:
        net = nets[index]
        cost = sum(_cost(net, nets[other], lane_gap) for other in order)
        best, cheapest = 0, cost
        for at, other in enumerate(order):
            cost += _cost(nets[other], net, lane_gap) - _cost(net, nets[other], lane_gap)
            if cost <= cheapest:
                best, cheapest = at + 1, cost
        order.insert(best, index)
    return order


def _cost(first: Net, second: Net, lane_gap: float) -> int:
    """Crossings, and wires too near to each other, if `first` turns before `second`."""
    if first.high < second.low - lane_gap or second.high < first.low - lane_gap:
        return 0
    cost = sum(first.low < pin < first.high for pin in second.left)
    cost += sum(second.low < pin < second.high for pin in first.right)
    for pin in first.right:
        for other in second.left:
            distance = abs(pin - other)
            if distance < lane_gap - _SAME:
                cost += _OVERLAP if distance < _SAME else _HUG
    return cost


def _swapped(nets: Sequence[Net], order: Sequence[int]) -> set[int]:
    """Nets that end where a later one starts, which no order of tracks can keep apart."""
    starts = sorted((pin, at) for at, index in enumerate(order) for pin in nets[index].left)
    sloped: set[int] = set()
    for at, index in enumerate(order):
        for pin in nets[index].right:
            for place in range(bisect_left(starts, (pin - _SAME, -1)), len(starts)):
                start, other = starts[place]
                if start > pin + _SAME:
                    break
                if other > at and not {index, order[other]} & sloped:
                    simple = len(nets[index].left) == len(nets[index].right) == 1
                    sloped.add(index if simple else order[other])
    return {index for index in sloped if len(nets[index].left) == len(nets[index].right) == 1}


def _packed(nets: Sequence[Net], lane_gap: float) -> list[int]:
    """The first track for each net that is after all earlier nets beside it."""
    stops = sorted({stop for net in nets for stop in (net.low - lane_gap, net.high)})
    number = {stop: index for index, stop in enumerate(stops)}
    free = np.zeros(len(stops), dtype=np.int64)
    tracks: list[int] = []
    for net in nets:
        # A net keeps [low - gap, high] to itself, so that two whose intervals touch are a lane gap apart.
        beside = free[number[net.low - lane_gap] : number[net.high] + 1]
        track = int(beside.max())
        beside[:] = track + 1
        tracks.append(track)
    return tracks
