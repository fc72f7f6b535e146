"""ONNX's operators that make a tensor from numbers or sizes alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx import tensors
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, checked_type, simple


def number(operand: Operand | None) -> Any:
    """A number that an input holds, where it is known; else the operand itself."""
    return operand if operand is None or operand.array is None else operand.array.reshape(-1)[0].item()


def _range(node: OnnxNode) -> Outputs:
    node.attribute("stash_type")  # it is counted in float64, which holds every number of the smaller types
    start, limit, delta = (node.input(slot) for slot in range(3))
    numbers = {"start": number(start), "limit": number(limit), "delta": number(delta)}
    return node.apply(ops.Range, dtype=checked_type(start.dtype), **numbers)


def _constant_of_shape(node: OnnxNode) -> Outputs:
    given = node.attribute("value", np.zeros(1, np.float32))
    if given.size != 1:
        node.refuse(Sentence("its value must be one number"))
    kind = checked_type(given.dtype.name)
    fields = {"value": given.reshape(-1)[0].item(), "dtype": kind}
    return node.apply(ops.ConstantOfShape, shape=node.input(0), **fields)


def _eye_like(node: OnnxNode) -> Outputs:
    kind = checked_type(tensors.dtype(node.attribute("dtype"))) if node.has("dtype") else None
    return node.call(ops.EyeLike(node.attribute("k"), kind), node.input(0))


def _one_hot(node: OnnxNode) -> Outputs:
    indices, depth, values = (node.input(slot) for slot in range(3))
    known = number(depth)
    late = depth if known is depth else None
    op = ops.OneHot(**({} if late is not None else {"depth": int(known)}), axis=node.attribute("axis"))
    return node.call(op, indices, late, values)


def _shape(node: OnnxNode) -> Outputs:
    end = node.attribute("end") if node.has("end") else None
    return node.call(ops.Shape(node.attribute("start"), end), node.input(0))


NODES: Mapping[str, Rule] = {
    "ConstantOfShape": _constant_of_shape,
    "EyeLike": _eye_like,
    "OneHot": _one_hot,
    "Range": _range,
    "Shape": _shape,
    "Size": simple(ops.Size),
}
