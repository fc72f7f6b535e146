"""In which order tensors pass the borders of a group: as suits its inside, or as suits what is around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graphscope.view.layout.mesh import LANE
from graphscope.view.layout.nesting import Border
from graphscope.view.layout.numbering import Numbered
from graphscope.view.layout.ordering import Hints
from graphscope.view.layout.plan import Piece, Pins, Plan
from graphscope.view.layout.request import Path
from graphscope.view.layout.topology import Topology

Find = Callable[[Topology, Pins, Hints], Plan]
Key = tuple[float, float]
_NOWHERE: Key = (float("inf"), 0.0)


def agree(levels: Mapping[Path, Numbered], find: Find) -> dict[Path, Plan]:
    """A plan for every level: from inside out as each would like it, then from outside in as it can be."""
    free: dict[Path, Plan] = {}
    for path in reversed(list(levels)):
        free[path] = find(levels[path].topology, (None, None), _hints(levels, path, free))
    plans: dict[Path, Plan] = {(): free[()]}
    for path, outer in levels.items():
        for piece in plans[path].pieces:
            around = _Around(outer, plans[path], piece)
            for vertex in sorted(range(len(piece.mesh.nodes)), key=piece.mesh.rank.__getitem__):
                inner = outer.members[piece.mesh.nodes[vertex]]
                if isinstance(inner, tuple):
                    hints = _hints(levels, inner, free)
                    plans[inner] = around.choose(vertex, levels[inner], free[inner], find, hints)
    return plans


def _hints(levels: Mapping[Path, Numbered], path: Path, free: Mapping[Path, Plan]) -> Hints:
    outer = levels[path]
    hints: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = {}
    for node, member in enumerate(outer.members):
        if isinstance(member, tuple):
            inner, plan = levels[member], free[member]
            into = _turned(outer.own_inputs(node, len(plan.enter_order)))
            out = _turned(outer.own_outputs(node, len(plan.leave_order)))
            hints[node] = (
                tuple(into[_passage(inner, at)] for at in plan.enter_order),
                tuple(out[_passage(inner, at)] for at in plan.leave_order),
            )
    return hints


def _turned(own: tuple[int, ...]) -> dict[int, int]:
    return {port: number for number, port in enumerate(own)}


class _Around:
    """What one piece of a level would like of the groups in it."""

    def __init__(self, outer: Numbered, plan: Plan, piece: Piece) -> None:
        self.outer = outer
        self.plan = plan
        self.piece = piece
        self.place_of: dict[tuple[int, int], int] = {}  # settled groups: node and canonical output -> place
        self.into: list[list[tuple[int, int, int]]] = [[] for _ in piece.mesh.nodes]  # slot, tail, out
        self.from_: list[list[tuple[int, int, int]]] = [[] for _ in piece.mesh.nodes]  # out, head, slot
        for tail, head, out, slot, _ in piece.mesh.segments:
            if slot != LANE:
                self.into[head].append((slot, tail, out))
            if out != LANE:
                self.from_[tail].append((out, head, slot))

    def choose(self, vertex: int, inner: Numbered, free: Plan, find: Find, hints: Hints) -> Plan:
        """The plan of a group with the fewest crossings, inside and before and after it."""
        node = self.piece.mesh.nodes[vertex]
        wishes_in = {self.outer.own_in[node, slot]: key for slot, key in self._wishes_in(vertex).items()}
        wishes_out = {self.outer.own_out[node, out]: key for out, key in self._wishes_out(vertex).items()}

        def keys(order: tuple[int, ...], wishes: Mapping[int, Key]) -> list[Key]:
            return [wishes.get(_passage(inner, at), _NOWHERE) for at in order]

        def cost(plan: Plan) -> int:
            before, after = keys(plan.enter_order, wishes_in), keys(plan.leave_order, wishes_out)
            return plan.crossings + _inversions(before) + _inversions(after)

        best = free
        if cost(free) > free.crossings:
            first = _sorted_by(free.enter_order, keys(free.enter_order, wishes_in))
            last = _sorted_by(free.leave_order, keys(free.leave_order, wishes_out))
            others = [(first, None), (None, last), (first, last)]
            best = min((free, *(find(inner.topology, pins, hints) for pins in others)), key=cost)
        place = {_passage(inner, at): index for index, at in enumerate(best.leave_order)}
        for out, _, _ in self.from_[vertex]:
            self.place_of[node, out] = place[self.outer.own_out[node, out]]
        return best

    def _wishes_in(self, vertex: int) -> dict[int, Key]:
        wishes: dict[int, Key] = {}
        for slot, tail, out in self.into[vertex]:
            wishes[slot] = self.piece.place[tail], self._out_place(tail, out)
        return wishes

    def _wishes_out(self, vertex: int) -> dict[int, Key]:
        wishes: dict[int, Key] = {}
        for out, head, slot in self.from_[vertex]:
            port = (
                float(slot)
                if slot != LANE and self.plan.topology.ordered[self.piece.mesh.nodes[head]]
                else 0.0
            )
            wishes[out] = min(wishes.get(out, _NOWHERE), (self.piece.place[head], port))
        return wishes

    def _out_place(self, tail: int, out: int) -> float:
        if out == LANE:
            return 0.0
        node = self.piece.mesh.nodes[tail]
        return self.place_of.get((node, out), self.plan.outputs[node].order.index(out))


def _passage(inner: Numbered, node: int) -> int:
    """The outside port number of a border node."""
    border = inner.members[node]
    return inner.level.passages[border] if isinstance(border, Border) else -1


def _inversions(keys: list[Key]) -> int:
    return sum(one > other for at, one in enumerate(keys) for other in keys[at + 1 :])


def _sorted_by(order: tuple[int, ...], keys: list[Key]) -> tuple[int, ...]:
    return tuple(order[at] for at in sorted(range(len(order)), key=keys.__getitem__))
