"""Makes a model of what was read: without what folding left over, and with data, so that it can step at once."""

from __future__ import annotations

from collections.abc import Collection
from math import prod

import numpy as np

from graphscope.errors import Sentence
from graphscope.graph.graph import Graph, Node, Value
from graphscope.graph.spec import TensorSpec, format_shape
from graphscope.model.feed import Feed
from graphscope.model.seeds import generator

LARGEST = 2**26
"""So many elements at most are made up for an input."""
_BATCH, _LENGTH, _SIDE = 1, 8, 32
"""What stands in for an open size: of the first axis, of another, of one of a picture's sides."""


def pruned(graph: Graph, kept: Collection[str]) -> Graph:
    """Without the nodes that nothing needs any more, and without numbers that no node reads.

    Args:
        kept: values that nothing reads in the file either, so that they are meant to be seen.
    """
    needed = {*graph.outputs, *kept}
    nodes: list[Node] = []
    for node in reversed(graph.nodes):
        if not needed.isdisjoint(node.outputs):
            nodes.append(node)
            needed.update(name for name in node.inputs if name is not None)
    made = {name for node in nodes for name in node.outputs}
    table = tuple(value for value in graph.table if value.kind == "input" or value.name in needed | made)
    return Graph(graph.name, table, tuple(reversed(nodes)), graph.outputs)


def made_up(graph: Graph) -> tuple[Feed, Sentence | None]:
    """Data for the inputs, and the sentence that says so: nobody should take it for real data."""
    sizes: dict[str, int] = {}
    data: dict[str, np.ndarray] = {}
    for value in (graph.by_name[name] for name in graph.inputs):
        shape = tuple(_size(value.spec, axis, sizes) for axis in range(value.spec.rank))
        if prod(shape) <= LARGEST:
            data[value.name] = _array(value, shape)
    if not data:
        return Feed(), None
    shown = ", ".join(f"{name} {format_shape(array.shape)}" for name, array in data.items())
    return Feed(data), Sentence(
        "the file brings no data, so the inputs are made up ({inputs}): random numbers where they are floating, "
        "else zeros or ones; give your own with --input NAME=FILE.npy or inputs=",
        inputs=shown,
    )


def _size(spec: TensorSpec, axis: int, sizes: dict[str, int]) -> int:
    size = spec.shape[axis]
    if isinstance(size, int):
        return size
    usual = _BATCH if axis == 0 else _SIDE if spec.rank == 4 and axis > 1 else _LENGTH
    return usual if size is None else sizes.setdefault(size, usual)


def _array(value: Value, shape: tuple[int, ...]) -> np.ndarray:
    spec = value.spec
    if spec.floating:
        array = generator(0, "made up", value.name).standard_normal(shape).astype(spec.dtype)
    else:
        ones = spec.dtype == "bool" or "mask" in value.name.lower()
        array = (np.ones if ones else np.zeros)(shape, spec.dtype)
    array.setflags(write=False)
    return array
