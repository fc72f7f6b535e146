"""One level of the graph as bare numbers: who feeds whom, without sizes, so that it can be remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Pin = Literal["free", "enter", "leave"]


class Edge(NamedTuple):
    """A tensor from output `out` of node `source` to input `slot` of node `target`."""

    source: int
    out: int
    target: int
    slot: int
    main: bool


@dataclass(frozen=True, slots=True)
class Topology:
    """The nodes and edges of one level.

    Nodes that are not "free" stand for tensors that enter or leave the group, at its first or last border.
    Ports of nodes that are not `ordered` are numbered by what they are linked to, so that an open group and
    the card of the same group, collapsed, are the same node here.
    """

    pins: tuple[Pin, ...]
    ordered: tuple[bool, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    edges: tuple[Edge, ...]


def connected_parts(topology: Topology) -> list[list[int]]:
    """Sets of nodes with no edge between them, by first node; all pinned nodes count as connected."""
    leader = list(range(len(topology.pins)))

    def find(node: int) -> int:
        while leader[node] != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    def join(one: int, other: int) -> None:
        low, high = sorted((find(one), find(other)))
        leader[high] = low

    for edge in topology.edges:
        join(edge.source, edge.target)
    pinned = [node for node, pin in enumerate(topology.pins) if pin != "free"]
    for node in pinned[1:]:
        join(pinned[0], node)
    parts: dict[int, list[int]] = {}
    for node in range(len(topology.pins)):
        parts.setdefault(find(node), []).append(node)
    return list(parts.values())
