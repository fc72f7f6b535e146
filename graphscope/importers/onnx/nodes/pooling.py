"""ONNX's pooling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.nodes.convolution import window_fields
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _fields(node: OnnxNode) -> dict[str, Any]:
    """What all kinds of windows have."""
    window = node.attribute("kernel_shape")
    return {"window": window, **window_fields(node, len(window)), "ceil": node.flag("ceil_mode")}


def _max_pool(node: OnnxNode) -> Outputs:
    x, fields = node.input(0), _fields(node)
    columns_first = node.flag("storage_order")
    if node.wants(1):
        return node.call(ops.MaxPoolIndices(**fields, columns_first=columns_first), x)
    kind = ops.MaxPool2d if x.rank == 4 else ops.MaxPool
    return node.call(kind(**fields), x)


def _average_pool(node: OnnxNode) -> Outputs:
    x, counts = node.input(0), node.flag("count_include_pad")
    kind = ops.AvgPool2d if x.rank == 4 else ops.AvgPool
    return node.call(kind(**_fields(node), border_counts=counts), x)


def _lp_pool(node: OnnxNode) -> Outputs:
    return node.call(ops.LpPool(**_fields(node), power=node.attribute("p")), node.input(0))


def _max_unpool(node: OnnxNode) -> Outputs:
    """Where the file asks for another shape, what the places count in stands at its beginning."""
    x, wanted = node.input(0), node.optional(2)
    window = node.attribute("kernel_shape")
    count = len(window)
    strides, pads = node.attribute("strides", (1,) * count), node.attribute("pads", (0,) * (2 * count))
    sizes = [size for size in x.shape if isinstance(size, int)]
    if len(sizes) != x.rank:
        node.refuse(Sentence("the sizes of what is put back must be known"))
    inner = [
        (size - 1) * step + width - before - after
        for size, step, width, before, after in zip(
            sizes[2:], strides, window, pads[:count], pads[count:], strict=True
        )
    ]
    shape = (*sizes[:2], *inner)
    alone = wanted is None or wanted.value == shape
    made = node.call(ops.MaxUnpool(shape), x, node.input(1), label="" if alone else "unpooled")
    if wanted is None or alone:
        return made
    more = node.call(ops.Sub(), wanted, node.constant(shape, "int64", "shape"), label="more")
    none = node.constant([0] * len(shape), "int64", "none")
    return node.apply(ops.Pad, made, pads=node.call(ops.Concat(), none, more, label="pads"))


NODES: Mapping[str, Rule] = {
    "AveragePool": _average_pool,
    "GlobalAveragePool": simple(ops.GlobalAvgPool),
    "GlobalLpPool": simple(ops.GlobalLpPool, power="p"),
    "GlobalMaxPool": simple(ops.GlobalMaxPool),
    "LpPool": _lp_pool,
    "MaxPool": _max_pool,
    "MaxUnpool": _max_unpool,
}
