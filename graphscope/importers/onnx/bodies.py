"""Reads the graphs inside a node: bodies of choices and loops, closed, so that all they read is an operand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from graphscope.errors import ModelError
from graphscope.graph.graph import Graph, Value
from graphscope.graph.spec import TensorSpec
from graphscope.importers.onnx import weights
from graphscope.importers.onnx.assembly import Assembly
from graphscope.importers.onnx.finishing import pruned
from graphscope.importers.onnx.operand import Operand, Parts
from graphscope.importers.onnx.order import captured
from graphscope.importers.onnx.rule import RefusalError

if TYPE_CHECKING:
    from onnx import GraphProto

    from graphscope.importers.onnx.reader import Reader


@dataclass(eq=False)
class Body:
    """A graph inside a node, read for operands of certain shapes.

    Args:
        around: the reader of the graph that the node stands in, and ``inside`` that of this one.
        formals: what its inputs are called.
        outer: for what it reads from around it the operand there, by its name in here.
    """

    around: Reader
    inside: Reader
    proto: GraphProto
    formals: tuple[str, ...]
    outer: dict[str, Operand]

    def result(self, place: int) -> Operand:
        """What stands behind one of its outputs."""
        found = self.inside.operand(self.proto.output[place].name)
        if found is None:
            raise ModelError("an output of the model has no name; the file is damaged")
        return found

    def graph(self, results: Sequence[int], formals: Sequence[int]) -> Graph:
        """It as a graph of some of its inputs and outputs, and whatever else it reads."""
        names = tuple(self.inside.result(self.proto.output[place].name) for place in results)
        whole = pruned(self.inside.assembly.graph(self.proto.name or "body", names), ())
        kept = [self.formals[place] for place in formals]
        read = {name for node in whole.nodes for name in node.inputs} | set(names)
        extra = [value for value in whole.table if value.kind != "node" and value.name not in self.formals]
        leaves = [*(whole.by_name[name] for name in kept), *(value for value in extra if value.name in read)]
        made = [value for value in whole.table if value.kind == "node"]
        return Graph(whole.name, (*map(_input, leaves), *made), whole.nodes, whole.outputs)

    def operand(self, name: str) -> Operand:
        """The operand around it that one of the further inputs of its graph stands for."""
        if name not in self.outer:  # numbers that the body itself holds
            held, array = self.inside.assembly.values[name], self.inside.assembly.arrays[name]
            label = f"{self.around.assembly.title}.{name}"
            self.outer[name] = self.around.assembly.leaf(label, held.spec, held.kind, array)
        return self.outer[name]


class Closed(NamedTuple):
    """Graphs that take the same further inputs after their own.

    Args:
        operands: what the further inputs are handed.
    """

    graphs: tuple[Graph, ...]
    operands: tuple[Operand, ...]


def read(around: Reader, proto: GraphProto, specs: Sequence[TensorSpec]) -> Body:
    """A graph inside a node, for inputs of these specs.

    Raises:
        GraphScopeError: something in it cannot be computed.
    """
    inside = replace(
        around,
        assembly=Assembly(),
        names={},
        prefix="",
        scope=(),
        depth=around.depth + 1,
        known=dict(around.known),
        roles=weights.roles(proto.node),
        refused=dict(around.refused),
    )
    outer: dict[str, Operand] = {}
    for name in captured(proto):
        operand = around.known.get(name)
        if isinstance(operand, Parts):
            inside.refused[name] = RefusalError("it reads a sequence of tensors from around its body")
        elif operand is not None:
            here = inside.assembly.free(operand.name)
            outer[here] = operand
            kind = operand.kind if operand.known else "input"
            inside.known[name] = replace(operand, name=here, kind=kind)
    formals = tuple(_formal(inside, info.name, spec) for info, spec in zip(proto.input, specs, strict=True))
    inside.held(proto)
    inside.nodes(proto.node, (info.name for info in proto.output))
    return Body(around, inside, proto, formals, outer)


def _formal(inside: Reader, name: str, spec: TensorSpec) -> str:
    operand = inside.assembly.leaf(name or "input", spec, "input")
    inside.known[name] = operand
    return operand.name


def _input(value: Value) -> Value:
    return replace(value, kind="input", gradient=value.spec.floating)


def closed(bodies: Sequence[Body], graphs: Sequence[Graph], own: int) -> Closed:
    """Graphs of bodies of one node with the same further inputs.

    Args:
        own: how many inputs each has for itself, before those.
    """
    found: dict[str, Operand] = {}
    for body, graph in zip(bodies, graphs, strict=True):
        for name in graph.inputs[own:]:
            operand = body.operand(name)
            found.setdefault(operand.name, operand)
    pairs = zip(bodies, graphs, strict=True)
    return Closed(tuple(_with(body, graph, own, found) for body, graph in pairs), tuple(found.values()))


def _with(body: Body, graph: Graph, own: int, wanted: dict[str, Operand]) -> Graph:
    """The graph with an input for each operand, in order, whether it reads that one or not."""
    here = {body.operand(name).name: graph.by_name[name] for name in graph.inputs[own:]}
    extra = [
        here.get(name) or Value(body.inside.assembly.free(name), operand.spec, "input")
        for name, operand in wanted.items()
    ]
    count = len(graph.inputs)
    return replace(graph, table=(*graph.table[:own], *extra, *graph.table[count:]))
