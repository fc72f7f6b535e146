"""Data for a model whose file brings none, so that it can step at once: made up, and said to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
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
    return Feed(data, made_up=tuple(data)), Sentence(
        "the file brings no data, so the inputs are made up ({inputs}): random numbers where they are floating, "
        "else zeros or ones; give your own with --input NAME=FILE.npy or inputs=",
        inputs=shown,
    )


def with_target(graph: Graph, feed: Feed, name: str) -> Feed:
    """The data with some for an input that holds what is right, where all the rest is made up as well.

    Args:
        name: of the input; whole numbers are classes of the graph's first output.
    """
    if not feed.made_up or name in feed.data:
        return feed
    value, scores = graph.by_name[name], graph.by_name[graph.outputs[0]].spec
    sizes = _bound(graph, feed.data)
    shape = tuple(_size(value.spec, axis, sizes, 1) for axis in range(value.spec.rank))
    last = scores.shape[-1] if scores.shape else 1
    classes = last if isinstance(last, int) else 2
    made = _array(value, shape) if value.spec.floating else _target(value, shape, classes)
    return replace(feed, data={**feed.data, name: made}, made_up=(*feed.made_up, name))


def refitted(graph: Graph, feed: Feed, given: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The data that nobody gave, repeated or cut to the open sizes that given data has."""
    sizes = _bound(graph, given)
    left = (graph.by_name[name] for name in feed.made_up if name not in given)
    return {value.name: _repeated(value.spec, feed.data[value.name], sizes) for value in left}


def _bound(graph: Graph, data: Mapping[str, np.ndarray]) -> dict[str, int]:
    """What arrays say of sizes that have names."""
    found: dict[str, int] = {}
    for name, array in data.items():
        for size, number in zip(graph.by_name[name].spec.shape, array.shape, strict=False):
            if isinstance(size, str):
                found.setdefault(size, number)
    return found


def _repeated(spec: TensorSpec, array: np.ndarray, sizes: Mapping[str, int]) -> np.ndarray:
    for axis, size in enumerate(spec.shape):
        wanted = sizes.get(size, array.shape[axis]) if isinstance(size, str) else array.shape[axis]
        if wanted != array.shape[axis]:
            array = np.take(array, np.arange(wanted) % array.shape[axis], axis=axis)
    array.setflags(write=False)
    return array


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
