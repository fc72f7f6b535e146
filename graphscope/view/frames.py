"""Which groups of a laid out graph are frames, so that they begin folded: an operation with bodies is one card."""

from __future__ import annotations

from graphscope.graph.graph import Graph, Node
from graphscope.graph.scope import Scope

OUTSIDE = ("Decide", "CountTrips", "CountLayers", "Leave")
"""Operations that stand in the group of an operation with bodies, but in none of its frames."""


def frame_groups(graph: Graph) -> frozenset[Scope]:
    """The groups that operations with bodies are laid out as, and those of each frame in them."""
    found: set[Scope] = set()
    for node in graph.nodes:
        if node.op.name in OUTSIDE:
            found.add(node.scope)
        found.update(_frames(node))
    return frozenset(found)


def _frames(node: Node) -> list[Scope]:
    """The groups of the frames around a node, outermost first."""
    found: list[Scope] = []
    depth = 0
    for frame in node.frame:
        depth = next((at for at in range(depth, len(node.scope)) if node.scope[at] == frame), depth) + 1
        found.append(node.scope[:depth])
    return found
