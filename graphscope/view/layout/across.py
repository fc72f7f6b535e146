"""Where each vertex stands across the flow: straight lines rigid, wires short, and nothing too close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphscope.view.layout.plan import Piece
from graphscope.view.layout.request import LayoutCancelled
from graphscope.view.layout.rigid import Bars, settle

_STRAIGHT = 24.0  # pull of a line that is to be straight, in the sweeps that find the rough shape
_LANE = 4.0  # pull between two places of a lane
_SIDE = 0.1  # a secondary line, against a main line
_TURN = 0.5  # pull between a backward wire's lane and the node beside it
_SWEEPS = 6

Pull = tuple[int, float, float]
"""Another vertex, the wanted distance from it, and the weight."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What sizes say about a piece: half of each vertex, each segment's ports from the middle, and gaps."""

    half: Sequence[float]
    tail_port: Sequence[float]
    head_port: Sequence[float]
    item_gap: float
    lane_gap: float


def place_across(piece: Piece, sizes: Sizes, cancelled: Callable[[], bool]) -> list[float]:
    """The middle of each vertex across the flow; where zero lies is left open."""
    pulls = _pulls(piece, sizes)
    distances = [_distances(layer, sizes) for layer in piece.layers]
    middle = _rough(piece, pulls, distances, cancelled)
    return settle(_bars(piece, sizes, pulls, distances), middle, cancelled)


def _distances(layer: Sequence[int], sizes: Sizes) -> list[float]:
    """The least distance between the middles of neighbours in a layer; a lane has no breadth."""
    half = sizes.half
    gaps = sizes.item_gap, max(sizes.lane_gap, sizes.item_gap / 2), sizes.lane_gap
    return [
        half[one] + half[other] + gaps[(half[one] == 0) + (half[other] == 0)]
        for one, other in pairwise(layer)
    ]


@dataclass(frozen=True, slots=True)
class _Pulls:
    """What wants each vertex where, from the layer before and from the layer after."""

    before: list[list[Pull]]
    after: list[list[Pull]]


def _pulls(piece: Piece, sizes: Sizes) -> _Pulls:
    mesh = piece.mesh
    straight = set(piece.straight)
    before: list[list[Pull]] = [[] for _ in mesh.rank]
    after: list[list[Pull]] = [[] for _ in mesh.rank]
    for index, (tail, head, _, _, main) in enumerate(mesh.segments):
        weight = _LANE if mesh.is_lane(tail) and mesh.is_lane(head) else 1.0
        weight *= (_STRAIGHT if index in straight else 1.0) * (1.0 if main else _SIDE)
        distance = sizes.tail_port[index] - sizes.head_port[index]
        before[head].append((tail, distance, weight))
        after[tail].append((head, -distance, weight))
    for lane in mesh.lanes:
        if lane.backward:
            beside = [(lane.vertices[0], lane.vertices[1])]
            beside += [(arrival.target, lane.vertices[arrival.used - 1]) for arrival in lane.arrivals]
            for one, other in beside:
                before[one].append((other, 0.0, _TURN))
                before[other].append((one, 0.0, _TURN))
    return _Pulls(before, after)


def _rough(
    piece: Piece, pulls: _Pulls, distances: Sequence[Sequence[float]], cancelled: Callable[[], bool]
) -> list[float]:
    """Sweep forward and backward over the layers, each placed as well as its neighbour allows."""
    middle = [0.0] * len(piece.mesh.rank)
    for layer, between in zip(piece.layers, distances, strict=True):
        at = -sum(between) / 2
        for vertex, distance in zip(layer, (*between, 0.0), strict=True):
            middle[vertex] = at
            at += distance
    rows = list(zip(piece.layers, distances, strict=True))
    for turn in range(_SWEEPS):
        if cancelled():
            raise LayoutCancelled("The layout was cancelled.")
        both = turn >= _SWEEPS - 2
        for layer, between in rows if turn % 2 == 0 else reversed(rows):
            _place_layer(layer, between, middle, pulls, (turn % 2 == 0 or both, turn % 2 == 1 or both))
    return middle


def _place_layer(
    layer: Sequence[int],
    between: Sequence[float],
    middle: list[float],
    pulls: _Pulls,
    sides: tuple[bool, bool],
) -> None:
    """Least squares for one layer in its order: what collides moves as one (pool adjacent violators)."""
    pools: list[tuple[float, float, int]] = []  # wanted place less what lies before, weight, vertices
    passed = 0.0
    for vertex, distance in zip(layer, (*between, 0.0), strict=True):
        wanted, weight = _wanted(vertex, middle, pulls, sides)
        wanted -= passed
        number = 1
        while pools and pools[-1][0] > wanted:
            other, its_weight, its_number = pools.pop()
            wanted = (wanted * weight + other * its_weight) / (weight + its_weight)
            weight += its_weight
            number += its_number
        pools.append((wanted, weight, number))
        passed += distance
    at = 0
    passed = 0.0
    for wanted, _, number in pools:
        for _ in range(number):
            middle[layer[at]] = wanted + passed
            passed += between[at] if at < len(between) else 0.0
            at += 1


def _wanted(vertex: int, middle: list[float], pulls: _Pulls, sides: tuple[bool, bool]) -> tuple[float, float]:
    total = middle[vertex] * 0.01
    weights = 0.01
    for side, wanting in zip((pulls.before[vertex], pulls.after[vertex]), sides, strict=True):
        if wanting:
            for other, distance, weight in side:
                total += weight * (middle[other] + distance)
                weights += weight
    return total / weights, weights


def _bars(piece: Piece, sizes: Sizes, pulls: _Pulls, distances: Sequence[Sequence[float]]) -> Bars:
    """Join the vertices along straight lines, and carry gaps and pulls over to the bars."""
    bar, offset = _joined(piece, sizes)
    count = max(bar) + 1
    limits: list[dict[int, float]] = [{} for _ in range(count)]
    for layer, between in zip(piece.layers, distances, strict=True):
        for one, other, distance in zip(layer, layer[1:], between, strict=False):
            needed = distance + offset[one] - offset[other]
            limit = limits[bar[other]]
            limit[bar[one]] = max(limit.get(bar[one], needed), needed)
    after: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for one, limit in enumerate(limits):
        for other, distance in limit.items():
            after[other].append((one, distance))
    wants: list[list[Pull]] = [[] for _ in range(count)]
    weight = [0.0] * count
    for vertex, mine in enumerate(bar):
        weight[mine] += 1.0 if piece.mesh.is_lane(vertex) else 3.0
        for other, distance, pull in (*pulls.before[vertex], *pulls.after[vertex]):
            if bar[other] != mine:
                wants[mine].append((bar[other], distance + offset[other] - offset[vertex], pull))
    return Bars(bar, offset, weight, [list(limit.items()) for limit in limits], after, wants)


def _joined(piece: Piece, sizes: Sizes) -> tuple[list[int], list[float]]:
    """The bar of each vertex, and its distance from the bar's first vertex."""
    mesh = piece.mesh
    onward = {mesh.segments[index].tail: index for index in piece.straight}
    arrived = {mesh.segments[index].head for index in piece.straight}
    bar = [0] * len(mesh.rank)
    offset = [0.0] * len(mesh.rank)
    count = 0
    for first in range(len(mesh.rank)):
        if first in arrived:
            continue
        vertex = first
        bar[vertex] = count
        while (index := onward.get(vertex)) is not None:
            head = mesh.segments[index].head
            bar[head] = count
            offset[head] = offset[vertex] + sizes.tail_port[index] - sizes.head_port[index]
            vertex = head
        count += 1
    return bar, offset
