"""The graph: values, and the nodes that make them, in the order in which they can be computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol, cast

from graphscope.errors import GraphError, InputError
from graphscope.graph.scope import Scope
from graphscope.graph.spec import TensorSpec, same_size

ValueKind = Literal["input", "parameter", "buffer", "constant", "node"]


class Operation(Protocol):
    """What a graph needs to know of an op: its name and its shape rule."""

    @property
    def name(self) -> str:
        """The op's name, such as ``MatMul``."""
        ...

    def specs(self, *inputs: TensorSpec | None) -> tuple[TensorSpec, ...]:
        """The specs of the outputs for those of the inputs."""
        ...


class Origin(NamedTuple):
    """The place in the user's own program that made a node or a value; column 0 is the whole line."""

    file: str
    line: int
    column: int = 0


class Use(NamedTuple):
    """One operand: the node that reads a value, and in which slot."""

    node: str
    slot: int


class Carry(NamedTuple):
    """What becomes the content of a buffer, as soon as it is computed and for the iterations to come."""

    buffer: str
    value: str


@dataclass(frozen=True, slots=True)
class Value:
    """A named tensor: an input, a parameter, a buffer, a constant, or what a node makes.

    A buffer lives on from iteration to iteration as a parameter does, but no gradient changes it: what a node
    makes becomes its content (see `Carry`).

    Args:
        name: unique in its graph.
        gradient: whether a gradient is wanted; False for labels and for what is not floating.
        origin: of an input, a parameter, a buffer or a constant; what a node makes comes from where the node does.
    """

    name: str
    spec: TensorSpec
    kind: ValueKind = "node"
    scope: Scope = ()
    gradient: bool = True
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Node:
    """One application of an op: which values it reads, slot by slot, and which it makes.

    Args:
        frame: where bodies are laid out, the path of frames around it, outermost first; else ().
    """

    name: str
    op: Any  # an Operation; pyright cannot match a Protocol's property against dataclass fields
    inputs: tuple[str | None, ...]
    outputs: tuple[str, ...]
    scope: Scope = ()
    origin: Origin | None = None
    frame: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """A frozen graph. ``nodes`` are in an order in which they can be computed.

    Args:
        table: every value, inputs, parameters, buffers and constants first, then those of the nodes in order.
        outputs: names of the values that the model is for; the loss is one of them where there is one.
        carries: which values become the content of buffers. A node that reads a buffer always reads what it
            held at the start of the iteration.
    """

    name: str
    table: tuple[Value, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[str, ...]
    carries: tuple[Carry, ...] = ()

    def __post_init__(self) -> None:
        check(self)

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The names of all values, in topological order."""
        return tuple(value.name for value in self.table)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of the values that the data fills."""
        return self._of_kind("input")

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the values that training changes."""
        return self._of_kind("parameter")

    @cached_property
    def buffers(self) -> tuple[str, ...]:
        """The names of the values that live on and are changed by what nodes make."""
        return self._of_kind("buffer")

    @cached_property
    def constants(self) -> tuple[str, ...]:
        """The names of the values that never change."""
        return self._of_kind("constant")

    def _of_kind(self, kind: ValueKind) -> tuple[str, ...]:
        return tuple(value.name for value in self.table if value.kind == kind)

    @cached_property
    def by_name(self) -> Mapping[str, Value]:
        """Every value by its name."""
        return {value.name: value for value in self.table}

    @cached_property
    def nodes_by_name(self) -> Mapping[str, Node]:
        """Every node by its name."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def producers(self) -> Mapping[str, Node]:
        """The node that makes a value, for those that a node makes."""
        return {output: node for node in self.nodes for output in node.outputs}

    @cached_property
    def uses(self) -> Mapping[str, tuple[Use, ...]]:
        """Who reads each value: one entry per operand, so ``x * x`` has two."""
        found: dict[str, list[Use]] = {name: [] for name in self.values}
        for node in self.nodes:
            for slot, name in enumerate(node.inputs):
                if name is not None:
                    found[name].append(Use(node.name, slot))
        return {name: tuple(uses) for name, uses in found.items()}

    def value(self, name: str) -> Value:
        """The value of that name.

        Raises:
            InputError: the graph has none; the sentence names the nearest ones.
        """
        try:
            return self.by_name[name]
        except (KeyError, TypeError):
            raise unknown_value(name, self.values) from None

    def node(self, name: str) -> Node:
        """The node of that name, or the one that makes the value of that name."""
        node = self.nodes_by_name.get(name) or self.producers.get(name)
        if node is None:
            raise unknown_value(name, tuple(self.nodes_by_name))
        return node


def unknown_value(name: str, known: tuple[str, ...]) -> InputError:
    """The error for a name that is not there, with the nearest names that are."""
    from difflib import get_close_matches

    name = str(name)
    near = get_close_matches(name, known, n=3, cutoff=0.4) or list(known[:6])
    return InputError(
        "there is no value named “{name}”; did you mean {near}?", name=name, near=", ".join(near)
    )


def check(graph: Graph) -> None:
    """Hold a graph to its rules.

    Raises:
        GraphError: a name used twice, a value read before it is made, an output that nobody makes, or a buffer
            that takes what does not fit it.
    """
    made: set[str] = set()
    for value in graph.table:
        if value.name in made:
            raise GraphError("the name “{name}” is used for two values; rename one", name=value.name)
        made.add(value.name)
    ready = {value.name for value in graph.table if value.kind != "node"}
    names: set[str] = set()
    for node in graph.nodes:
        if node.name in names:
            raise GraphError("the name “{name}” is used for two nodes; rename one", name=node.name)
        names.add(node.name)
        missing = [name for name in node.inputs if name is not None and name not in ready]
        if missing:
            raise _out_of_order(graph, node, missing[0])
        ready.update(node.outputs)
    lost = [name for name in (*graph.outputs, *made) if name not in ready or name not in made]
    if lost:
        raise GraphError("nothing makes the value “{name}”", name=lost[0])
    _check_carries(graph)


def _out_of_order(graph: Graph, node: Node, name: str) -> GraphError:
    """The error for a value that is read before it is made: the circle that it lies on, if it does."""
    import networkx as nx

    waits = cast("Any", nx).DiGraph()
    producers = {output: each.name for each in graph.nodes for output in each.outputs}
    for each in graph.nodes:
        waits.add_edges_from((producers[value], each.name) for value in each.inputs if value in producers)
    try:
        circle = [edge[0] for edge in cast("Any", nx).find_cycle(waits)]
    except nx.NetworkXNoCycle:
        return GraphError(
            "node {node} reads {name} before it is made; put the node that makes it first",
            node=node.name,
            name=name,
        )
    return GraphError(
        "these nodes wait for each other in a circle: {circle}; take one of the edges out",
        circle=" → ".join([*circle, circle[0]]),
    )


def _check_carries(graph: Graph) -> None:
    """Hold what buffers take to the rules: each takes one value of its own shape and type, made by a node."""
    taken: set[str] = set()
    for name, value in graph.carries:
        buffer, made = graph.value(name), graph.value(value)
        if buffer.kind != "buffer" or made.kind != "node":
            raise GraphError(
                "a buffer takes what a node makes, but {name} is a {kind} and {value} a {made}; "
                "carry a node's value into a buffer",
                name=name,
                kind=buffer.kind,
                value=value,
                made=made.kind,
            )
        if name in taken:
            raise GraphError("two values are carried into the buffer {name}; keep one", name=name)
        taken.add(name)
        mine, its = buffer.spec, made.spec
        same = mine.dtype == its.dtype and mine.rank == its.rank
        if not (same and all(map(same_size, mine.shape, its.shape))):
            raise GraphError(
                "the buffer {name} holds {spec} {dtype}, but {value} is {given} {made}; they must be the same",
                name=name,
                spec=str(mine),
                dtype=mine.dtype,
                value=value,
                given=str(its),
                made=its.dtype,
            )
