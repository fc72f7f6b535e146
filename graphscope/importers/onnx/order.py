"""The nodes of an ONNX graph in an order in which they can be computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphscope.errors import ModelError

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto


MOST_NODES = 50_000
"""So many nodes at most are read, functions and graphs inside nodes included."""
DEEPEST = 20
"""So many graphs at most lie in one another."""


@dataclass(eq=False)
class Budget:
    """How many nodes may still be read."""

    left: int = MOST_NODES

    def take(self, count: int) -> None:
        """Use some of it.

        Raises:
            ModelError: there is not so much.
        """
        self.left -= count
        if self.left < 0:
            raise ModelError(
                "this file has more than {most} nodes once its functions are written out; that is too many to draw",
                most=MOST_NODES,
            )


def check(graph: GraphProto, budget: Budget, known: Iterable[str] = (), depth: int = 0) -> None:
    """Hold a graph, and those inside its nodes, to be one that can be computed in its order.

    Raises:
        ModelError: it is not, or there are too many nodes, or too many graphs in one another.
    """
    if depth > DEEPEST:
        raise ModelError("the graphs of this file lie too deeply in one another; it is damaged")
    budget.take(len(graph.node))
    known = {*known, *(info.name for info in graph.input), *(each.name for each in graph.initializer)}
    known |= {each.values.name for each in graph.sparse_initializer}
    nodes = list(graph.node)
    inside = ordered(nodes, known)
    if any(one is not other for one, other in zip(inside, nodes, strict=True)):
        copies = [type(node).FromString(node.SerializeToString()) for node in inside]
        del graph.node[:]
        graph.node.extend(copies)
    known |= {name for node in graph.node for name in node.output}
    for each in (each for node in graph.node for each in graphs(node)):
        check(each, budget, known, depth + 1)


def ordered(nodes: Sequence[NodeProto], known: Iterable[str]) -> list[NodeProto]:
    """The nodes, each after those that it reads from; in the file's own order where that is one.

    Raises:
        ModelError: nothing makes a value, two nodes make it, or nodes wait for each other.
    """
    ready = set(known)
    _check_made_once(nodes, ready)
    made = {name for node in nodes for name in node.output}
    waiting: dict[str, list[int]] = {}
    missing = [0] * len(nodes)
    for place, node in enumerate(nodes):
        for name in {name for name in reads(node) if name not in ready}:
            if name not in made:
                raise ModelError(
                    "nothing makes the value “{name}” that a node of the file reads; the file is damaged",
                    name=name[:80],
                )
            waiting.setdefault(name, []).append(place)
            missing[place] += 1
    return _released(nodes, waiting, missing)


def _check_made_once(nodes: Sequence[NodeProto], ready: set[str]) -> None:
    seen = set(ready)
    for name in (name for node in nodes for name in node.output if name):
        if name in seen:
            raise ModelError("the file makes the value “{name}” twice; it is damaged", name=name[:80])
        seen.add(name)


def _released(
    nodes: Sequence[NodeProto], waiting: dict[str, list[int]], missing: list[int]
) -> list[NodeProto]:
    from heapq import heapify, heappop, heappush

    free = [place for place, count in enumerate(missing) if not count]
    heapify(free)
    found: list[NodeProto] = []
    while free:
        node = nodes[heappop(free)]
        found.append(node)
        for place in (place for name in node.output for place in waiting.pop(name, ())):
            missing[place] -= 1
            if not missing[place]:
                heappush(free, place)
    if len(found) < len(nodes):
        stuck = next(node for node, count in zip(nodes, missing, strict=True) if count)
        raise ModelError(
            "the nodes of this file wait for each other in a circle, “{name}” among them; it cannot be computed",
            name=(stuck.name or stuck.op_type)[:80],
        )
    return found


def reads(node: NodeProto) -> Iterator[str]:
    """What a node reads, the graphs inside it included."""
    yield from (name for name in node.input if name)
    for graph in graphs(node):
        yield from captured(graph)


def graphs(node: NodeProto) -> Iterator[GraphProto]:
    """The graphs inside a node."""
    for attribute in node.attribute:
        yield from (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs)


def captured(graph: GraphProto) -> list[str]:
    """What a graph inside a node reads from around it."""
    own = {info.name for info in graph.input} | {tensor.name for tensor in graph.initializer}
    own |= {name for node in graph.node for name in node.output}
    wanted = [name for node in graph.node for name in reads(node)] + [info.name for info in graph.output]
    return [name for name in dict.fromkeys(wanted) if name not in own]
