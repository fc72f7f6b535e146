"""A model as it is opened: the graph, the arrays of its parameters, its data, its loss and its optimizer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import numpy as np

from graphscope.graph.graph import Graph
from graphscope.model.feed import Feed
from graphscope.model.initializers import Initializer
from graphscope.model.seeds import generator
from graphscope.ops.base import Op


@dataclass(frozen=True, eq=False)
class Model:
    """A graph and what it needs to run.

    Args:
        arrays: for each parameter and constant its array (read-only) or how it is drawn.
        loss: the name of the value that backward starts from, or None for a model that only runs forward.
        optimizer: the op that updates one parameter, or None for a model that does not train.
    """

    graph: Graph
    arrays: Mapping[str, np.ndarray | Initializer]
    feed: Feed = field(default_factory=Feed)
    loss: str | None = None
    optimizer: Op | None = None

    @property
    def name(self) -> str:
        """The name of its graph."""
        return self.graph.name

    def initial(self, seed: int) -> dict[str, np.ndarray]:
        """The arrays of parameters and constants at the start; drawn ones by seed and name."""
        return {name: self._array(name, source, seed) for name, source in self.arrays.items()}

    def _array(self, name: str, source: np.ndarray | Initializer, seed: int) -> np.ndarray:
        if isinstance(source, np.ndarray):
            return source
        shape = tuple(int(size) for size in self.graph.value(name).spec.shape if size is not None)
        return source.draw(generator(seed, "parameter", name), shape)

    def digest(self, seed: int = 0) -> str:
        """A digest of graph, arrays and data: equal for equal models, wherever they were written."""
        graph = replace(self.graph, nodes=tuple(replace(node, origin=None) for node in self.graph.nodes))
        told = (graph, self.loss, self.optimizer, self.feed.batch, self.feed.shuffle)
        digest = blake2b(repr(told).encode(), digest_size=16)
        for arrays in (self.initial(seed), self.feed.data):
            for name, array in sorted(arrays.items()):
                digest.update(repr((name, array.shape, array.dtype.str)).encode())
                digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()
