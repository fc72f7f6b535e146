"""All that topology alone decides about a level: layers, orders, ports and straight lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphscope.view.layout.mesh import LANE, Mesh, cut_into_layers
from graphscope.view.layout.ordering import Hints, Ordering
from graphscope.view.layout.straight import choose_straight
from graphscope.view.layout.topology import Topology, connected_parts

Pins = tuple[tuple[int, ...] | None, tuple[int, ...] | None]
"""The order of the tensors that enter and of those that leave, where the level around wants one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One connected part of a level: its layers in order, and which segments are to be straight."""

    mesh: Mesh
    layers: tuple[tuple[int, ...], ...]
    straight: tuple[int, ...]
    place: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slots:
    """The ports of one side of a node in order; those in `central` share the middle, the rest stand aside."""

    order: tuple[int, ...]
    central: frozenset[int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What topology decides about a level, and how many crossings that costs."""

    topology: Topology
    pins: Pins
    pieces: tuple[Piece, ...]
    crossings: int
    inputs: tuple[Slots, ...]
    outputs: tuple[Slots, ...]
    enter_order: tuple[int, ...]
    leave_order: tuple[int, ...]


def make_plan(topology: Topology, pins: Pins, hints: Hints, cancelled: Callable[[], bool]) -> Plan:
    """Lay out a level as far as topology goes."""
    pieces: list[Piece] = []
    crossings = 0
    for part in connected_parts(topology):
        mesh = cut_into_layers(topology, part, cancelled)
        pinned = _within(mesh, topology, pins)
        layers, crossed = Ordering(mesh, topology, pinned, hints, cancelled).best()
        crossings += crossed
        pieces.append(_piece(mesh, layers, topology))
    inputs, outputs = _slots(topology, pieces)
    return Plan(
        topology,
        pins,
        tuple(pieces),
        crossings,
        inputs,
        outputs,
        _border(topology, pieces, "enter"),
        _border(topology, pieces, "leave"),
    )


def _within(mesh: Mesh, topology: Topology, pins: Pins) -> tuple[list[int] | None, list[int] | None]:
    """The wanted orders, as vertices, if this part is the one that reaches the borders."""
    has_border = any(topology.pins[node] != "free" for node in mesh.nodes)
    vertex = {node: index for index, node in enumerate(mesh.nodes)}
    first, last = ([vertex[node] for node in order] if order and has_border else None for order in pins)
    return first, last


def _piece(mesh: Mesh, layers: list[list[int]], topology: Topology) -> Piece:
    place = [0] * len(mesh.rank)
    for layer in layers:
        for at, vertex in enumerate(layer):
            place[vertex] = at
    straight = choose_straight(mesh, layers, topology)
    return Piece(mesh, tuple(map(tuple, layers)), straight, tuple(place))


def _border(topology: Topology, pieces: Sequence[Piece], pin: str) -> tuple[int, ...]:
    return tuple(
        piece.mesh.nodes[vertex]
        for piece in pieces
        for layer in piece.layers
        for vertex in layer
        if not piece.mesh.is_lane(vertex) and topology.pins[piece.mesh.nodes[vertex]] == pin
    )


def _slots(topology: Topology, pieces: Sequence[Piece]) -> tuple[tuple[Slots, ...], tuple[Slots, ...]]:
    """Order the ports of every node, as given or by their wires, and choose the central ones."""
    inputs, outputs = _Side(topology.inputs, topology.ordered), _Side(topology.outputs, topology.ordered)
    fed = {edge.target for edge in topology.edges}
    for piece in pieces:
        nodes, place = piece.mesh.nodes, piece.place
        for tail, head, out, slot, main in piece.mesh.segments:
            if slot != LANE:
                chained = out != LANE and (nodes[tail] in fed or topology.pins[nodes[tail]] == "enter")
                inputs.note(nodes[head], slot, (place[tail], out), main, chained)
            if out != LANE:
                outputs.note(nodes[tail], out, (place[head], slot), main, False)
    return inputs.slots(), outputs.slots()


class _Side:
    """What is known about the ports on one side of all nodes."""

    def __init__(self, counts: Sequence[int], ordered: Sequence[bool]) -> None:
        self._counts = counts
        self._ordered = ordered
        self._places: list[dict[int, tuple[float, float]]] = [{} for _ in counts]
        self._main: list[set[int]] = [set() for _ in counts]
        self._chained: list[set[int]] = [set() for _ in counts]

    def note(self, node: int, port: int, place: tuple[float, float], main: bool, chained: bool) -> None:
        """A wire at a port; `chained` ones come from a node that computes, not from a lane or an input."""
        self._places[node][port] = min(self._places[node].get(port, place), place)
        if main:
            self._main[node].add(port)
            if chained:
                self._chained[node].add(port)

    def slots(self) -> tuple[Slots, ...]:
        return tuple(Slots(self._order(node), self._central(node)) for node in range(len(self._counts)))

    def _order(self, node: int) -> tuple[int, ...]:
        if self._ordered[node]:
            return tuple(range(self._counts[node]))
        places, last = self._places[node], (float("inf"), 0.0)
        return tuple(sorted(range(self._counts[node]), key=lambda port: places.get(port, last)))

    def _central(self, node: int) -> frozenset[int]:
        """The ports that share the middle: the main ones, but skips and inputs yield to a single chain."""
        if len(self._chained[node]) == 1:
            return frozenset(self._chained[node])
        return frozenset(self._main[node] or self._places[node])


def fractions(slots: Slots) -> dict[int, float]:
    """Where each port stands on its side, from 0 to 1: the central ones evenly, the others between."""
    central = [port for port in slots.order if port in slots.central] or list(slots.order)
    stops = [0.0, *((at + 1) / (len(central) + 1) for at in range(len(central))), 1.0]
    found = dict(zip(central, stops[1:], strict=False))
    waiting: list[int] = []
    passed = 0
    for port in (*slots.order, None):
        if port is not None and port not in found:
            waiting.append(port)
            continue
        low, high = stops[passed : passed + 2]
        for at, aside in enumerate(waiting):
            found[aside] = low + (high - low) * (at + 1) / (len(waiting) + 1)
        waiting = []
        passed += 1
    return found
