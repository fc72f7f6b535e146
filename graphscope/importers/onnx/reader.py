"""Reads a graph of an ONNX file node by node into a model, with the rule of each node's operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from graphscope.errors import GraphScopeError, ModelError
from graphscope.graph.graph import Graph, ValueKind
from graphscope.graph.scope import Scope
from graphscope.graph.spec import FLOATING, TensorSpec
from graphscope.importers.onnx import (
    attributes,
    bodies,
    converting,
    finishing,
    functions,
    shapes,
    tensors,
    unknown,
    weights,
)
from graphscope.importers.onnx.assembly import FOLDED, Assembly
from graphscope.importers.onnx.bodies import Body
from graphscope.importers.onnx.nodes import rules
from graphscope.importers.onnx.operand import Operand, Parts, spread
from graphscope.importers.onnx.order import Budget, ordered, reads
from graphscope.importers.onnx.rule import OnnxNode, Outputs, RefusalError, Rule
from graphscope.importers.onnx.sizes import fitted, followed
from graphscope.importers.onnx.source import Source
from graphscope.ops.base import Op
from graphscope.ops.passing import Identity

if TYPE_CHECKING:
    from onnx import FunctionProto, GraphProto, NodeProto, TensorProto


class Attempt(NamedTuple):
    """What came of reading a file.

    Args:
        strangers: the nodes that cannot be computed.
    """

    graph: Graph
    arrays: Mapping[str, np.ndarray]
    strangers: Sequence[unknown.Stranger]


def attempt(source: Source, fixed: Mapping[str, tuple[int, ...]]) -> Attempt:
    """The graph of a file.

    Args:
        fixed: for inputs the numbers that stand for sizes which the file leaves open.

    Raises:
        ModelError: it is damaged, or not of a kind that can be drawn.
    """
    proto = source.proto.graph
    reader = Reader(source, Assembly(), fixed=fixed)
    reader.leaves(proto)
    reader.nodes(proto.node, (info.name for info in proto.output))
    outputs = reader.results(proto)
    kept = {name for node in proto.node for name in node.output if name not in reader.used}
    graph = finishing.pruned(reader.assembly.graph(source.title, outputs), kept)
    arrays = {name: array for name, array in reader.assembly.arrays.items() if name in graph.by_name}
    return Attempt(graph, arrays, tuple(reader.strangers))


LARGEST = 2**31
"""So many elements at most has a weight."""
_CONSTANTS: Mapping[str, str | None] = {
    "value": None,
    "value_float": "float32",
    "value_floats": "float32",
    "value_int": "int64",
    "value_ints": "int64",
}
"""The attributes in which a constant may hold its numbers, and their types."""


def _ruled(rule: Rule, node: OnnxNode) -> Outputs:
    """What a rule makes of a node.

    Raises:
        GraphScopeError: it refuses, or the file's attributes are of types that no rule expects.
    """
    try:
        return rule(node)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError) as error:
        raise RefusalError(
            "{op}: its attributes or inputs are not what ONNX says ({reason})",
            op=node.kind,
            reason=" ".join(str(error).split())[:120],
        ) from error


@dataclass(eq=False)
class Reader:
    """Goes through the nodes of one graph, or of one function.

    Args:
        fixed: for inputs the numbers that stand for sizes which the file leaves open.
        names: what values of a function's body are called in the graph.
        prefix: what the names of all others begin with.
        scope: the group that everything stands in.
        depth: how many functions are being written out around.
        known: the operand behind each name.
        roles: how each name is used.
        used: the names that something reads, or that are results.
        refused: for names that cannot be computed why.
        strangers: the nodes that cannot be computed.
    """

    source: Source
    assembly: Assembly
    fixed: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    budget: Budget = field(default_factory=Budget)
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    prefix: str = ""
    scope: Scope = ()
    depth: int = 0
    known: dict[str, Operand | None] = field(default_factory=dict[str, Operand | None])
    roles: Mapping[str, frozenset[weights.Role]] = field(default_factory=dict[str, frozenset[weights.Role]])
    used: frozenset[str] = frozenset()
    refused: dict[str, GraphScopeError] = field(default_factory=dict[str, GraphScopeError])
    strangers: list[unknown.Stranger] = field(default_factory=list[unknown.Stranger])

    # ---- what is there from the start -----------------------------------------------------------------

    def leaves(self, graph: GraphProto) -> None:
        """The inputs and the numbers that the file holds."""
        self.roles = weights.roles(graph.node)
        held = {tensor.name for tensor in graph.initializer}
        for info in graph.input:
            if info.name not in held:
                spec = shapes.input_spec(info)
                spec = spec.like(shape=self.fixed.get(info.name, spec.shape))
                self.known[info.name] = self.assembly.leaf(info.name or "input", spec, "input")
        self.held(graph)

    def held(self, graph: GraphProto) -> None:
        """The numbers that a graph holds."""
        if graph.sparse_initializer:
            raise ModelError("sparse tensors are not computed with here; export the model with dense ones")
        for tensor in graph.initializer:
            self._hold(tensor.name, tensor)

    def _hold(self, name: str, tensor: TensorProto) -> None:
        try:
            array = tensors.array(tensor, self.source.folder)
        except RefusalError as error:
            self.refused[name] = error
            return
        self.known[name] = self.number(name, array)

    def number(self, name: str, array: np.ndarray, *, constant: bool = False) -> Operand:
        """Numbers of the file: a parameter where training would change them, else a buffer or a constant.

        Args:
            constant: whether they stand in the file as a constant, which only a weight's place makes a weight.
        """
        kind = self._kind(name, array, constant=constant)
        return self.assembly.leaf(self.told(name), TensorSpec(array.shape, array.dtype.name), kind, array)

    def _kind(self, name: str, array: np.ndarray, *, constant: bool) -> ValueKind:
        uses = self.roles.get(name, frozenset())
        if array.dtype.name not in FLOATING:
            return "constant"
        if "statistic" in uses:
            return "buffer"
        if "weight" in uses:
            return "parameter"
        alone = array.ndim == 0 and "." not in name  # exporters write numbers of the program so
        return "parameter" if "operand" in uses and not constant and not alone else "constant"

    def told(self, name: str) -> str:
        """What a value of this graph is called."""
        return self.names.get(name) or f"{self.prefix}{name or 'value'}"

    # ---- nodes ----------------------------------------------------------------------------------------

    def nodes(self, protos: Sequence[NodeProto], results: Iterable[str]) -> None:
        """Every node, in an order in which they can be computed.

        Args:
            results: the names that are wanted from outside.
        """
        self.used = frozenset(name for proto in protos for name in reads(proto)) | frozenset(results)
        self.budget.take(len(protos))
        inside = ordered(protos, {*self.known, *self.refused, ""})
        self.roles = {**self.roles, **weights.roles(inside)}
        for proto in inside:
            self.node(proto)

    def node(self, proto: NodeProto) -> None:
        """One node: its ops, or why it is refused."""
        first = next((name for name in proto.output if name), "")
        title = f"{self.prefix}{proto.name}" if proto.name else self.told(first or proto.op_type)
        mark = self.assembly.mark()
        self.assembly.begin(title, self.place(proto))
        try:
            self._keep(proto, self._made(proto, title))
        except GraphScopeError as error:
            if self.depth or (isinstance(error, ModelError) and not isinstance(error, RefusalError)):
                raise
            self.assembly.rollback(mark)
            self.assembly.begin(title, self.place(proto))
            self._refuse(proto, error)

    def place(self, proto: NodeProto) -> Scope:
        """The group that a node stands in."""
        if self.depth:
            return self.scope
        return next((self.source.groups[name] for name in proto.output if name in self.source.groups), ())

    def _made(self, proto: NodeProto, title: str) -> Outputs:
        kind = proto.op_type if proto.domain in ("", "ai.onnx") else f"{proto.domain}.{proto.op_type}"
        inputs = tuple(self.operand(name) for name in proto.input)
        converting.check_meaning(proto, self.source.opset)
        own = (proto.domain, proto.op_type) in self.source.functions
        if kind == "Constant" and not own:
            return self._constant(proto)
        if kind == "ConstantOfShape" and (splat := self._splat(proto)) is not None:
            return splat
        if kind == "If" and inputs[0] is not None and inputs[0].known:
            return self._branch(proto, title, bool(np.all(inputs[0].array)))
        rule = None if own else rules().get(kind)
        if rule is None:
            return self._written_out(proto, kind, title, inputs)
        node = OnnxNode(
            kind,
            title,
            attributes.given(proto, self.source.folder),
            attributes.defaults(proto.op_type, proto.domain),
            inputs,
            tuple(name if not slot or name in self.used else "" for slot, name in enumerate(proto.output)),
            self,
        )
        made = _ruled(rule, node)
        if (left := node.overlooked(len(made) if isinstance(made, tuple) else 1)) is not None:
            node.refuse(left)
        return followed(node, made)

    def operand(self, name: str) -> Operand | None:
        """What stands behind a name; None where it is empty.

        Raises:
            GraphScopeError: it cannot be computed.
        """
        if name in self.refused:
            raise self.refused[name]
        return self.known[name] if name else None

    def _constant(self, proto: NodeProto) -> Operand:
        values = attributes.given(proto, self.source.folder)
        for attribute, kind in _CONSTANTS.items():
            if attribute in values:
                array = np.asarray(values[attribute], dtype=kind)
                array.setflags(write=False)
                return self.number(proto.output[0], array, constant=True)
        raise RefusalError("a constant that holds no numbers is not computed with here")

    def _splat(self, proto: NodeProto) -> Operand | None:
        """One number many times where its shape is known and it is small or a weight; it takes no memory."""
        shape = self.operand(proto.input[0])
        if shape is None or shape.array is None or shape.rank != 1:
            return None
        sizes = tuple(int(size) for size in shape.array)
        weight = "weight" in self.roles.get(proto.output[0], ())
        if min(sizes, default=0) < 0 or prod(sizes) > (LARGEST if weight else FOLDED):
            return None
        value = attributes.given(proto, self.source.folder).get("value", np.zeros(1, "float32"))
        array = np.broadcast_to(value.reshape(()), sizes)
        return self.number(proto.output[0], array, constant=True)

    def _keep(self, proto: NodeProto, made: Outputs) -> None:
        operands = made if isinstance(made, tuple) else (made,)
        pairs = list(zip(proto.output, operands, strict=False))
        given = [(self.told(name), operand) for name, operand in pairs if operand is not None and name]
        kept = self.assembly.finish(given)
        self.known.update(
            {name: kept[self.told(name)] for name, operand in pairs if operand is not None and name}
        )

    def _refuse(self, proto: NodeProto, error: GraphScopeError) -> None:
        """Draw a node that cannot be computed; what reads something of unknown shape from it cannot be, either."""
        kind = unknown.kind(proto)
        specs = [self.source.inferred.get(name) for name in proto.output]
        inputs = [each for name in proto.input for each in spread(self.known.get(name))]
        op = unknown.op(kind, str(error.sentence), specs)
        made = self.assembly.apply(op, inputs, "", fold=False)
        self._keep(proto, made)
        waits = any(name in self.refused for name in proto.input)
        self.strangers.append(unknown.Stranger(kind, error.sentence, waits))
        for name, spec in zip(proto.output, specs, strict=True):
            if spec is None and name:
                self.refused[name] = RefusalError(
                    "it reads “{name}”, which is not computed", name=tensors.shown(name)
                )

    # ---- functions ------------------------------------------------------------------------------------

    def _written_out(
        self, proto: NodeProto, kind: str, title: str, inputs: tuple[Operand | None, ...]
    ) -> Outputs:
        """A node as the nodes of its definition, in a group of its own."""
        function = functions.definition(proto, inputs, self.source.functions)
        if function is None:
            raise RefusalError("{op} is not among the operators that GraphScope computes", op=kind)
        if self.depth >= functions.DEEPEST:
            raise ModelError(
                "{op} is defined by functions that are nested too deeply", op=tensors.shown(kind)
            )
        within = self._inside(function, proto, title, inputs)
        for name in function.input[len(inputs) :]:
            within.known[name] = None
        within.nodes(functions.nodes(function, proto), function.output)
        self.assembly.begin(title, self.place(proto))
        there = {*within.known, *within.refused}
        return tuple(within.operand(name) if name in there else None for name in function.output)

    def _branch(self, proto: NodeProto, title: str, chosen: bool) -> Outputs:
        """The nodes of the only body that can run, in place of a choice whose condition is known."""
        wanted = "then_branch" if chosen else "else_branch"
        graph = next((each.g for each in proto.attribute if each.name == wanted), None)
        if graph is None or self.depth >= functions.DEEPEST:
            raise ModelError("the graphs of this file lie too deeply in one another; it is damaged")
        outputs = zip(graph.output, proto.output, strict=False)
        within = replace(
            self,
            names={inner.name: self.told(outer) for inner, outer in outputs if outer},
            prefix=f"{title}.",
            scope=self.place(proto),
            depth=self.depth + 1,
            known=dict(self.known),
            roles=weights.roles(graph.node),
            refused=dict(self.refused),
        )
        within.held(graph)
        within.nodes(graph.node, (info.name for info in graph.output))
        self.assembly.begin(title, self.place(proto))
        return tuple(within.operand(info.name) for info in graph.output)

    def _inside(
        self, function: FunctionProto, proto: NodeProto, title: str, inputs: tuple[Operand | None, ...]
    ) -> Reader:
        outputs = zip(function.output, proto.output, strict=False)
        return replace(
            self,
            names={inner: self.told(outer) for inner, outer in outputs if outer},
            prefix=f"{title}.",
            scope=(*self.place(proto), title.rsplit("/", 1)[-1]),
            depth=self.depth + 1,
            known=dict(zip(function.input, inputs, strict=False)),
            roles={},
            refused={},
        )

    # ---- the workshop of the rules --------------------------------------------------------------------

    def apply(self, op: Any, operands: Any, label: str) -> tuple[Operand, ...]:
        """A node with ``op``, or its results."""
        return self.assembly.apply(op, operands, label)

    def constant(self, array: np.ndarray, label: str) -> Operand:
        """An operand of known numbers."""
        return self.assembly.constant(array, label)

    def fitted(
        self, kind: type[Op], operands: tuple[Operand | None, ...], sizes: Operand
    ) -> tuple[int, ...] | None:
        """A shape of which some sizes have only names as a field of an op, where it can be one."""
        return None if sizes.sizes is None else fitted(kind, operands, sizes.sizes)

    def lament(self, kind: str, error: GraphScopeError) -> None:
        """Tell of a part of a node that cannot be computed."""
        self.strangers.append(unknown.Stranger(kind, error.sentence, waits=False))

    def body(self, graph: GraphProto, specs: Sequence[TensorSpec]) -> Body:
        """A graph inside a node.

        Raises:
            GraphScopeError: something in it cannot be computed.
        """
        if self.depth >= functions.DEEPEST:
            raise ModelError("the graphs of this file lie too deeply in one another; it is damaged")
        return bodies.read(self, graph, specs)

    # ---- what comes out -------------------------------------------------------------------------------

    def results(self, graph: GraphProto) -> tuple[str, ...]:
        """The names of the outputs; one that no node makes gets a node of its own."""
        return tuple(dict.fromkeys(self.result(info.name) for info in graph.output))

    def result(self, name: str) -> str:
        """The name of an output, which is what a node makes."""
        operand = self.known.get(name)
        if operand is None:
            raise ModelError("an output of the model has no name; the file is damaged")
        if isinstance(operand, Parts):
            raise RefusalError("the output “{name}” is a sequence; let the model give its tensors", name=name)
        if operand.kind == "node" and operand.name == name:
            return name
        self.assembly.begin(name, ())
        (made,) = self.assembly.apply(Identity(), [operand], "", fold=False)
        return self.assembly.finish([(name, made)])[name].name
