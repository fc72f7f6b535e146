"""Operators that are defined by others: functions of the file, and those that ONNX itself writes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphscope.errors import ModelError
from graphscope.importers.onnx import tensors
from graphscope.importers.onnx.operand import Operand

if TYPE_CHECKING:
    from onnx import FunctionProto, ModelProto, NodeProto, TypeProto

DEEPEST = 20
"""So many functions at most are defined by one another."""


def definition(
    node: NodeProto, inputs: Sequence[Operand | None], own: Mapping[tuple[str, str], FunctionProto]
) -> FunctionProto | None:
    """The nodes that a node stands for, or None where there is no definition.

    Args:
        own: the functions of the file by domain and name.
    """
    found = own.get((node.domain, node.op_type))
    return _of_onnx(node, inputs) if found is None else found


def _of_onnx(node: NodeProto, inputs: Sequence[Operand | None]) -> FunctionProto | None:
    from onnx import FunctionProto, defs

    try:
        schema: Any = defs.get_schema(node.op_type, domain=node.domain)  # its stub lacks the definitions
    except defs.SchemaError:
        return None
    newest = defs.onnx_opset_version()
    if schema.has_function:
        data = schema.get_function_with_opset_version(newest)
    elif schema.has_context_dependent_function:
        version = max(schema.context_dependent_function_opset_versions)
        types = [_type(each).SerializeToString() for each in inputs]
        data = schema.get_context_dependent_function_with_opset_version(
            version, node.SerializeToString(), types
        )
    else:
        return None
    made = FunctionProto()
    made.ParseFromString(data)
    return made if made.node else None


def _type(operand: Operand | None) -> TypeProto:
    from onnx import TypeProto

    made = TypeProto()
    if operand is None:
        return made
    codes = {name: code for code, name in tensors.CODES.items()}
    made.tensor_type.elem_type = codes[operand.dtype]
    made.tensor_type.shape.SetInParent()
    for size in operand.shape:
        dim = made.tensor_type.shape.dim.add()
        if isinstance(size, int):
            dim.dim_value = size
        elif size is not None:
            dim.dim_param = size
    return made


def nodes(function: FunctionProto, call: NodeProto) -> list[NodeProto]:
    """The nodes of a function with the attributes of the node that calls it in their places."""
    given: dict[str, Any] = {attribute.name: attribute for attribute in function.attribute_proto}
    given.update({attribute.name: attribute for attribute in call.attribute})
    return [_filled(node, given) for node in function.node]


def _filled(node: NodeProto, given: Mapping[str, Any]) -> NodeProto:
    from onnx import NodeProto

    made = NodeProto()
    made.CopyFrom(node)
    del made.attribute[:]
    for attribute in node.attribute:
        if not attribute.ref_attr_name:
            made.attribute.append(attribute)
        elif (value := given.get(attribute.ref_attr_name)) is not None:
            filled = made.attribute.add()
            filled.CopyFrom(value)
            filled.name = attribute.name
    return made


def check_count(model: ModelProto, most: int) -> None:
    """Count the nodes of a model once its functions are written out, without writing them out.

    Raises:
        ModelError: there are too many, or functions that call themselves.
    """
    own = {(each.domain, each.name): each for each in model.functions}
    counts: dict[tuple[str, str], int] = {}

    def count(nodes: Iterable[NodeProto], around: tuple[tuple[str, str], ...]) -> int:
        return sum(weight(node, around) for node in nodes)

    def weight(node: NodeProto, around: tuple[tuple[str, str], ...]) -> int:
        graphs = (each for attribute in node.attribute for each in (attribute.g, *attribute.graphs))
        total = 1 + sum(count(graph.node, around) for graph in graphs)
        key = (node.domain, node.op_type)
        if key not in own:
            return total
        if key in around or len(around) >= DEEPEST:
            raise ModelError(
                "{op} is defined by functions that are nested too deeply", op=tensors.shown(key[1])
            )
        if key not in counts:
            counts[key] = count(own[key].node, (*around, key))
        return total + counts[key]

    if count(model.graph.node, ()) > most:
        raise ModelError(
            "this file has more than {most} nodes once its functions are written out; that is too many to draw",
            most=most,
        )
