"""Lays calls, choices and loops out flat: one graph of one iteration, in which every step of every frame is a node.

A frame is one activation of a body. Its nodes and values are named by it: ``loop[3].h``, ``cond.then.h``. What
only data can tell, which body runs and how often, is decided by nodes that a plan assumes an answer of; if another
one comes, the iteration is laid out anew from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from graphscope.errors import GraphError, GraphScopeError
from graphscope.graph.graph import Graph, Node, Value
from graphscope.graph.scope import Scope
from graphscope.graph.spec import TensorSpec
from graphscope.model.origin import located
from graphscope.ops.base import Op
from graphscope.ops.control import (
    Call,
    Control,
    CountLayers,
    CountTrips,
    Decide,
    If,
    Leave,
    Loop,
    NoLayers,
    Scan,
    TripNumber,
)
from graphscope.ops.joining import Stack, Unstack

MOST = 200_000
"""So many nodes an iteration may have once its loops are laid out: a loop that never ends has more."""

Choices = Mapping[str, int]
"""For each node that decides what it said: whether (0 or 1), or how often."""


@dataclass(frozen=True)
class Unrolled:
    """A graph without bodies.

    Args:
        graph: the flat graph.
        specs: the bound spec of every value in it.
        choices: what each node that decides is assumed to say, in order.
        aliases: names of what bodies take, each with the value that it is.
    """

    graph: Graph
    specs: Mapping[str, TensorSpec]
    choices: tuple[tuple[str, int], ...]
    aliases: Mapping[str, str]


@dataclass(frozen=True)
class Assumed:
    """What is assumed of nodes that decide.

    Args:
        known: what those of this iteration have said that have run.
        before: what they said in the iteration before.
        constants: arrays that do not change, by which some can be told beforehand.
    """

    known: Choices = field(default_factory=dict[str, int])
    before: Choices = field(default_factory=dict[str, int])
    constants: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def choice(self, name: str, operands: tuple[str | None, ...], trip: int, run: int) -> int:
        """What the node of that name will say, as far as it can be told.

        Args:
            trip: which trip of a loop it decides on, and ``run`` how many are known to run. Where nothing is
                known, one is assumed, so that the body is seen; where more run than before, twice as many, so
                that a long loop is laid out anew a few times only.
        """
        if name in self.known:
            return self.known[name]
        constant = self._constant(operands)
        if constant is not None:
            return constant
        return self.before.get(name, int(trip < max(2 * run, 1)))

    def _constant(self, operands: tuple[str | None, ...]) -> int | None:
        present = [name for name in operands if name is not None]
        array = self.constants.get(present[0]) if len(present) == 1 else None
        if not isinstance(array, np.ndarray) or array.size != 1:
            return None
        return int(cast("Any", array).item())


def framed(graph: Graph) -> bool:
    """Whether a graph has anything to lay out."""
    return any(isinstance(node.op, Control) for node in graph.nodes)


def unroll(graph: Graph, leaves: Mapping[str, TensorSpec], assumed: Assumed) -> Unrolled:
    """Lay a graph out flat.

    Args:
        leaves: the bound specs of its inputs, parameters, buffers and constants.

    Raises:
        GraphScopeError: an operation cannot take its operands at these sizes, or a loop has too many trips.
    """
    return _Unroller(graph, dict(leaves), assumed).unroll()


@dataclass(frozen=True)
class _Place:
    """Where nodes are laid out.

    Args:
        prefix: begins their names: ``loop[3].``.
        names: what the values of the graph are called in the flat graph.
    """

    names: dict[str, str]
    prefix: str = ""
    frame: tuple[str, ...] = ()
    scope: Scope = ()


@dataclass
class _Unroller:
    source: Graph
    specs: dict[str, TensorSpec]
    assumed: Assumed
    nodes: list[Node] = field(default_factory=list[Node])
    table: dict[str, Value] = field(default_factory=dict[str, Value])
    choices: dict[str, int] = field(default_factory=dict[str, int])
    aliases: dict[str, str] = field(default_factory=dict[str, str])

    def unroll(self) -> Unrolled:
        self.table = {
            value.name: replace(value, spec=self.specs[value.name])
            for value in self.source.table
            if value.kind != "node"
        }
        self._graph(self.source, _Place({name: name for name in self.table}))
        flat = replace(self.source, table=tuple(self.table.values()), nodes=tuple(self.nodes))
        return Unrolled(flat, self.specs, tuple(self.choices.items()), self.aliases)

    def _graph(self, graph: Graph, place: _Place) -> None:
        for node in graph.nodes:
            match node.op:
                case Call():
                    self._call(node, node.op, place)
                case If():
                    self._if(node, node.op, place)
                case Loop():
                    self._loop(node, node.op, place)
                case Scan():
                    self._scan(node, node.op, place)
                case _:
                    self._plain(node, place)

    def _plain(self, node: Node, place: _Place) -> None:
        operands = _operands(node.inputs, place)
        outputs = tuple(place.prefix + name for name in node.outputs)
        made = replace(
            node,
            name=place.prefix + node.name,
            inputs=operands,
            outputs=outputs,
            scope=(*place.scope, *node.scope),
            frame=place.frame,
        )
        self._add(made)
        place.names.update(zip(node.outputs, outputs, strict=True))

    def _add(self, node: Node) -> None:
        """A node of the flat graph, with what it makes."""
        if len(self.nodes) >= MOST:
            raise GraphError(
                "{node} makes this iteration longer than {most} operations; does its loop ever end?",
                node=node.name,
                most=MOST,
            )
        try:
            made = node.op.specs(*(None if name is None else self.specs[name] for name in node.inputs))
        except GraphScopeError as error:
            raise located(error, node.origin) from None
        self.nodes.append(node)
        for name, spec in zip(node.outputs, made, strict=True):
            self.specs[name] = spec
            self.table[name] = Value(name, spec, "node", node.scope, spec.floating)

    def _made(
        self, node: Node, op: Op, name: str, operands: tuple[str | None, ...], place: _Place, scope: Scope
    ) -> str:
        """A node that begins or ends a frame; the name of the one value that it makes."""
        self._add(Node(name, op, operands, (name,), scope, node.origin, place.frame))
        return name

    # ---- calls and choices --------------------------------------------------------------------------------

    def _call(self, node: Node, op: Call, place: _Place) -> None:
        given = _operands(node.inputs, place)
        inside = self._body(node, op.body, given, place, "")
        self._leave(node, node.outputs, inside, place)

    def _if(self, node: Node, op: If, place: _Place) -> None:
        condition, *given = _operands(node.inputs, place)
        group = self._group(node, place)
        name = f"{place.prefix}{node.name}.choice"
        choice = self._decide(node, Decide(), name, (condition,), place, group)
        label, body = (".then", op.then) if choice else (".else", op.otherwise)
        inside = self._body(node, body, tuple(given), place, label)
        self._leave(node, node.outputs, inside, place)

    def _decide(
        self,
        node: Node,
        op: Op,
        name: str,
        operands: tuple[str | None, ...],
        place: _Place,
        scope: Scope,
        *,
        trip: int = 0,
        run: int = 0,
    ) -> int:
        """A node that decides, and what it is assumed to say."""
        self._made(node, op, name, operands, place, scope)
        choice = self.assumed.choice(name, operands, trip, run)
        choice = max(choice, 0) if isinstance(op, CountTrips) else choice
        self.choices[name] = choice if not isinstance(op, Decide) else int(bool(choice))
        return self.choices[name]

    def _group(self, node: Node, place: _Place) -> Scope:
        """The group of everything that a node is laid out as."""
        return (*place.scope, *node.scope, node.name)

    def _body(
        self, node: Node, body: Graph, given: Sequence[str | None], place: _Place, label: str
    ) -> tuple[str, ...]:
        """Lay out one activation of a body; what the values that it gives are called."""
        frame = f"{node.name}{label}"
        inner = _Place(
            {name: each for name, each in zip(body.inputs, given, strict=True) if each is not None},
            f"{place.prefix}{frame}.",
            (*place.frame, frame),
            (*self._group(node, place), *((frame,) if label else ())),
        )
        for name, each in inner.names.items():
            self.aliases[inner.prefix + name] = each
        self._graph(body, inner)
        return tuple(inner.names[name] for name in body.outputs)

    def _leave(self, node: Node, outputs: Sequence[str], inside: Sequence[str], place: _Place) -> None:
        """The values of the node, each handed on by what was made inside."""
        group = self._group(node, place)
        for name, each in zip(outputs, inside, strict=True):
            place.names[name] = self._made(node, Leave(), place.prefix + name, (each,), place, group)

    # ---- loops --------------------------------------------------------------------------------------------

    def _loop(self, node: Node, op: Loop, place: _Place) -> None:
        count, condition, *xs = _operands(node.inputs, place)
        states, rest = list(xs[: op.states]), xs[op.states :]
        layers: list[list[str]] = [[] for _ in op.body.outputs[op.states + op.conditional :]]
        most = self._most(node, op, count, place)
        trip = run = 0
        while (most is None or trip < most) and self._goes_on(node, op, (condition, count), place, trip, run):
            run += self.assumed.known.get(self._name(node, place, trip, "runs"), 0)
            given = (*self._numbers(node, op, place, trip), *((condition,) if op.conditional else ()))
            made = self._body(node, op.body, (*given, *states, *rest), place, f"[{trip}]")
            if op.conditional:
                condition, *made = made
            states = list(made[: op.states])
            for collected, each in zip(layers, made[op.states :], strict=True):
                collected.append(each)
            trip += 1
        self._leave(node, node.outputs[: op.states], [str(each) for each in states], place)
        specs = self._layer_specs(node, op, place) if not trip else ()
        for index, (name, collected) in enumerate(zip(node.outputs[op.states :], layers, strict=True)):
            spec = specs[index] if specs else None
            self._stack(node, name, collected, 0, spec, place)

    def _name(self, node: Node, place: _Place, trip: int, what: str) -> str:
        return f"{place.prefix}{node.name}[{trip}].{what}"

    def _most(self, node: Node, op: Loop, count: str | None, place: _Place) -> int | None:
        """How many trips there are at most, where that is known before the first."""
        if op.trips is not None:
            return op.trips
        if op.conditional or count is None:
            return None
        group, name = self._group(node, place), f"{place.prefix}{node.name}.trips"
        return self._decide(node, CountTrips(), name, (count,), place, group)

    def _goes_on(
        self,
        node: Node,
        op: Loop,
        operands: tuple[str | None, str | None],
        place: _Place,
        trip: int,
        run: int,
    ) -> bool:
        """Whether there is another trip, as far as the condition and a count that goes with it can tell."""
        condition, count = operands
        if not op.conditional or (condition is None and count is None):
            # without a condition the count alone tells; a loop without either never ends, and is refused as too long
            return True
        name, group = self._name(node, place, trip, "runs"), self._group(node, place)
        return bool(
            self._decide(node, Decide(trip), name, (condition, count), place, group, trip=trip, run=run)
        )

    def _numbers(self, node: Node, op: Loop, place: _Place, trip: int) -> tuple[str | None, ...]:
        """The number of the trip, where somebody reads it."""
        asked = op.body.inputs[0]
        if not op.body.uses[asked] and asked not in op.body.outputs:
            return (None,)
        inner = replace(place, frame=(*place.frame, f"{node.name}[{trip}]"))
        group = (*self._group(node, place), f"{node.name}[{trip}]")
        return (self._made(node, TripNumber(trip), self._name(node, place, trip, asked), (), inner, group),)

    def _layer_specs(self, node: Node, op: Loop, place: _Place) -> tuple[TensorSpec, ...]:
        """What a loop without any trip would have collected."""
        specs = [None if name is None else self.specs[name] for name in _operands(node.inputs, place)]
        return op.specs(*specs)[op.states :]

    def _stack(
        self, node: Node, name: str, layers: list[str], axis: int, spec: TensorSpec | None, place: _Place
    ) -> None:
        """What the trips made, put on top of each other."""
        group = self._group(node, place)
        op: Op = Stack(axis)
        if not layers and spec is not None:
            shape = tuple(size if isinstance(size, int) else 0 for size in spec.shape)
            op = NoLayers((*shape[:axis], 0, *shape[axis + 1 :]), spec.dtype)
        place.names[name] = self._made(node, op, place.prefix + name, tuple(layers), place, group)

    # ---- scans --------------------------------------------------------------------------------------------

    def _scan(self, node: Node, op: Scan, place: _Place) -> None:
        xs = _operands(node.inputs, place)
        states, sequences = list(xs[: op.states]), xs[op.states : op.states + op.sequences]
        rest = xs[op.states + op.sequences :]
        trips = self._length(node, op, sequences, place)
        cut = [self._layers(node, op, index, name, trips, place) for index, name in enumerate(sequences)]
        made: list[list[str]] = [[] for _ in op.body.outputs[op.states :]]
        for trip in range(trips):
            given = (*states, *(layers[trip] for layers in cut), *rest)
            outs = self._body(node, op.body, given, place, f"[{trip}]")
            states = list(outs[: op.states])
            for collected, each in zip(made, outs[op.states :], strict=True):
                collected.append(each)
        self._leave(node, node.outputs[: op.states], [str(each) for each in states], place)
        specs = op.specs(*(None if name is None else self.specs[name] for name in xs))[op.states :]
        for index, (name, collected) in enumerate(zip(node.outputs[op.states :], made, strict=True)):
            if index < len(op.stacked_backward) and op.stacked_backward[index]:
                collected.reverse()
            axis = op.stacked_axis(index) % specs[index].rank
            self._stack(node, name, collected, axis, specs[index], place)

    def _length(self, node: Node, op: Scan, sequences: Sequence[str | None], place: _Place) -> int:
        """How many layers the sequences have."""
        for index, name in enumerate(sequences):
            spec = self.specs[str(name)]
            size = spec.shape[op.axis(index)]
            if isinstance(size, int):
                return size
        group, name = self._group(node, place), f"{place.prefix}{node.name}.trips"
        return self._decide(node, CountLayers(op.axis(0)), name, (sequences[0],), place, group)

    def _layers(
        self, node: Node, op: Scan, index: int, name: str | None, trips: int, place: _Place
    ) -> list[str]:
        """The layers of a sequence in the order in which they are gone through, each named by its trip."""
        if not trips:
            return []
        asked = op.body.inputs[op.states + index]
        order = list(range(trips))
        if index < len(op.backward) and op.backward[index]:
            order.reverse()
        named = [f"{place.prefix}{node.name}[{order.index(layer)}].{asked}" for layer in range(trips)]
        group = self._group(node, place)
        cut = Node(
            f"{place.prefix}{node.name}.{asked}",
            Unstack(trips, op.axis(index)),
            (name,),
            tuple(named),
            group,
            node.origin,
            place.frame,
        )
        self._add(cut)
        return [named[layer] for layer in order]


def _operands(names: Sequence[str | None], place: _Place) -> tuple[str | None, ...]:
    return tuple(None if name is None else place.names[name] for name in names)
