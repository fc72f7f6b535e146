"""A level under numbers that depend on its shape alone, so that what was found for it can be found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphscope.view.layout.nesting import Border, Hop, Level, Member
from graphscope.view.layout.request import Item
from graphscope.view.layout.topology import Edge, Pin, Topology

PortNumbers = dict[tuple[int, int], int]
"""For a node and its own port number, the number by what the port is linked to."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A level with numbered nodes and edges; `own_in` and `own_out` give a node's own port numbers back."""

    level: Level
    topology: Topology
    members: tuple[Member, ...]
    edge: Mapping[Hop, int]
    own_in: PortNumbers
    own_out: PortNumbers

    def own_inputs(self, node: int, count: int) -> tuple[int, ...]:
        """For each input by number the node's own number; ports without a link come last."""
        return _own(self.own_in, node, count)

    def own_outputs(self, node: int, count: int) -> tuple[int, ...]:
        """For each output by number the node's own number; ports without a link come last."""
        return _own(self.own_out, node, count)


def _own(numbers: PortNumbers, node: int, count: int) -> tuple[int, ...]:
    linked: list[int] = []
    while (node, len(linked)) in numbers:
        linked.append(numbers[node, len(linked)])
    used = set(linked)
    return (*linked, *(port for port in range(count) if port not in used))


def number(level: Level, items: Mapping[str, Item]) -> Numbered:
    """Number the members by appearance, border passages by what they feed, and free ports by their links."""
    members = _in_order(level)
    index = {member: at for at, member in enumerate(members)}
    ordered = tuple(isinstance(member, str) and items[member].ordered for member in members)
    outs = _free_outs(level, index, ordered)
    slots = _free_slots(level, index, ordered, outs)
    edge_of: dict[Hop, Edge] = {}
    for hop, main in level.hops.items():
        source, target = index[hop.source], index[hop.target]
        out, slot = outs.get((source, hop.out), hop.out), slots.get((target, hop.slot), hop.slot)
        edge_of[hop] = Edge(source, out, target, slot, main)
    edges = sorted(edge_of.values())
    position = {edge: at for at, edge in enumerate(edges)}
    topology = Topology(
        tuple(_pin(member) for member in members),
        ordered,
        _counts(members, items, slots, "inputs"),
        _counts(members, items, outs, "outputs"),
        tuple(edges),
    )
    hops = {hop: position[edge] for hop, edge in edge_of.items()}
    return Numbered(level, topology, members, hops, _turned(slots), _turned(outs))


def _in_order(level: Level) -> tuple[Member, ...]:
    """Items and child groups as they came, then the passages sorted by the members that they reach."""
    index = {member: at for at, member in enumerate(level.members)}
    reached: dict[Border, list[int]] = {border: [] for border in level.passages}
    for hop in level.hops:
        if isinstance(hop.source, Border):
            reached[hop.source].append(index[hop.target])
        if isinstance(hop.target, Border):
            reached[hop.target].append(index[hop.source])
    passages = sorted(reached, key=lambda border: (not border.entering, sorted(reached[border])))
    return (*level.members, *passages)


def _free_outs(level: Level, index: Mapping[Member, int], ordered: tuple[bool, ...]) -> PortNumbers:
    """Output ports of nodes without port order, numbered by what they feed."""
    fed: dict[tuple[int, int], list[int]] = {}
    for hop in level.hops:
        if not ordered[index[hop.source]]:
            fed.setdefault((index[hop.source], hop.out), []).append(index[hop.target])
    return _renumbered({port: tuple(sorted(targets)) for port, targets in fed.items()})


def _free_slots(
    level: Level, index: Mapping[Member, int], ordered: tuple[bool, ...], outs: PortNumbers
) -> PortNumbers:
    """Input ports of nodes without port order, numbered by what feeds them."""
    feeders: dict[tuple[int, int], list[int]] = {}
    for hop in level.hops:
        target, source = index[hop.target], index[hop.source]
        if not ordered[target]:
            feeders.setdefault((target, hop.slot), []).extend((source, outs.get((source, hop.out), hop.out)))
    return _renumbered({port: tuple(sources) for port, sources in feeders.items()})


def _renumbered(keys: dict[tuple[int, int], tuple[int, ...]]) -> PortNumbers:
    numbers: PortNumbers = {}
    used: dict[int, int] = {}
    for node, port in sorted(keys, key=lambda at: (at[0], keys[at], at[1])):
        numbers[node, port] = used.get(node, 0)
        used[node] = numbers[node, port] + 1
    return numbers


def _turned(numbers: PortNumbers) -> PortNumbers:
    return {(node, new): own for (node, own), new in numbers.items()}


def _pin(member: Member) -> Pin:
    if isinstance(member, Border):
        return "enter" if member.entering else "leave"
    return "free"


def _counts(
    members: tuple[Member, ...], items: Mapping[str, Item], free: PortNumbers, side: str
) -> tuple[int, ...]:
    """How many ports each node has on one side: all of an ordered item's, the linked ones of others."""
    linked: dict[int, int] = {}
    for node, _ in free:
        linked[node] = linked.get(node, 0) + 1
    counts: list[int] = []
    for node, member in enumerate(members):
        item = items[member] if isinstance(member, str) else None
        if item is not None and item.ordered:
            counts.append(item.inputs if side == "inputs" else item.outputs)
        else:
            counts.append(linked.get(node, 0))
    return tuple(counts)
