"""Which cards, chips, edges and group frames a graph has when some of its groups are folded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from math import log10, prod

from graphscope.engine.demand import backward_nodes, wanted
from graphscope.graph.graph import Graph, Node
from graphscope.graph.scope import Scope, ancestors
from graphscope.graph.spec import Dim, TensorSpec, format_shape
from graphscope.model.model import Model
from graphscope.ops.arithmetic import Binary
from graphscope.ops.comparison import Where
from graphscope.view.picture.dealing import CardMaker
from graphscope.view.picture.docking import Leaves, leaves
from graphscope.view.picture.items import Card, Carrier, Dock, Operand, Side, Stretch, Structure
from graphscope.view.text import Text


def structure(
    model: Model, specs: Mapping[str, TensorSpec], collapsed: Collection[Scope] = (), text: Text | None = None
) -> Structure:
    """The cards and edges of a model.

    Args:
        specs: bound, by value; those of the graph where one is missing.
        collapsed: the scopes that are drawn as one card each.
    """
    return _Maker(model, specs, frozenset(collapsed), text or Text()).build()


def gradient_values(model: Model) -> frozenset[str]:
    """The values that get a gradient in an iteration."""
    wants = wanted(model.graph)
    nodes = backward_nodes(model.graph, model.loss, wants)
    reached = {name for node in nodes for name in node.inputs if name in wants}
    return frozenset(name for name in (*reached, *((model.loss,) if nodes else ())) if name is not None)


@dataclass
class _Maker:
    model: Model
    specs: Mapping[str, TensorSpec]
    collapsed: frozenset[Scope]
    text: Text
    carriers: list[Carrier] = field(default_factory=list[Carrier])
    members: dict[Scope, list[Node]] = field(default_factory=dict[Scope, list[Node]])
    ports_in: dict[str, int] = field(default_factory=dict[str, int])
    ports_out: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])

    @property
    def graph(self) -> Graph:
        return self.model.graph

    def build(self) -> Structure:
        self.gradients = gradient_values(self.model)
        self.owners = {node.name: self._owner(node) for node in self.graph.nodes}
        self.leaves: Leaves = leaves(self.graph, self.owners)
        maker = CardMaker(self.model, self.specs, self.gradients, self.text)
        self.cards = self._cards(maker)
        docks = self._docks(maker)
        self._links()
        ports = {
            key: (self.ports_in.get(key, 0), max(len(self.ports_out.get(key, ())), 1)) for key in self.cards
        }
        return Structure(
            tuple(self.cards.values()),
            docks,
            tuple(self.carriers),
            self._homes(),
            self.owners,
            self._open_groups(),
            ports,
            self._contributions(),
            self._stretched(),
        )

    def _owner(self, node: Node) -> str:
        """The card that stands for a node: that of the outermost folded group around it, else its own."""
        group = self._fold(node.scope)
        return f"node:{node.name}" if group is None else "group:" + "/".join(group)

    def _fold(self, scope: Scope) -> Scope | None:
        return next((group for group in ancestors(scope) if group in self.collapsed), None)

    def _visible(self, scope: Scope) -> Scope:
        """The innermost open scope: where something made in ``scope`` is drawn."""
        group = self._fold(scope)
        return scope if group is None else group[:-1]

    def _cards(self, maker: CardMaker) -> dict[str, Card]:
        """Cards in the order of the nodes, each leaf's before its first reader."""
        made: dict[str, Card] = {}
        for node in self.graph.nodes:
            for name in node.inputs:
                if name in self.leaves.cards and f"leaf:{name}" not in made:
                    made[f"leaf:{name}"] = maker.leaf(name, self._visible(self.graph.value(name).scope))
            key = self.owners[node.name]
            if key not in made:
                group = self._fold(node.scope)
                made[key] = (
                    maker.node(node) if group is None else maker.group(key, group, self._members(group))
                )
        for name in self.leaves.cards:
            if f"leaf:{name}" not in made:
                made[f"leaf:{name}"] = maker.leaf(name, self._visible(self.graph.value(name).scope))
        return made

    def _members(self, group: Scope) -> tuple[Node, ...]:
        """The nodes of a folded group."""
        if not self.members:
            for node in self.graph.nodes:
                folded = self._fold(node.scope)
                if folded is not None:
                    self.members.setdefault(folded, []).append(node)
        return tuple(self.members[group])

    def _docks(self, maker: CardMaker) -> tuple[Dock, ...]:
        made: list[Dock] = []
        for node_name, entries in self.leaves.docked.items():
            sides = _sides(len(entries))
            for (name, slots), side in zip(entries.items(), sides, strict=True):
                proxy = self.leaves.first.get(name) != node_name
                chip = maker.chip(name, node_name, self.graph.node(node_name).scope, proxy=proxy)
                chip = replace(chip, hanging=side == "below")
                made.append(Dock(chip, self.owners[node_name], slots, side))
        return tuple(made)

    def _links(self) -> None:
        into: dict[tuple[str, str], int] = {}
        for node in self.graph.nodes:
            target = self.owners[node.name]
            for slot, name in enumerate(node.inputs):
                source = None if name is None else self._source(name, node.name)
                if name is None or source is None or source == target:
                    continue
                known = into.get((target, name)) if target.startswith("group:") else None
                if known is not None:
                    before = self.carriers[known]
                    self.carriers[known] = self._carrier(before, (*before.uses, (node.name, slot)))
                    continue
                into[target, name] = len(self.carriers)
                self._link(name, source, target, (node.name, slot))

    def _link(self, name: str, source: str, target: str, use: Operand) -> None:
        port = self.ports_in.get(target, 0)
        self.ports_in[target] = port + 1
        out = self.ports_out.setdefault(source, {})
        source_port = out.setdefault(name, len(out))
        sizes = [size for size in self._spec(name).shape if isinstance(size, int)]
        weight = min(1.5 + 0.75 * log10(max(prod(sizes), 1)), 6)
        shape = format_shape(self._spec(name).shape) if sizes else ""
        self.carriers.append(
            Carrier(name, source, target, source_port, port, (use,), self._returns(use), weight, shape)
        )

    def _carrier(self, before: Carrier, uses: tuple[Operand, ...]) -> Carrier:
        ends = (before.value, before.source, before.target, before.source_port, before.target_port)
        return Carrier(*ends, uses, any(map(self._returns, uses)), before.weight, before.shape)

    def _returns(self, use: Operand) -> bool:
        """Whether backward sends a gradient to that operand."""
        node = self.graph.nodes_by_name[use[0]]
        name = node.inputs[use[1]]
        back = node.op.signature.differentiable and any(each in self.gradients for each in node.outputs)
        return bool(back) and name in self.gradients

    def _source(self, name: str, node: str) -> str | None:
        """The card that an operand comes from, or None where a chip at the node feeds it."""
        if name in self.leaves.docked.get(node, {}):
            return None
        producer = self.graph.producers.get(name)
        if producer is not None:
            return self.owners[producer.name]
        return f"leaf:{name}" if name in self.leaves.cards else None

    def _spec(self, name: str) -> TensorSpec:
        return self.specs.get(name) or self.graph.value(name).spec

    def _homes(self) -> dict[str, str]:
        homes = {output: self.owners[node.name] for node in self.graph.nodes for output in node.outputs}
        homes |= {name: f"leaf:{name}" for name in self.leaves.cards}
        return homes | {name: f"chip:{name}@{node}" for name, node in self.leaves.first.items()}

    def _open_groups(self) -> dict[Scope, int]:
        found: dict[Scope, int] = {}
        for node in self.graph.nodes:
            for group in ancestors(self._visible(node.scope)):
                found[group] = found.get(group, 0) + 1
        return found

    def _contributions(self) -> dict[str, tuple[Operand, ...]]:
        """Backward goes from the last node to the first, and each node adds slot by slot."""
        found: dict[str, list[Operand]] = {}
        for node in reversed(self.graph.nodes):
            for slot, name in enumerate(node.inputs):
                if name is not None and self._returns((node.name, slot)):
                    found.setdefault(name, []).append((node.name, slot))
        return {name: tuple(operands) for name, operands in found.items()}

    def _stretched(self) -> dict[Operand, Stretch]:
        found: dict[Operand, Stretch] = {}
        for node in self.graph.nodes:
            if isinstance(node.op, Binary | Where):
                out = self._spec(node.outputs[0]).shape
                for slot, name in enumerate(node.inputs):
                    stretch = None if name is None else _stretch(self._spec(name).shape, out)
                    if stretch is not None:
                        found[node.name, slot] = stretch
        return found


def _stretch(own: tuple[Dim, ...], out: tuple[Dim, ...]) -> Stretch | None:
    """How a shape is broadcast to another, or None where it is not (or sizes are not known)."""
    padded = (1,) * (len(out) - len(own)) + own
    axes = tuple(axis for axis, (small, large) in enumerate(zip(padded, out, strict=True)) if small != large)
    sizes = [out[axis] for axis in axes]
    numbers = [size for size in sizes if isinstance(size, int)]
    return Stretch(prod(numbers), axes) if axes and len(numbers) == len(sizes) else None


def _sides(count: int) -> list[Side]:
    """Where chips hang: one below, two above and below, more in turn."""
    if count == 1:
        return ["below"]
    return ["above" if index % 2 == 0 else "below" for index in range(count)]
