"""The data of a run: inputs checked against the model's specs, symbolic sizes bound, batches by iteration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graphscope.errors import GraphScopeError, InputError
from graphscope.graph.graph import Graph, Value
from graphscope.graph.spec import TensorSpec, format_shape
from graphscope.model.feed import feed
from graphscope.model.made_up import refitted
from graphscope.model.model import Model
from graphscope.model.origin import located

Batch = Mapping[str, np.ndarray]


def with_inputs(model: Model, inputs: Mapping[str, Any] | None) -> Model:
    """The model with one fixed batch for all iterations in place of its data.

    Raises:
        InputError: a name that is no input.
    """
    if inputs is None:
        return model
    for name in inputs:
        if name not in model.graph.inputs:
            raise InputError(
                "{name} is not an input of {model}; its inputs are {inputs}",
                name=name,
                model=model.name,
                inputs=", ".join(model.graph.inputs) or "-",
            )
    given = feed(inputs).data
    made_up = refitted(model.graph, model.feed, given)
    made = feed({**model.feed.take(0, 0), **made_up, **given})
    return replace(model, feed=replace(made, made_up=tuple(made_up)), captured=None)


@dataclass
class Feeding:
    """Hands out the arrays of each iteration, checked and in the dtypes of the specs; keeps the last."""

    model: Model
    seed: int = 0
    _number: int = -1
    _batch: Batch = field(default_factory=dict[str, np.ndarray])

    def __post_init__(self) -> None:
        self.fixed = self.model.feed.batch is None
        """Whether every iteration gets the same arrays."""

    def take(self, number: int) -> Batch:
        """The arrays of one iteration by input name.

        Raises:
            InputError: an input without data, or data that does not fit; said with both shapes.
        """
        number = 0 if self.fixed else number
        if number != self._number:
            given = self.model.feed.take(number, self.seed)
            self._batch = {
                name: _fitting(self.model.graph.value(name), given) for name in self.model.graph.inputs
            }
            self._number = number
        return self._batch


def _fitting(value: Value, batch: Batch) -> np.ndarray:
    if value.name not in batch:
        raise InputError(
            "input {name} ({shape}) has no data; give it with --input {name}=FILE.npy or inputs=",
            name=value.name,
            shape=str(value.spec),
        )
    array = batch[value.name]
    if array.dtype.kind not in "fiub":
        raise InputError("input {name} holds {dtype}, not numbers", name=value.name, dtype=array.dtype.name)
    expected = value.spec.shape
    fits = array.ndim == len(expected) and all(
        not isinstance(size, int) or size == given for size, given in zip(expected, array.shape, strict=True)
    )
    if not fits:
        raise InputError(
            "input {name} should be {expected} but the data is {given}; reshape it",
            name=value.name,
            expected=str(value.spec),
            given=format_shape(array.shape),
        )
    return _converted(value, array)


def _converted(value: Value, array: np.ndarray) -> np.ndarray:
    """The array in the dtype of its input: rounded where that is floating, else the same numbers."""
    with np.errstate(all="ignore"):
        made = array.astype(value.spec.dtype, copy=False)
    if made is not array and not value.spec.floating and not np.array_equal(made, array):
        raise InputError(
            "input {name} takes {expected}, but the data ({given}) holds other numbers; convert it",
            name=value.name,
            expected=value.spec.dtype,
            given=array.dtype.name,
        )
    return made


def bind(graph: Graph, arrays: Batch) -> dict[str, TensorSpec]:
    """The spec of every value once the data has fixed the symbolic sizes.

    Raises:
        InputError: one name stands for two sizes.
        ShapeError: an operation cannot take its operands at these sizes.
    """
    specs = leaves(graph, arrays)
    for node in graph.nodes:
        try:
            made = node.op.specs(*(None if name is None else specs[name] for name in node.inputs))
        except GraphScopeError as error:
            raise located(node.op.in_names(error, node.inputs), node.origin) from None
        specs.update(zip(node.outputs, made, strict=True))
    return specs


def leaves(graph: Graph, arrays: Batch) -> dict[str, TensorSpec]:
    """The specs of inputs, parameters, buffers and constants once the data has fixed the symbolic sizes.

    Raises:
        InputError: one name stands for two sizes.
    """
    sizes = _sizes(graph, arrays)
    specs = {value.name: value.spec.bind(sizes) for value in graph.table if value.kind != "node"}
    for name, array in arrays.items():
        specs[name] = specs[name].like(shape=array.shape)
    return specs


def _sizes(graph: Graph, arrays: Batch) -> dict[str, int]:
    found: dict[str, tuple[int, str]] = {}
    for name, array in arrays.items():
        for symbol, size in zip(graph.value(name).spec.shape, array.shape, strict=True):
            if not isinstance(symbol, str):
                continue
            before = found.setdefault(symbol, (size, name))
            if before[0] != size:
                raise InputError(
                    "“{symbol}” is {first} in {one} but {second} in {two}; give both the same number",
                    symbol=symbol,
                    first=before[0],
                    one=before[1],
                    second=size,
                    two=name,
                )
    return {symbol: size for symbol, (size, _) in found.items()}
