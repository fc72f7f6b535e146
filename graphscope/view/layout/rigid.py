"""Rigid bars: straight lines move as one, never through each other, to where wires get short."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphscope.view.layout.request import LayoutCancelled

_ROUNDS = 12
_NEAR = 1e-6  # pixels that are no distance


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars, their vertices, and what they do to each other; a bar is where its reference line is."""

    bar: Sequence[int]  # of each vertex
    offset: Sequence[float]  # of each vertex from its bar's reference line
    weight: Sequence[float]  # how firmly each bar keeps its place
    before: Sequence[Sequence[tuple[int, float]]]  # for each bar: a bar before it, and the least distance
    after: Sequence[Sequence[tuple[int, float]]]
    pulls: Sequence[
        Sequence[tuple[int, float, float]]
    ]  # for each bar: other bar, wanted distance from it, weight


def settle(bars: Bars, middle: Sequence[float], cancelled: Callable[[], bool]) -> list[float]:
    """From rough places of the vertices to final ones: bars straight, distances kept, wires shortened."""
    order = _left_to_right(bars)
    at = _apart(bars, order, _means(bars, middle), cancelled)
    for turn in range(_ROUNDS):
        if cancelled():
            raise LayoutCancelled("The layout was cancelled.")
        if not _shorten(bars, order if turn % 2 else order[::-1], at):
            break
    return [at[bar] + offset for bar, offset in zip(bars.bar, bars.offset, strict=True)]


def _means(bars: Bars, middle: Sequence[float]) -> list[float]:
    total = [0.0] * len(bars.weight)
    count = [0] * len(bars.weight)
    for vertex, bar in enumerate(bars.bar):
        total[bar] += middle[vertex] - bars.offset[vertex]
        count[bar] += 1
    return [value / number for value, number in zip(total, count, strict=True)]


def _left_to_right(bars: Bars) -> list[int]:
    """Every bar after those that must stay before it."""
    waiting = [len(before) for before in bars.before]
    order = [bar for bar, number in enumerate(waiting) if not number]
    for bar in order:
        for other, _ in bars.after[bar]:
            waiting[other] -= 1
            if not waiting[other]:
                order.append(other)
    return order


def _apart(
    bars: Bars, order: Sequence[int], wanted: list[float], cancelled: Callable[[], bool]
) -> list[float]:
    """Places near the wanted ones that keep every distance: bars that collide move on as one cluster.

    After Dwyer, Marriott and Stuckey, "Fast node overlap removal" (2005), the procedure satisfy_VPSC.
    """
    clusters = _Clusters(bars, wanted)
    for count, bar in enumerate(order):
        if count % 256 == 0 and cancelled():
            raise LayoutCancelled("The layout was cancelled.")
        clusters.insert(bar)
    return [clusters.position(bar) for bar in range(len(wanted))]


class _Clusters:
    """Bars that touch and move together, each cluster at the weighted mean of what its bars want."""

    def __init__(self, bars: Bars, wanted: list[float]) -> None:
        self.bars = bars
        self.cluster = list(range(len(wanted)))
        self.shift = [0.0] * len(wanted)
        self.place = list(wanted)
        self.weight = list(bars.weight)
        self.members = [[bar] for bar in range(len(wanted))]
        self.outside = [[(bar, *limit) for limit in bars.before[bar]] for bar in range(len(wanted))]

    def position(self, bar: int) -> float:
        return self.place[self.cluster[bar]] + self.shift[bar]

    def insert(self, bar: int) -> None:
        """Let the bar's cluster swallow what it collides with until nothing is too near before it."""
        while True:
            mine = self.cluster[bar]
            worst, pair = _NEAR, None
            keep: list[tuple[int, int, float]] = []
            for limit in self.outside[mine]:
                right, left, distance = limit
                if self.cluster[left] == mine:
                    continue
                keep.append(limit)
                excess = self.position(left) + distance - self.position(right)
                if excess > worst:
                    worst, pair = excess, limit
            self.outside[mine] = keep
            if pair is None:
                return
            self._merge(*pair)

    def _merge(self, right: int, left: int, distance: float) -> None:
        """Join two clusters so that `left` and `right` are exactly `distance` apart."""
        big, small = self.cluster[right], self.cluster[left]
        gap = (
            self.shift[right] - distance - self.shift[left]
        )  # reference of the left cluster seen from the right one
        if len(self.members[big]) < len(self.members[small]):
            big, small, gap = small, big, -gap
        weight = self.weight[big] + self.weight[small]
        self.place[big] = (
            self.weight[big] * self.place[big] + self.weight[small] * (self.place[small] - gap)
        ) / weight
        self.weight[big] = weight
        for bar in self.members[small]:
            self.cluster[bar] = big
            self.shift[bar] += gap
        self.members[big] += self.members[small]
        self.outside[big] += self.outside[small]


def _shorten(bars: Bars, order: Sequence[int], at: list[float]) -> bool:
    """Move each bar as far as it can to where its wires are shortest; whether anything moved."""
    moved = False
    for bar in order:
        pulls = bars.pulls[bar]
        if not pulls:
            continue
        low, high = _flat(sorted((at[other] + distance, weight) for other, distance, weight in pulls))
        wanted = min(max(at[bar], low), high)
        wanted = max(
            wanted, max((at[other] + distance for other, distance in bars.before[bar]), default=wanted)
        )
        wanted = min(
            wanted, min((at[other] - distance for other, distance in bars.after[bar]), default=wanted)
        )
        if abs(wanted - at[bar]) > _NEAR:
            at[bar] = wanted
            moved = True
    return moved


def _flat(wants: list[tuple[float, float]]) -> tuple[float, float]:
    """The range of weighted medians, on which the total length does not change."""
    half = sum(weight for _, weight in wants) / 2
    passed = 0.0
    for index, (value, weight) in enumerate(wants):
        passed += weight
        if abs(passed - half) < _NEAR:
            return value, wants[index + 1][0]
        if passed > half:
            return value, value
    return wants[-1][0], wants[-1][0]
