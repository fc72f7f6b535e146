"""The data of a model: arrays of samples, and how iterations take batches from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from graphscope.errors import InputError, Sentence
from graphscope.model import given
from graphscope.model.seeds import generator


@dataclass(frozen=True, eq=False)
class Feed:
    """Arrays by input name; the first axis counts samples where ``batch`` is given.

    Args:
        data: one array per input.
        batch: samples per iteration; None feeds everything each time.
        shuffle: whether each epoch takes the samples in a new order, drawn from the session's seed.
        made_up: the inputs whose data nobody gave.
    """

    data: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    batch: int | None = None
    shuffle: bool = False
    made_up: tuple[str, ...] = ()

    @property
    def samples(self) -> int:
        """How many samples there are, or 0 without data."""
        return min((len(array) for array in self.data.values() if array.ndim), default=0)

    @property
    def batches(self) -> int:
        """How many iterations use every sample once: an epoch."""
        return 1 if self.batch is None else max(1, -(-self.samples // self.batch))

    def rows(self, iteration: int, seed: int) -> np.ndarray | None:
        """The samples of one iteration as row numbers, or None for all."""
        if self.batch is None or self.batches == 1:
            return None
        epoch, index = divmod(iteration, self.batches)
        order = _shuffled(self.samples, seed, epoch) if self.shuffle else np.arange(self.samples)
        return order[index * self.batch : (index + 1) * self.batch]

    def take(self, iteration: int, seed: int) -> dict[str, np.ndarray]:
        """The arrays of one iteration."""
        rows = self.rows(iteration, seed)
        whole = {name for name, array in self.data.items() if rows is None or not array.ndim}
        return {name: array if name in whole else array[rows] for name, array in self.data.items()}


@lru_cache(maxsize=2)
def _shuffled(samples: int, seed: int, epoch: int) -> np.ndarray:
    """The order of the samples in one epoch, kept while its batches are taken."""
    order = generator(seed, "epoch", epoch).permutation(samples)
    order.setflags(write=False)
    return order


def feed(data: Mapping[str, Any], *, batch: int | None = None, shuffle: bool = False) -> Feed:
    """A feed of read-only copies.

    Raises:
        InputError: no arrays of numbers, arrays of different lengths, or a batch size that is not positive.
    """
    if not isinstance(data, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(
            'the data is given by input name, such as feed({{"x": …}}), not as {given}',
            given=given.shown(data),
        )
    arrays = {name: given.numbers(array, Sentence("input {name}", name=name)) for name, array in data.items()}
    batch = None if batch is None else given.whole(batch, Sentence("the batch size"), least=1)
    lengths = {name: len(array) for name, array in arrays.items() if array.ndim}
    if batch is not None and len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name}: {length}" for name, length in lengths.items())
        raise InputError(
            "batches of {batch} need as many samples in each input ({lengths})",
            batch=batch,
            lengths=shown,
        )
    return Feed(arrays, batch, shuffle)
