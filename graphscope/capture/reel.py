"""Collects calls as a framework makes them, and keeps apart what depends on no leaf: a constant of the step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphscope.capture.tape import Call, Leaf, LeafKind, Tape, reads
from graphscope.graph.graph import Origin
from graphscope.graph.scope import Scope

_LOOKED_AT = 2**20
"""Larger arrays of whole numbers are not kept for rules to look at."""


@dataclass(eq=False)
class Reel:
    """A tape in the making.

    Args:
        array: a tensor of the framework as an array.
        constant: names of calls that read only a shape, or draw: what they make is a constant of this step.
    """

    array: Callable[[Any], np.ndarray]
    constant: frozenset[str] = frozenset()
    leaves: list[Leaf] = field(default_factory=list[Leaf])
    calls: list[Call] = field(default_factory=list[Call])
    known: dict[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    whole: dict[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    classes: dict[Scope, str] = field(default_factory=dict[Scope, str])
    _moving: set[str] = field(default_factory=set[str])
    """Tensors that depend on a leaf."""

    def leaf(self, name: str, title: str, kind: LeafKind, tensor: Any) -> None:
        """A tensor that was there before the step."""
        self.leaves.append(Leaf(name, title, kind, self.array(tensor)))
        self._moving.add(name)
        self._note_whole(name, self.leaves[-1].array)

    def constant_tensor(self, name: str, tensor: Any) -> None:
        """A tensor that the program holds as a number."""
        self.known[name] = self.array(tensor)

    def call(
        self,
        name: tuple[str, str],
        given: tuple[Any, ...],
        named: Mapping[str, Any],
        results: Sequence[tuple[str, Any]],
        *,
        scope: Scope = (),
        origin: Origin | None = None,
        mask: np.ndarray | None = None,
    ) -> None:
        """One call and what it made, each result under its name; None for what is no tensor."""
        names = tuple(result for result, _ in results)
        call = Call(
            *name,
            given,
            named,
            names,
            tuple("" if each is None else str(each.dtype).removeprefix("torch.") for _, each in results),
            tuple(() if each is None else tuple(each.shape) for _, each in results),
            scope,
            origin,
            mask,
        )
        self.calls.append(call)
        if name[0] not in self.constant and self._moving.intersection(reads(call)):
            self._moving.update(names)
            for result, each in results:
                if each is not None and "int" in str(each.dtype):
                    self._note_whole(result, self.array(each))
        else:
            self.known |= {result: self.array(each) for result, each in results if each is not None}

    def _note_whole(self, name: str, array: np.ndarray) -> None:
        if array.dtype.kind in "iu" and array.size <= _LOOKED_AT:
            self.whole[name] = array

    def tape(self, loss: str, outputs: tuple[str, ...], carries: Mapping[str, str], value: float) -> Tape:
        """The finished tape."""
        leaves, calls = tuple(self.leaves), tuple(self.calls)
        return Tape(leaves, calls, loss, outputs, self.known, self.whole, carries, self.classes, value)
