"""Which pieces of wire are drawn straight: the longest chains first, then lanes, never two that cross."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from graphscope.view.layout.mesh import LANE, Mesh
from graphscope.view.layout.topology import Topology

Order = Sequence[Sequence[int]]
Chain = tuple[int, float, int]
"""Minus the number of edges, how far they are from the middle of their fans, and how far down they run."""


def choose_straight(mesh: Mesh, layers: Order, topology: Topology) -> tuple[int, ...]:
    """Indices of segments to be straight: at most one on each side of a vertex, and no two of them cross."""
    place = [0] * len(mesh.rank)
    for layer in layers:
        for at, vertex in enumerate(layer):
            place[vertex] = at
    chosen: list[int] = []
    straight_out = [False] * len(mesh.rank)
    straight_in = [False] * len(mesh.rank)
    in_gap: list[list[tuple[int, int]]] = [[] for _ in layers]
    for index in _by_claim(mesh, place, topology):
        segment = mesh.segments[index]
        gap = in_gap[mesh.rank[segment.tail]]
        ends = place[segment.tail], place[segment.head]
        if straight_out[segment.tail] or straight_in[segment.head] or _crosses(gap, ends):
            continue
        straight_out[segment.tail] = straight_in[segment.head] = True
        insort(gap, ends)
        chosen.append(index)
    return tuple(chosen)


def _crosses(gap: list[tuple[int, int]], ends: tuple[int, int]) -> bool:
    at = bisect_left(gap, ends)
    return (at > 0 and gap[at - 1][1] > ends[1]) or (at < len(gap) and gap[at][1] < ends[1])


def _by_claim(mesh: Mesh, place: Sequence[int], topology: Topology) -> list[int]:
    """Segments by how much they deserve to be straight: whole chains one after the other, then lanes."""
    skew = _skew(mesh, place)
    chains = _chains(mesh, place, skew, topology)

    def claim(index: int) -> tuple[int, Chain, float, int]:
        tail, head, out, slot, main = mesh.segments[index]
        chain = (0, 0.0, 0)
        if LANE not in {out, slot}:
            chain = chains.get((tail, head), chain)
            kind = 0 if main else 3
        elif out == LANE and slot == LANE:
            kind = 1
        else:
            kind = 2 if main else 4
        return kind, chain, skew[index], place[tail]

    return sorted(range(len(mesh.segments)), key=claim)


def _chains(
    mesh: Mesh, place: Sequence[int], skew: Sequence[float], topology: Topology
) -> dict[tuple[int, int], Chain]:
    """For each main edge the best chain of main edges through it, so that a chain is chosen as a whole."""
    steps: dict[tuple[int, int], Chain] = {}
    for lane in mesh.lanes:
        for index, _, target in lane.arrivals:
            if topology.edges[index].main and not lane.backward:
                steps[lane.vertices[0], target] = -1, 0.0, place[target]
    for index, segment in enumerate(mesh.segments):
        ends = segment.tail, segment.head
        if ends in steps:
            steps[ends] = -1, skew[index], place[segment.head]
    pairs = sorted(steps, key=lambda pair: mesh.rank[pair[0]])
    upstream: list[Chain] = [(0, 0.0, 0)] * len(mesh.nodes)
    downstream = list(upstream)
    for source, target in pairs:
        upstream[target] = min(upstream[target], _joined(upstream[source], steps[source, target]))
    for source, target in reversed(pairs):
        downstream[source] = min(downstream[source], _joined(steps[source, target], downstream[target]))
    return {
        (source, target): _joined(_joined(upstream[source], step), downstream[target])
        for (source, target), step in steps.items()
    }


def _joined(one: Chain, other: Chain) -> Chain:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _skew(mesh: Mesh, place: Sequence[int]) -> list[float]:
    """How far each segment is from the middle of its fan, at both ends: equal chains look best centred."""
    skew = [0.0] * len(mesh.segments)
    for near, far in ((0, 1), (1, 0)):
        fans: dict[int, list[int]] = {}
        for index, segment in enumerate(mesh.segments):
            if segment.main:
                fans.setdefault(segment[near], []).append(index)
        for fan in fans.values():
            fan.sort(key=lambda index: place[mesh.segments[index][far]])
            for at, index in enumerate(fan):
                skew[index] += abs(at - (len(fan) - 1) / 2)
    return skew
