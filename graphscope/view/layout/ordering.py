"""The order of the vertices within each layer, so that few wires cross."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence

from graphscope.view.layout.mesh import LANE, Mesh
from graphscope.view.layout.request import LayoutCancelled
from graphscope.view.layout.topology import Topology

Order = list[list[int]]
Hints = Mapping[int, tuple[tuple[int, ...], tuple[int, ...]]]
"""For open groups, the order that their inside would like for their inputs and for their outputs."""
_SIDE = 0.2  # how much a secondary line pulls, against a main line
_PORTS = 0.9  # ports of one vertex spread over this much of the distance to the next
_PATIENCE = 3  # sweeps without a gain before giving up
_MANY = 8000  # vertices above which one start has to do
_FEW = 1500


class Ordering:
    """Alternating sweeps over the layers from several starts, then exchanges of neighbours."""

    def __init__(
        self,
        mesh: Mesh,
        topology: Topology,
        pinned: tuple[Sequence[int] | None, Sequence[int] | None],
        hints: Hints,
        cancelled: Callable[[], bool],
    ) -> None:
        self.mesh = mesh
        self.cancelled = cancelled
        self.pinned = pinned  # the order of the first and of the last layer, where it is given
        count = len(mesh.rank)
        # Neighbours in the layer before and after: vertex, where its port sticks out, own port, weight.
        self.before: list[list[tuple[int, float, float, float]]] = [[] for _ in range(count)]
        self.after: list[list[tuple[int, float, float, float]]] = [[] for _ in range(count)]
        for tail, head, out, slot, main in mesh.segments:
            tail_port = 0.0 if out == LANE else _offset(topology, mesh.nodes[tail], out, hints, 1)
            head_port = 0.0 if slot == LANE else _offset(topology, mesh.nodes[head], slot, hints, 0)
            weight = 1.0 if main else _SIDE
            self.after[tail].append((head, head_port, tail_port, weight))
            self.before[head].append((tail, tail_port, head_port, weight))
        for neighbours in (*self.before, *self.after):
            neighbours.sort(key=lambda neighbour: neighbour[2])
        self.place = [0] * count
        self.layers: Order = []

    def best(self) -> tuple[Order, int]:
        """The best order found and how many crossings it has."""
        count = len(self.mesh.rank)
        starts = 3 if count <= _FEW else 2 if count <= _MANY else 1
        best: Order = []
        fewest = -1
        for start in range(starts):
            self._use(self._start(start))
            crossings = self._sweep(8 if count <= _MANY else 4)
            if fewest < 0 or crossings < fewest:
                best, fewest = self._copy(), crossings
            if not fewest:
                break
        self._use(best)
        if fewest and count <= _MANY:
            self._exchange(12 if count <= _FEW else 4)
            fewest = self.crossings()
        return self._copy(), fewest

    def _use(self, layers: Order) -> None:
        self.layers = [list(layer) for layer in layers]
        for index, order in ((0, self.pinned[0]), (-1, self.pinned[1])):
            if order is not None:
                self.layers[index] = list(order)
        for layer in self.layers:
            self._number(layer)

    def _number(self, layer: list[int]) -> None:
        for place, vertex in enumerate(layer):
            self.place[vertex] = place

    def _copy(self) -> Order:
        return [list(layer) for layer in self.layers]

    def _start(self, start: int) -> Order:
        """A first order: depth first along the wires, from the sources, from the sinks, or in reverse."""
        layers: Order = [[] for _ in range(self.mesh.depth)]
        roots = [v for v in range(len(self.mesh.rank)) if not (self.after if start == 1 else self.before)[v]]
        onward = self.before if start == 1 else self.after
        if start == 2:
            roots.reverse()
        seen = [False] * len(self.mesh.rank)
        stack = list(reversed(roots))
        while stack:
            vertex = stack.pop()
            if seen[vertex]:
                continue
            seen[vertex] = True
            layers[self.mesh.rank[vertex]].append(vertex)
            stack.extend(neighbour[0] for neighbour in reversed(onward[vertex]))
        return layers

    def _sweep(self, most: int) -> int:
        """Sweep forward and backward until that stops helping; leaves the best order in place."""
        best, fewest, waited = self._copy(), self.crossings(), 0
        for turn in range(2 * most):
            if not fewest or waited >= _PATIENCE:
                break
            self._sort_layers(turn)
            crossings = self.crossings()
            waited += 1
            if crossings < fewest:
                best, fewest, waited = self._copy(), crossings, 0
        self._use(best)
        return fewest

    def _sort_layers(self, turn: int) -> None:
        neighbours, indices = (
            (self.before, range(1, len(self.layers)))
            if turn % 2 == 0
            else (self.after, range(len(self.layers) - 2, -1, -1))
        )
        use_median = turn % 4 >= 2
        for index in indices:
            if self.cancelled():
                raise LayoutCancelled("The layout was cancelled.")
            if self._is_pinned(index):
                continue
            self._sort(self.layers[index], neighbours, use_median)

    def _is_pinned(self, index: int) -> bool:
        first, last = self.pinned
        return (index == 0 and first is not None) or (index == len(self.layers) - 1 and last is not None)

    def _sort(
        self, layer: list[int], neighbours: list[list[tuple[int, float, float, float]]], use_median: bool
    ) -> None:
        """Sort the vertices that have neighbours among the places they hold; the others stay."""
        keys: dict[int, float] = {}
        for vertex in layer:
            if linked := neighbours[vertex]:
                keys[vertex] = self._median(linked) if use_median else self._average(linked)
        order = iter(sorted(keys, key=keys.__getitem__))
        layer[:] = [next(order) if vertex in keys else vertex for vertex in layer]
        self._number(layer)

    def _average(self, linked: list[tuple[int, float, float, float]]) -> float:
        total = weights = 0.0
        for vertex, port, _, weight in linked:
            total += weight * (self.place[vertex] + port)
            weights += weight
        return total / weights

    def _median(self, linked: list[tuple[int, float, float, float]]) -> float:
        keys = sorted(self.place[vertex] + port for vertex, port, _, weight in linked if weight == 1.0)
        if not keys:
            return self._average(linked)
        middle = len(keys) // 2
        return keys[middle] if len(keys) % 2 else (keys[middle - 1] + keys[middle]) / 2

    def crossings(self) -> int:
        """How many pairs of wires cross between all layers."""
        return sum(map(self._crossings_after, self.layers))

    def _crossings_after(self, layer: list[int]) -> int:
        total = 0
        ends: list[float] = []  # where the wires from further up arrive, sorted
        for vertex in layer:
            linked = self.after[vertex]
            if not linked:
                continue
            arriving = [(own, self.place[head] + port) for head, port, own, _ in linked]
            if len(arriving) > 1:
                arriving.sort()
            for _, end in arriving:
                at = bisect_right(ends, end)
                total += len(ends) - at
                ends.insert(at, end)
        return total

    def _exchange(self, rounds: int) -> None:
        """Swap neighbours in a layer wherever that saves crossings.

        A swap that only moves a crossing to the next gap is made too, backward in one pass and forward in the
        other: so a whole lane changes to the other side of a chain, which no single swap would begin.
        """
        idle = 0
        for turn in range(2 * rounds):
            backward = turn % 2 == 0
            gained = 0
            for index in range(len(self.layers) - 1, -1, -1) if backward else range(len(self.layers)):
                if self.cancelled():
                    raise LayoutCancelled("The layout was cancelled.")
                if not self._is_pinned(index):
                    gained += self._exchange_in(self.layers[index], backward)
            idle = 0 if gained else idle + 1
            if idle >= _PATIENCE:
                return

    def _exchange_in(self, layer: list[int], backward: bool) -> int:
        gained = 0
        for at in range(len(layer) - 1) if backward else range(len(layer) - 2, -1, -1):
            one, other = layer[at], layer[at + 1]
            before, after = self._gain(self.before, one, other), self._gain(self.after, one, other)
            if before + after > 0 or (before + after == 0 and (after if backward else before) > 0):
                layer[at], layer[at + 1] = other, one
                self.place[one], self.place[other] = at + 1, at
                gained += before + after
        return gained

    def _gain(self, neighbours: list[list[tuple[int, float, float, float]]], one: int, other: int) -> int:
        """Crossings on one side that are saved if `other` goes before `one`."""
        if not neighbours[one] or not neighbours[other]:
            return 0
        place = self.place
        mine = [place[vertex] + port for vertex, port, _, _ in neighbours[one]]
        theirs = [place[vertex] + port for vertex, port, _, _ in neighbours[other]]
        if len(mine) * len(theirs) <= 16:
            return sum((a > b) - (a < b) for a in mine for b in theirs)
        theirs.sort()
        return sum(_balance(theirs, key) for key in mine)


def _offset(topology: Topology, node: int, port: int, hints: Hints, side: int) -> float:
    """How far a port is from the middle of its node, in places; zero where its order is free."""
    count = (topology.inputs, topology.outputs)[side][node]
    if node in hints:
        port = hints[node][side].index(port)
    elif not topology.ordered[node]:
        return 0.0
    return _PORTS * ((port + 1) / (count + 1) - 0.5)


def _balance(keys: list[float], key: float) -> int:
    """How many of the sorted keys are smaller than `key`, less how many are larger."""
    return bisect_left(keys, key) - (len(keys) - bisect_right(keys, key))
