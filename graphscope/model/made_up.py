"""Data for a model whose file brings none, so that it can step at once: made up, and said to be."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from graphscope.errors import Sentence
from graphscope.graph.graph import Graph, Value
from graphscope.graph.spec import TensorSpec, format_shape
from graphscope.model.feed import Feed
from graphscope.model.seeds import generator

LARGEST = 2**26
"""So many elements at most are made up for an input."""
_LENGTH, _SIDE = 8, 32
"""What stands in for an open size: of an axis behind the first, of one of a picture's sides."""


def made_up(
    graph: Graph, *, batch: int = 1, targets: Mapping[str, int] | None = None
) -> tuple[Feed, Sentence | None]:
    """Data for the inputs, and the sentence that says so: nobody should take it for real data.

    Args:
        batch: how many samples, where that is open.
        targets: for inputs that hold what is right of so many classes their number; the samples take turns.
    """
    sizes: dict[str, int] = {}
    data: dict[str, np.ndarray] = {}
    for value in (graph.by_name[name] for name in graph.inputs):
        shape = tuple(_size(value.spec, axis, sizes, batch) for axis in range(value.spec.rank))
        if prod(shape) <= LARGEST:
            classes = (targets or {}).get(value.name)
            data[value.name] = _array(value, shape) if classes is None else _target(value, shape, classes)
    if not data:
        return Feed(), None
    shown = ", ".join(f"{name} {format_shape(array.shape)}" for name, array in data.items())
    return Feed(data), Sentence(
        "the file brings no data, so the inputs are made up ({inputs}): random numbers where they are floating, "
        "else zeros or ones; give your own with --input NAME=FILE.npy or inputs=",
        inputs=shown,
    )


def _size(spec: TensorSpec, axis: int, sizes: dict[str, int], batch: int) -> int:
    size = spec.shape[axis]
    if isinstance(size, int):
        return size
    usual = batch if axis == 0 else _SIDE if spec.rank == 4 and axis > 1 else _LENGTH
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


def _target(value: Value, shape: tuple[int, ...], classes: int) -> np.ndarray:
    """Class numbers in turn, or 1 at them and 0 elsewhere where each class has a place."""
    if value.spec.floating and shape and shape[-1] > 1:
        array = np.zeros(shape, value.spec.dtype)
        rows = array.reshape(-1, shape[-1])
        rows[np.arange(len(rows)), np.arange(len(rows)) % max(classes, 1) % shape[-1]] = 1
    else:
        array = (np.arange(prod(shape)).reshape(shape) % max(classes, 1)).astype(value.spec.dtype)
    array.setflags(write=False)
    return array
