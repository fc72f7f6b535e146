"""Reads a graph of an ONNX file node by node into a model, with the rule of each node's operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from graphscope.errors import GraphScopeError, ModelError
from graphscope.graph.graph import ValueKind
from graphscope.graph.scope import Scope
from graphscope.graph.spec import FLOATING, Dim, TensorSpec
from graphscope.importers.onnx import attributes, tensors, weights
from graphscope.importers.onnx.assembly import Assembly
from graphscope.importers.onnx.nodes import rules
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.order import ordered
from graphscope.importers.onnx.rule import TYPES, OnnxNode, Outputs, RefusalError
from graphscope.importers.onnx.source import Source
from graphscope.model.model import Model
from graphscope.ops.passing import Identity

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto


def read(source: Source) -> Model:
    """The model of a file.

    Raises:
        ModelError: it is damaged, or not of a kind that can be drawn.
    """
    reader = Reader(source, Assembly())
    reader.leaves(source.proto.graph)
    reader.nodes(source.proto.graph)
    outputs = reader.results(source.proto.graph)
    graph = reader.assembly.graph(source.title, outputs)
    return Model(
        graph, {name: array for name, array in reader.assembly.arrays.items() if name in graph.by_name}
    )


_CONSTANTS: Mapping[str, str | None] = {
    "value": None,
    "value_float": "float32",
    "value_floats": "float32",
    "value_int": "int64",
    "value_ints": "int64",
}
"""The attributes in which a constant may hold its numbers, and their types."""


def _input_spec(info: ValueInfoProto) -> TensorSpec:
    """What the file says of an input.

    Raises:
        ModelError: it is no tensor of numbers, or its number of axes is not told.
    """
    kind = info.type.WhichOneof("value")
    tensor = info.type.tensor_type
    dtype = tensors.dtype(tensor.elem_type) if kind == "tensor_type" else str(kind or "nothing")[:-5]
    if dtype not in TYPES:
        raise ModelError(
            "input {name} is of type {dtype}; GraphScope computes with tensors of numbers",
            name=tensors.shown(info.name),
            dtype=dtype,
        )
    if not tensor.HasField("shape"):
        raise ModelError(
            "the file does not say how many axes input {name} has; export the model with the shapes of its inputs",
            name=tensors.shown(info.name),
        )
    return TensorSpec(tuple(_size(dim) for dim in tensor.shape.dim), dtype)


def _size(dim: Any) -> Dim:
    if dim.HasField("dim_value") and dim.dim_value >= 0:
        return int(dim.dim_value)
    return dim.dim_param or None


@dataclass(eq=False)
class Reader:
    """Goes through the nodes of one graph.

    Args:
        known: the operand behind each name of the file.
    """

    source: Source
    assembly: Assembly
    known: dict[str, Operand] = field(default_factory=dict[str, Operand])
    roles: Mapping[str, frozenset[weights.Role]] = field(default_factory=dict[str, frozenset[weights.Role]])
    refusals: dict[str, GraphScopeError] = field(default_factory=dict[str, GraphScopeError])

    # ---- what is there from the start -----------------------------------------------------------------

    def leaves(self, graph: GraphProto) -> None:
        """The inputs and the numbers that the file holds."""
        self.roles = weights.roles(graph.node)
        held = {tensor.name for tensor in graph.initializer}
        for info in graph.input:
            if info.name not in held:
                self.known[info.name] = self.assembly.leaf(info.name or "input", _input_spec(info), "input")
        if graph.sparse_initializer:
            raise ModelError("sparse tensors are not computed with here; export the model with dense ones")
        for tensor in graph.initializer:
            self._hold(tensor.name, tensor)

    def _hold(self, name: str, tensor: TensorProto) -> None:
        try:
            array = tensors.array(tensor, self.source.folder)
        except ModelError as error:
            self.refusals[name] = error
            return
        self.known[name] = self.number(name, array)

    def number(self, name: str, array: np.ndarray, *, constant: bool = False) -> Operand:
        """Numbers of the file: a parameter where training would change them, else a constant.

        Args:
            constant: whether they stand in the file as a constant, which only a weight's place makes a weight.
        """
        kind = self._kind(name, array, constant=constant)
        return self.assembly.leaf(name or "constant", TensorSpec(array.shape, array.dtype.name), kind, array)

    def _kind(self, name: str, array: np.ndarray, *, constant: bool) -> ValueKind:
        uses = self.roles.get(name, frozenset())
        if array.dtype.name not in FLOATING or "statistic" in uses:
            return "constant"
        if "weight" in uses:
            return "parameter"
        alone = array.ndim == 0 and "." not in name  # exporters write numbers of the program so
        return "parameter" if "operand" in uses and not constant and not alone else "constant"

    # ---- nodes ----------------------------------------------------------------------------------------

    def nodes(self, graph: GraphProto) -> None:
        """Every node, in an order in which they can be computed."""
        for node in ordered(graph.node, {*self.known, *self.refusals, ""}):
            self.node(node)

    def node(self, proto: NodeProto) -> None:
        """One node: its ops, or why it is refused."""
        title = proto.name or next((name for name in proto.output if name), proto.op_type)
        self.assembly.begin(title, self.scope(proto))
        try:
            self._keep(proto, self._made(proto, title))
        except GraphScopeError as error:
            self.assembly.abandon()
            self.refuse(proto, error)

    def scope(self, proto: NodeProto) -> Scope:  # noqa: ARG002
        """The group that a node belongs to."""
        return ()

    def _made(self, proto: NodeProto, title: str) -> Outputs:
        kind = proto.op_type if proto.domain in ("", "ai.onnx") else f"{proto.domain}.{proto.op_type}"
        if kind == "Constant":
            return self._constant(proto)
        rule = rules().get(kind)
        if rule is None:
            raise RefusalError("{op} is not among the operators that GraphScope computes", op=kind)
        node = OnnxNode(
            kind,
            title,
            attributes.given(proto, self.source.folder),
            attributes.defaults(proto.op_type, proto.domain),
            tuple(self._operand(name) for name in proto.input),
            tuple(proto.output),
            self,
        )
        made = rule(node)
        if (left := node.overlooked(len(made) if isinstance(made, tuple) else 1)) is not None:
            node.refuse(left)
        return made

    def _operand(self, name: str) -> Operand | None:
        if name in self.refusals:
            raise self.refusals[name]
        return self.known[name] if name else None

    def _constant(self, proto: NodeProto) -> Operand:
        values = attributes.given(proto, self.source.folder)
        for attribute, kind in _CONSTANTS.items():
            if attribute in values:
                array = np.asarray(values[attribute], dtype=kind)
                array.setflags(write=False)
                return self.number(proto.output[0], array, constant=True)
        raise RefusalError("a constant that holds no numbers is not computed with here")

    def _keep(self, proto: NodeProto, made: Outputs) -> None:
        operands = made if isinstance(made, tuple) else (made,)
        pairs = zip(proto.output, operands, strict=False)
        given = [(name, operand) for name, operand in pairs if operand is not None]
        kept = self.assembly.finish(given)
        self.known.update({name: operand for name, operand in kept.items() if name})

    def refuse(self, proto: NodeProto, error: GraphScopeError) -> None:  # noqa: ARG002
        """Note that a node cannot be computed, and nothing that depends on it."""
        raise error

    # ---- the workshop of the rules --------------------------------------------------------------------

    def apply(self, op: Any, operands: Any, label: str) -> tuple[Operand, ...]:
        """A node with ``op``, or its results."""
        return self.assembly.apply(op, operands, label)

    def constant(self, array: np.ndarray, label: str) -> Operand:
        """An operand of known numbers."""
        return self.assembly.constant(array, label)

    def body(self, graph: GraphProto) -> Any:  # noqa: ARG002
        """A graph inside a node."""
        raise RefusalError("graphs inside a node are not computed here yet")

    # ---- what comes out -------------------------------------------------------------------------------

    def results(self, graph: GraphProto) -> tuple[str, ...]:
        """The names of the outputs; one that is an input or a constant gets a node of its own."""
        return tuple(dict.fromkeys(self._result(info.name) for info in graph.output))

    def _result(self, name: str) -> str:
        operand = self._operand(name)
        if operand is None:
            raise ModelError("an output of the model has no name; the file is damaged")
        if operand.kind == "node" and operand.name == name:
            return name
        self.assembly.begin(name, ())
        (made,) = self.assembly.apply(Identity(), [operand], "", fold=False)
        return self.assembly.finish([(name, made)])[name].name
