"""ONNX's operators on numbers that are kept in a few bits: scaled, shifted, rounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx import tensors
from graphscope.importers.onnx.nodes import convolution
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, checked_type


def _quantize(node: OnnxNode) -> Outputs:
    """round(x / scale) + zero point, held to what the type can hold."""
    x, scale, zero = node.input(0), node.input(1), node.optional(2)
    given = node.attribute("output_dtype")
    told = tensors.dtype(given) if given else "uint8" if zero is None else zero.dtype
    kind = checked_type(told)
    node.attribute("saturate")  # only for float8, which is refused
    node.expect("precision", 0)
    if not x.spec.floating or x.dtype != scale.dtype or not np.issubdtype(kind, np.integer):
        node.refuse(Sentence("{dtype} is not quantized to {other} here", dtype=x.dtype, other=kind))
    scale, zero = _along(node, x, scale, "scale"), None if zero is None else _along(node, x, zero, "zero")
    return _rounded(node, node.call(ops.Div(), x, scale, label="scaled"), zero, kind)


def _rounded(node: OnnxNode, x: Operand, zero: Operand | None, kind: str) -> Operand:
    """Floating numbers as integers of a type, shifted, and held to what the type can hold."""
    made = node.call(ops.Round(), x, label="rounded")
    if zero is not None:
        shift = node.call(ops.Cast(x.dtype), zero, label="shift")
        made = node.call(ops.Add(), made, shift, label="shifted")
    held = node.call(ops.Clip(*_bounds(kind, x.dtype)), made, label="held")
    return node.call(ops.Cast(kind), held)


def _bounds(kind: str, floating: str) -> tuple[float, float]:
    """What a type can hold, in floating numbers that a cast keeps within it."""
    info, limits = np.iinfo(kind), np.finfo(floating)
    low, high = max(float(info.min), float(limits.min)), min(float(info.max), float(limits.max))
    return low, high if float(np.asarray(high, floating)) <= info.max else float(np.nextafter(high, 0))


def _dequantize(node: OnnxNode) -> Outputs:
    """(x − zero point) · scale."""
    x, scale, zero = node.input(0), node.input(1), node.optional(2)
    given = node.attribute("output_dtype")
    kind = checked_type(tensors.dtype(given) if given else scale.dtype)
    if kind != scale.dtype:
        node.refuse(Sentence("a scale of {dtype} does not give {other} here", dtype=scale.dtype, other=kind))
    made = _shifted(node, x, None if zero is None else _along(node, x, zero, "zero"), kind, "x")
    return node.call(ops.Mul(), made, _along(node, x, scale, "scale"))


def _shifted(node: OnnxNode, x: Operand, zero: Operand | None, kind: str, label: str) -> Operand:
    """x − zero in a type in which nothing overflows."""
    wide = node.call(ops.Cast(kind), x, label=f"{label} wide")
    if zero is None:
        return wide
    shift = node.call(ops.Cast(kind), zero, label=f"{label} shift")
    return node.call(ops.Sub(), wide, shift, label=f"{label} shifted")


def _along(node: OnnxNode, x: Operand, numbers: Operand, label: str) -> Operand:
    """One number for all, or one for each place of an axis, shaped to stand against x."""
    axis = node.attribute("axis", 1)
    node.expect("block_size", 0, None)
    if numbers.spec.size == 1 and numbers.rank <= 1:
        return numbers if numbers.rank == 0 else node.call(ops.Reshape(()), numbers, label=label)
    if numbers.rank != 1 or not -x.rank <= axis < x.rank:
        node.refuse(Sentence("scales in blocks are not computed with here"))
    shape = tuple(-1 if place == axis % x.rank else 1 for place in range(x.rank))
    return node.call(ops.Reshape(shape), numbers, label=label)


def _matmul_integer(node: OnnxNode) -> Outputs:
    a, b = node.input(0), node.input(1)
    return _product(node, (a, node.optional(2)), (b, node.optional(3)), "")


def _product(
    node: OnnxNode, left: tuple[Operand, Operand | None], right: tuple[Operand, Operand | None], label: str
) -> Operand:
    """(a − its zero) · (b − its zero), in whole numbers."""
    a = _shifted(node, left[0], _for_rows(node, left[1], left[0]), "int32", "a")
    b = _shifted(node, right[0], right[1], "int32", "b")
    return node.call(ops.MatMul(), a, b, label=label)


def _for_rows(node: OnnxNode, zero: Operand | None, x: Operand) -> Operand | None:
    """A zero point for each row stands against columns."""
    if zero is None or zero.rank != 1 or zero.spec.size == 1 or x.rank < 2:
        return zero
    return node.call(ops.Reshape((-1, 1)), zero, label="a zero")


def _qlinear_matmul(node: OnnxNode) -> Outputs:
    a, b, y_zero = node.input(0), node.input(3), node.input(7)
    made = _product(node, (a, node.input(2)), (b, node.input(5)), "product")
    return _rescaled(node, made, (node.input(1), node.input(4), node.input(6)), y_zero)


def _rescaled(
    node: OnnxNode, made: Operand, scales: tuple[Operand, Operand, Operand], zero: Operand
) -> Operand:
    """Whole numbers on two scales brought to a third."""
    kind = scales[0].dtype
    scale = node.call(ops.Mul(), scales[0], scales[1], label="scale")
    scale = node.call(ops.Div(), scale, scales[2], label="ratio")
    floating = node.call(ops.Cast(kind), made, label="floating")
    return _rounded(
        node, node.call(ops.Mul(), floating, scale, label="scaled"), zero, checked_type(zero.dtype)
    )


def _convolved(node: OnnxNode, x: Operand, w: Operand, b: Operand | None) -> Operand:
    """The convolution of whole numbers, by the rule of the floating one."""
    inside: Any = replace(node, kind="Conv", inputs=(x, w, b))
    inside.taken = set[int]()
    made = convolution.NODES["Conv"](inside)
    return made[0] if isinstance(made, tuple) and made[0] is not None else made  # type: ignore[return-value]


def _conv_integer(node: OnnxNode) -> Outputs:
    x = _shifted(node, node.input(0), node.optional(2), "int32", "x")
    w = _shifted(node, node.input(1), _for_filters(node, node.optional(3), node.input(1)), "int32", "w")
    return _convolved(node, x, w, None)


def _for_filters(node: OnnxNode, zero: Operand | None, w: Operand) -> Operand | None:
    if zero is None or zero.spec.size == 1:
        return zero if zero is None or zero.rank == 0 else node.call(ops.Reshape(()), zero, label="w zero")
    return node.call(ops.Reshape((-1, *(1,) * (w.rank - 1))), zero, label="w zero")


def _qlinear_conv(node: OnnxNode) -> Outputs:
    x = _shifted(node, node.input(0), node.input(2), "int32", "x")
    filters = node.input(3)
    w = _shifted(node, filters, _for_filters(node, node.input(5), filters), "int32", "w")
    scale = node.input(4)
    if scale.spec.size != 1:
        scale = node.call(ops.Reshape((-1, *(1,) * (filters.rank - 2))), scale, label="w scale")
    made = _convolved(node, x, w, node.optional(8))
    return _rescaled(node, made, (node.input(1), scale, node.input(6)), node.input(7))


NODES: Mapping[str, Rule] = {
    "ConvInteger": _conv_integer,
    "DequantizeLinear": _dequantize,
    "MatMulInteger": _matmul_integer,
    "QLinearConv": _qlinear_conv,
    "QLinearMatMul": _qlinear_matmul,
    "QuantizeLinear": _quantize,
}
