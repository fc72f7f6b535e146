"""A tensor of a Keras model, whose channels come last, and the same with its channels where our ops want them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graphscope import ops
from graphscope.model.handle import Handle


@dataclass(eq=False)
class Tensor:
    """A tensor in one layout or in both; the other one is made when a layer asks for it.

    So a chain of convolutions and poolings moves its channels once at its beginning and once at its end.

    Args:
        plain: as Keras has it.
        moved: with the last axis moved to place 1, behind the samples.
    """

    plain: Handle | None = None
    moved: Handle | None = None

    def whole(self) -> Handle:
        """As Keras has it."""
        plain = self.plain
        if plain is None:
            moved = self.first()
            plain = moved.builder.call(ops.Transpose((0, *range(2, moved.spec.rank), 1)), moved)
            self.plain = plain
        return plain

    def first(self) -> Handle:
        """With the channels behind the samples."""
        moved = self.moved
        if moved is None:
            plain = self.whole()
            order = (0, plain.spec.rank - 1, *range(1, plain.spec.rank - 1))
            moved = plain if plain.spec.rank < 3 else plain.builder.call(ops.Transpose(order), plain)
            self.moved = moved
        return moved

    @property
    def rank(self) -> int:
        """How many axes it has."""
        return self.any.spec.rank

    @property
    def any(self) -> Handle:
        """In a layout that is there; for what does not care."""
        handle = self.moved if self.moved is not None else self.plain
        return handle if handle is not None else self.whole()

    def each(self, function: Callable[[Handle], Handle]) -> Tensor:
        """A function of every element by itself: the layout stays."""
        return self.same(function(self.any))

    def same(self, handle: Handle) -> Tensor:
        """Another tensor in the layout that `any` gives."""
        return Tensor(moved=handle) if self.moved is not None else Tensor(handle)


def alike(tensors: tuple[Tensor, ...]) -> bool:
    """Whether all are there with their channels moved, and of as many axes."""
    return all(each.moved is not None for each in tensors) and len({each.rank for each in tensors}) == 1
