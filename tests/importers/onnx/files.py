"""Small ONNX files made for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper, save

Shape = Sequence[int | str | None]


def value(name: str, shape: Shape = ("batch", 3), kind: int = TensorProto.FLOAT) -> Any:
    """An input or output of a graph."""
    return helper.make_tensor_value_info(name, kind, list(shape))


def held(name: str, array: Any, dtype: str = "float32") -> TensorProto:
    """Numbers that a file holds."""
    return numpy_helper.from_array(np.asarray(array, dtype=dtype), name)


def model(
    nodes: Sequence[NodeProto],
    inputs: Sequence[Any] = (),
    outputs: Sequence[Any] = (),
    numbers: Sequence[TensorProto] = (),
    *,
    opset: int = 28,
    functions: Sequence[Any] = (),
    domains: Sequence[str] = (),
) -> ModelProto:
    """A model of one graph; by default from x to y."""
    graph = helper.make_graph(
        list(nodes), "made", list(inputs or [value("x")]), list(outputs or [value("y")]), list(numbers)
    )
    versions = [helper.make_opsetid("", opset), *(helper.make_opsetid(each, 1) for each in domains)]
    return helper.make_model(graph, opset_imports=versions, functions=list(functions), ir_version=10)


def written(folder: Path, made: ModelProto, name: str = "made.onnx") -> Path:
    """The file of a model."""
    path = folder / name
    save(made, path)
    return path


def node(kind: str, inputs: str, outputs: str, **attributes: Any) -> NodeProto:
    """A node whose operands and results are told as words."""
    return helper.make_node(kind, inputs.split(), outputs.split(), **attributes)
