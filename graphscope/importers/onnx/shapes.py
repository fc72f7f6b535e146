"""What an ONNX file says of the shapes and types of its values, and what can be found out."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Any

from graphscope.errors import ModelError
from graphscope.graph.spec import Dim, TensorSpec
from graphscope.importers.onnx import tensors
from graphscope.importers.onnx.rule import TYPES

if TYPE_CHECKING:
    from onnx import ModelProto, ValueInfoProto

LARGE = 1024
"""Tensors of more elements are left at home when ONNX is asked: it copies whatever it is given."""


def input_spec(info: ValueInfoProto) -> TensorSpec:
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
    return TensorSpec(tuple(size(dim) for dim in tensor.shape.dim), dtype)


def size(dim: Any) -> Dim:
    """One size as the file tells it: a number, a name, or nothing."""
    if dim.HasField("dim_value") and dim.dim_value >= 0:
        return int(dim.dim_value)
    return dim.dim_param or None


def light(model: ModelProto) -> ModelProto:
    """The model without large tensors: they are inputs of the same shape."""
    from onnx import ModelProto, helper

    made = ModelProto()
    graph = model.graph
    made.ir_version = max(model.ir_version, 4)  # before 4, whatever is held had to be an input as well
    made.opset_import.extend(model.opset_import)
    made.functions.extend(model.functions)
    made.graph.name = graph.name
    made.graph.node.extend(graph.node)
    made.graph.input.extend(graph.input)
    made.graph.output.extend(graph.output)
    made.graph.value_info.extend(graph.value_info)
    present = {info.name for info in graph.input}
    for tensor in graph.initializer:
        if prod(tensor.dims) <= LARGE and tensor.data_location == 0:
            made.graph.initializer.append(tensor)
        elif tensor.name not in present:
            info = helper.make_tensor_value_info(tensor.name, tensor.data_type, list(tensor.dims))
            made.graph.input.append(info)
    return made


def inferred(model: ModelProto) -> Mapping[str, TensorSpec]:
    """The specs of what nodes make, as far as ONNX can tell."""
    from onnx import shape_inference

    graph = model.graph
    try:
        graph = shape_inference.infer_shapes(light(model)).graph
    except Exception:  # noqa: BLE001 - whatever is wrong, what the file itself tells remains
        graph = model.graph
    specs = {info.name: _spec(info) for info in (*graph.value_info, *graph.output)}
    return {name: spec for name, spec in specs.items() if spec is not None}


def _spec(info: ValueInfoProto) -> TensorSpec | None:
    tensor = info.type.tensor_type
    if info.type.WhichOneof("value") != "tensor_type" or not tensor.HasField("shape"):
        return None
    dtype = tensors.dtype(tensor.elem_type)
    return TensorSpec(tuple(size(dim) for dim in tensor.shape.dim), dtype) if dtype in TYPES else None
