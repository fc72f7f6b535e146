"""ONNX's convolutions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule
from graphscope.ops.base import Op

AUTO = {"NOTSET": "", "": "", "SAME_UPPER": "same_upper", "SAME_LOWER": "same_lower", "VALID": "valid"}


def window_fields(node: OnnxNode, count: int) -> dict[str, Any]:
    """The fields that convolution and pooling share, with ``count`` axes to slide along."""
    auto = node.attribute("auto_pad")
    if auto not in AUTO:
        node.refuse(
            Sentence("{attribute} = {value} is not computed here", attribute="auto_pad", value=repr(auto))
        )
    pads = node.attribute("pads", (0,) * (2 * count))
    if AUTO[auto]:
        pads = (0,) * (2 * count)
    if min(pads, default=0) < 0:
        node.refuse(Sentence("a border that cuts off is not computed here"))
    return {
        "stride": node.attribute("strides", (1,) * count),
        "padding": _short(pads, count),
        "dilation": node.attribute("dilations", (1,) * count),
        "auto_pad": AUTO[auto],
    }


def _short(pads: tuple[int, ...], count: int) -> tuple[int, ...]:
    """One number an axis, where before and after are alike."""
    return pads[:count] if pads[:count] == pads[count:] else pads


def _checked(node: OnnxNode, x: Operand, w: Operand) -> int:
    """Along how many axes the window slides; its size in the file is that of the filters."""
    count = x.rank - 2
    if not 1 <= count <= 3 or w.rank != x.rank:
        node.refuse(Sentence("only sequences, pictures and volumes are convolved here"))
    node.expect("kernel_shape", None, tuple(w.shape[2:]))
    return count


def _conv_op(node: OnnxNode, x: Operand, w: Operand) -> Op:
    count = _checked(node, x, w)
    kind = ops.Conv2d if count == 2 else ops.Conv
    return kind(**window_fields(node, count), groups=node.attribute("group"))


def _conv(node: OnnxNode) -> Outputs:
    x, w = node.input(0), node.input(1)
    return node.call(_conv_op(node, x, w), x, w, node.optional(2))


def _transposed(node: OnnxNode) -> Outputs:
    x, w = node.input(0), node.input(1)
    count = _checked(node, x, w)
    longer = node.attribute("output_padding", ())
    op = ops.ConvTranspose(
        **window_fields(node, count),
        groups=node.attribute("group"),
        output_padding=longer if any(longer) else (),
        output_shape=tuple(node.attribute("output_shape", ()))[-count:],
    )
    return node.call(op, x, w, node.optional(2))


def _integer(node: OnnxNode) -> Outputs:
    """Whole numbers, less their zero points."""
    x, w = whole(node, 0, 2), whole(node, 1, 3, filters=True)
    return node.call(_conv_op(node, x, w), x, w)


def whole(node: OnnxNode, slot: int, zero: int, *, filters: bool = False) -> Operand:
    """An operand as int32, less its zero point."""
    x, less = node.input(slot), node.optional(zero)
    label = f"operand {slot}"
    made = node.call(ops.Cast("int32"), x, label=label)
    if less is None:
        return made
    less = node.call(ops.Cast("int32"), less, label=f"{label} zero")
    if filters and less.rank == 1:
        shape = (-1, *(1 for _ in x.shape[1:]))
        less = node.call(ops.Reshape(shape), less, label=f"{label} zero by filter")
    return node.call(ops.Sub(), made, less, label=f"{label} less zero")


def _fold(node: OnnxNode) -> Outputs:
    pads = node.attribute("pads", ())
    fields: dict[str, Any] = {
        "stride": node.attribute("strides", ()),
        "padding": _short(pads, len(pads) // 2),
        "dilation": node.attribute("dilations", ()),
    }
    return node.apply(ops.Fold, node.input(0), size=node.input(1), window=node.input(2), **fields)


NODES: Mapping[str, Rule] = {
    "Col2Im": _fold,
    "Conv": _conv,
    "ConvInteger": _integer,
    "ConvTranspose": _transposed,
}
