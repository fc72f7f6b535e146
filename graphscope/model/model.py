"""A model as it is opened: the graph, the arrays of its parameters, its data, its loss and its optimizer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import cast

import numpy as np

from graphscope.errors import GraphError, ModelError
from graphscope.graph.graph import Graph
from graphscope.graph.spec import format_shape
from graphscope.model.captured import Captured
from graphscope.model.feed import Feed
from graphscope.model.initializers import Initializer
from graphscope.model.note import Note
from graphscope.model.origin import Source
from graphscope.model.seeds import generator
from graphscope.ops.base import Op
from graphscope.ops.control import Control


@dataclass(frozen=True, eq=False)
class Model:
    """A graph and what it needs to run.

    Args:
        arrays: for each parameter, buffer and constant its array (read-only) or how it is drawn.
        loss: the name of the value that backward starts from, or None for a model that only runs forward.
        optimizer: the op that updates one parameter, or None for a model that does not train.
        clipping: the op that shortens the gradients before the update, or None.
        source: the program that made it, where it is known.
        notes: what a user is told when it is opened.
        states: what the optimizer keeps for a parameter at the start, by names such as ``w@velocity``; zeros else.
        updates: the op that updates a parameter, where it is another than that of the others; None for none.
        captured: what the framework itself computed, where the model was captured from a run of it.
    """

    graph: Graph
    arrays: Mapping[str, np.ndarray | Initializer]
    feed: Feed = field(default_factory=Feed)
    loss: str | None = None
    optimizer: Op | None = None
    source: Source | None = field(default=None, repr=False)
    clipping: Op | None = None
    notes: tuple[Note, ...] = ()
    states: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray], repr=False)
    updates: Mapping[str, Op | None] = field(default_factory=dict[str, Op | None])
    captured: Captured | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        check(self)

    @property
    def name(self) -> str:
        """The name of its graph."""
        return self.graph.name

    def update_of(self, parameter: str) -> Op | None:
        """The op that updates a parameter, or None where nothing does."""
        return self.updates.get(parameter, self.optimizer)

    @property
    def state_names(self) -> tuple[str, ...]:
        """What the optimizer keeps for the parameters, by name: ``w@velocity``."""
        updates = ((name, self.update_of(name)) for name in self.graph.parameters)
        return tuple(f"{name}@{state}" for name, op in updates if op is not None for state in op.state)

    def initial(self, seed: int) -> dict[str, np.ndarray]:
        """The arrays of parameters, buffers and constants at the start; drawn ones by seed and name."""
        return {name: self._array(name, source, seed) for name, source in self.arrays.items()}

    def _array(self, name: str, source: np.ndarray | Initializer, seed: int) -> np.ndarray:
        if isinstance(source, np.ndarray):
            return source
        shape = cast("tuple[int, ...]", self.graph.value(name).spec.shape)
        try:
            array = source.draw(generator(seed, "parameter", name), shape)
        except MemoryError:
            raise ModelError(
                "{name} ({shape}) does not fit into memory; make it smaller",
                name=name,
                shape=format_shape(shape),
            ) from None
        if array.shape != shape:
            raise ModelError(
                "the initializer of {name} should draw {shape}, but it drew {given}",
                name=name,
                shape=format_shape(shape),
                given=format_shape(array.shape),
            )
        return array

    def digest(self, seed: int = 0) -> str:
        """A digest of graph, arrays and data: equal for equal models, wherever they were written."""
        told = (
            without_origins(self.graph),
            self.loss,
            self.optimizer,
            self.clipping,
            self.feed.batch,
            self.feed.shuffle,
        )
        if self.updates:
            told = (*told, dict(self.updates))
        digest = blake2b(repr(told).encode(), digest_size=16)
        for arrays in (self.initial(seed), self.feed.data, self.states):
            for name, array in sorted(arrays.items()):
                digest.update(repr((name, array.shape, array.dtype.str)).encode())
                digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def without_origins(graph: Graph) -> Graph:
    """A graph, and its bodies, without the places in a program that they come from."""
    nodes = (
        replace(
            node,
            op=node.op.with_bodies(without_origins) if isinstance(node.op, Control) else node.op,
            origin=None,
        )
        for node in graph.nodes
    )
    return replace(graph, nodes=tuple(nodes))


def check(model: Model) -> None:
    """Hold a model to its rules.

    Raises:
        GraphError: a parameter, buffer or constant without a size or an array, a loss that is not in the graph, or a
            name that optimizer state would have too.
    """
    graph = model.graph
    for name in (*graph.parameters, *graph.buffers, *graph.constants):
        spec, source = graph.value(name).spec, model.arrays.get(name)
        if source is None:
            raise GraphError("{name} has no array and no initializer; give it one", name=name)
        if not spec.static or (isinstance(source, np.ndarray) and source.shape != spec.shape):
            raise GraphError(
                "{name} needs an array of its own size {shape}, all numbers", name=name, shape=str(spec)
            )
    if model.loss is not None and model.loss not in graph.by_name:
        raise GraphError("nothing makes the value “{name}”", name=model.loss)
    for name in model.state_names:
        if name in graph.by_name:
            raise GraphError("“{name}” is what the optimizer's state is called; rename the value", name=name)
