"""Data for a model whose file brings none, so that it can step at once: made up, and said to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod

import numpy as np

from graphscope.errors import GraphScopeError, Sentence
from graphscope.graph.graph import Graph, Value
from graphscope.graph.spec import TensorSpec, format_shape
from graphscope.model.feed import Feed
from graphscope.model.seeds import generator

LARGEST = 2**26
"""So many elements at most are made up for an input."""
LENGTHS, SIDES = (8, 64, 512, 4096), (32, 48, 64, 128, 224)
"""What may stand in for an open size: of an axis behind the first, of one of a picture's sides."""


def made_up(
    graph: Graph, *, batch: int = 1, targets: Mapping[str, int] | None = None
) -> tuple[Feed, Sentence | None]:
    """Data for the inputs, and the sentence that says so: nobody should take it for real data.

    Args:
        batch: how many samples, where that is open.
        targets: for inputs that hold what is right of so many classes their number; the samples take turns.
    """
    data: dict[str, np.ndarray] = {}
    for name, shape in _shapes(graph, batch).items():
        if prod(shape) <= LARGEST:
            value, classes = graph.by_name[name], (targets or {}).get(name)
            data[name] = _array(value, shape) if classes is None else _target(value, shape, classes)
    if not data:
        return Feed(), None
    shown = ", ".join(f"{name} {format_shape(array.shape)}" for name, array in data.items())
    return Feed(data, made_up=tuple(data)), Sentence(
        "the file brings no data, so the inputs are made up ({inputs}): random numbers where they are floating, "
        "else zeros or ones; give your own with --input NAME=FILE.npy or inputs=",
        inputs=shown,
    )


def shapes_to_try(graph: Graph, batch: int) -> list[dict[str, tuple[int, ...]]]:
    """Shapes of the inputs in which open sizes are numbers, from small to large."""
    ways = ((lone, length, side) for lone in (False, True) for length in LENGTHS for side in SIDES)
    found = [_shaped(graph, batch, length, side, lone=lone) for lone, length, side in ways]
    return [each for place, each in enumerate(found) if each not in found[:place]]


def _shapes(graph: Graph, batch: int) -> dict[str, tuple[int, ...]]:
    """The smallest that every operation of the graph takes, or else just the smallest."""
    found = shapes_to_try(graph, batch)
    return next((each for each in found if _taken(graph, each)), found[0])


def _shaped(graph: Graph, batch: int, length: int, side: int, *, lone: bool) -> dict[str, tuple[int, ...]]:
    """A shape for each input.

    Args:
        lone: whether a size is that of the batch, too, where it is the only open one and does not come first.
    """
    sizes: dict[str, int] = {}
    specs = {name: graph.by_name[name].spec for name in graph.inputs}
    made: dict[str, tuple[int, ...]] = {}
    for name, spec in specs.items():
        alone = lone and sum(not isinstance(size, int) for size in spec.shape) == 1
        usual = batch if alone else length
        made[name] = tuple(_size(spec, axis, sizes, batch, usual, side) for axis in range(spec.rank))
    return made


def _taken(graph: Graph, shapes: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether every operation takes its operands at these sizes."""
    specs = {value.name: value.spec for value in graph.table}
    specs.update({name: specs[name].like(shape=shape) for name, shape in shapes.items()})
    try:
        for node in graph.nodes:
            made = node.op.specs(*(None if name is None else specs[name] for name in node.inputs))
            specs.update(zip(node.outputs, made, strict=True))
    except GraphScopeError:
        return False
    return True


def with_target(graph: Graph, feed: Feed, name: str) -> Feed:
    """The data with some for an input that holds what is right, where all the rest is made up as well.

    Args:
        name: of the input; whole numbers are classes of the graph's first output.
    """
    if not feed.made_up or name in feed.data:
        return feed
    value, scores = graph.by_name[name], graph.by_name[graph.outputs[0]].spec
    sizes = _bound(graph, feed.data)
    shape = tuple(_size(value.spec, axis, sizes, 1, LENGTHS[0], SIDES[0]) for axis in range(value.spec.rank))
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


def _size(spec: TensorSpec, axis: int, sizes: dict[str, int], batch: int, length: int, side: int) -> int:
    size = spec.shape[axis]
    if isinstance(size, int):
        return size
    usual = batch if axis == 0 else side if spec.rank == 4 and axis > 1 else length
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
