"""Operators that are defined by others: functions of the file, and those that ONNX itself writes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphscope.importers.onnx import tensors
from graphscope.importers.onnx.operand import Operand

if TYPE_CHECKING:
    from onnx import FunctionProto, NodeProto, TypeProto


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
