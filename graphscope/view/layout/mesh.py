"""A level cut into layers: long wires get a place in every layer that they pass, shared until they split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from graphscope.view.layout.cycles import backward_edges
from graphscope.view.layout.ranks import assign_ranks
from graphscope.view.layout.topology import Edge, Topology

LANE = -1  # in place of a port: the end of a segment on a lane


class Segment(NamedTuple):
    """A piece of wire from a vertex to one in the next layer; `out` and `slot` are ports, or LANE."""

    tail: int
    head: int
    out: int
    slot: int
    main: bool


class Arrival(NamedTuple):
    """The end of an edge: which edge it is, how many vertices of the lane it uses, and where it goes then."""

    edge: int
    used: int
    target: int


@dataclass(frozen=True, slots=True)
class Lane:
    """The way of one tensor: its source, its place in each layer that it passes, and where edges leave it.

    The lane of `backward` edges runs against the layers, from beside its source to beside its last target.
    """

    out: int
    vertices: tuple[int, ...]
    arrivals: tuple[Arrival, ...]
    backward: bool


@dataclass(slots=True)
class Mesh:
    """Vertices are the nodes of one connected part (`nodes[v]` tells which), then the places in lanes."""

    nodes: list[int]
    rank: list[int]
    segments: list[Segment] = field(default_factory=list[Segment])
    lanes: list[Lane] = field(default_factory=list[Lane])
    _drawn: set[tuple[int, int, int, int]] = field(default_factory=set[tuple[int, int, int, int]])

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return max(self.rank) + 1

    def is_lane(self, vertex: int) -> bool:
        """Whether the vertex is a place in a lane and not a node."""
        return vertex >= len(self.nodes)

    def add_place(self, rank: int) -> int:
        """A new vertex for a lane."""
        self.rank.append(rank)
        return len(self.rank) - 1

    def add_segment(self, segment: Segment) -> None:
        """Add a piece of wire unless an equal one is shared already."""
        key = segment[:4]
        if key not in self._drawn:
            self._drawn.add(key)
            self.segments.append(segment)


def cut_into_layers(topology: Topology, part: list[int], cancelled: Callable[[], bool]) -> Mesh:
    """Give each node of a connected part its layer and each tensor its lane."""
    number = {node: index for index, node in enumerate(part)}
    edges = [(index, edge) for index, edge in enumerate(topology.edges) if edge.source in number]
    pairs = [(number[edge.source], number[edge.target]) for _, edge in edges]
    backward = backward_edges(len(part), pairs)
    forward = [
        (*pair, edge.main)
        for place, (pair, (_, edge)) in enumerate(zip(pairs, edges, strict=True))
        if place not in backward
    ]
    mesh = Mesh(list(part), assign_ranks([topology.pins[node] for node in part], forward, cancelled))
    tensors: dict[tuple[int, int, bool], list[tuple[int, Edge]]] = {}
    for place, (index, edge) in enumerate(edges):
        tensors.setdefault((edge.source, edge.out, place in backward), []).append((index, edge))
    for (_, _, is_backward), of_tensor in tensors.items():
        (_run_back if is_backward else _run_forward)(mesh, of_tensor, number)
    return mesh


def _run_forward(mesh: Mesh, edges: list[tuple[int, Edge]], number: dict[int, int]) -> None:
    """One lane for all consumers of a tensor, up to the layer before the last of them."""
    source, out = number[edges[0][1].source], edges[0][1].out
    first = mesh.rank[source]
    last = max(mesh.rank[number[edge.target]] for _, edge in edges)
    main_end = max((mesh.rank[number[edge.target]] for _, edge in edges if edge.main), default=0)
    lane = [source]
    for rank in range(first + 1, last):
        lane.append(mesh.add_place(rank))
        start = out if rank == first + 1 else LANE
        mesh.add_segment(Segment(lane[-2], lane[-1], start, LANE, rank < main_end))
    arrivals: list[Arrival] = []
    for index, edge in edges:
        target = number[edge.target]
        used = mesh.rank[target] - first
        start = LANE if used > 1 else out
        mesh.add_segment(Segment(lane[used - 1], target, start, edge.slot, edge.main))
        arrivals.append(Arrival(index, used, target))
    mesh.lanes.append(Lane(out, tuple(lane), tuple(arrivals), backward=False))


def _run_back(mesh: Mesh, edges: list[tuple[int, Edge]], number: dict[int, int]) -> None:
    """A lane from beside the source, against the flow, to beside the first of the targets."""
    source, out = number[edges[0][1].source], edges[0][1].out
    last = mesh.rank[source]
    first = min(mesh.rank[number[edge.target]] for _, edge in edges)
    lane = [mesh.add_place(rank) for rank in range(last, first - 1, -1)]
    main = any(edge.main for _, edge in edges)
    for later, earlier in pairwise(lane):
        mesh.add_segment(Segment(earlier, later, LANE, LANE, main))
    targets = [(index, number[edge.target]) for index, edge in edges]
    arrivals = tuple(Arrival(index, last - mesh.rank[target] + 2, target) for index, target in targets)
    mesh.lanes.append(Lane(out, (source, *lane), arrivals, backward=True))
