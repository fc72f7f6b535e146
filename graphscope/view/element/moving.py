"""Functions that only move elements: where each element of the result came from, found by moving numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from graphscope.backends.base import open_backend
from graphscope.engine.record import ArrayRef, Call, Trace

FROM_FIRST = frozenset(
    {
        "broadcast_to",
        "expand_dims",
        "flip",
        "getitem",
        "matrix_transpose",
        "moveaxis",
        "pad",
        "permute_dims",
        "repeat",
        "reshape",
        "roll",
        "sliding_windows",
        "squeeze",
        "take",
        "take_along_axis",
        "tile",
        "tril",
        "triu",
        "unstack",
    }
)
"""Functions whose result holds elements of their first operand."""
FROM_ALL = frozenset({"broadcast_arrays", "concat", "meshgrid", "stack"})
"""Functions whose result holds elements of all their operands."""

_SEVERAL = frozenset({"broadcast_arrays", "meshgrid", "unstack"})

NOWHERE = -1


class Origins:
    """For the result of a moving call, the array and element that each of its elements is.

    Each element of the operands gets a number, and the same function moves the numbers.
    """

    def __init__(self, trace: Trace, call: Call) -> None:
        self._trace, self._call = trace, call
        self._sources: list[tuple[int, ArrayRef]] = []
        self._next = 0
        self._moved = self._move()

    def find(self, index: tuple[int, ...]) -> tuple[ArrayRef, tuple[int, ...]] | None:
        """Where an element came from; None where it was filled in."""
        number = int(self._moved[index])
        if number == NOWHERE:
            return None
        start, ref = next(
            (start, ref) for start, ref in self._sources if 0 <= number - start < self._trace.array(ref).size
        )
        return ref, unravel(number - start, self._trace.array(ref).shape)

    def _move(self) -> np.ndarray[Any, Any]:
        call = self._call
        moved = len(call.operands) if call.function in FROM_ALL else 1
        operands = [self._numbered(operand) for operand in call.operands[:moved]]
        operands += [self._real(operand) for operand in call.operands[moved:]]
        options = {key: self._real(value) for key, value in call.options.items() if key != "value"}
        return np.asarray(self._run(call.function, operands, options))

    def _run(self, name: str, operands: list[Any], options: dict[str, Any]) -> Any:
        if name == "getitem":
            key = tuple(operands[1:])
            return operands[0][key if len(key) != 1 else key[0]]
        if name in {"tril", "triu"}:
            return _function(name)(operands[0] + 1, **options) - 1
        if name == "pad":
            options = {**options, "value": NOWHERE}
        made: Any = _function(name)(*operands, **options)
        return made[self._call.part] if self._call.function in _SEVERAL else made

    def _numbered(self, operand: Any) -> Any:
        """An operand's elements as numbers of their own; a tuple of operands likewise."""
        if isinstance(operand, ArrayRef):
            array = self._trace.array(operand)
            start, self._next = self._next, self._next + array.size
            self._sources.append((start, operand))
            return np.reshape(np.arange(start, self._next, dtype=np.int64), array.shape)
        return [self._numbered(each) for each in operand]

    def _real(self, value: Any) -> Any:
        """An argument that says where to, with its real numbers."""
        if isinstance(value, ArrayRef):
            return self._trace.array(value)
        return self._real_cut(value) if isinstance(value, slice) else value

    def _real_cut(self, cut: Any) -> Any:
        start, stop, step = bounds_of(cut)
        return slice(self._bound(start), self._bound(stop), self._bound(step))

    def _bound(self, value: Any) -> Any:
        return int(self._trace.array(value)) if isinstance(value, ArrayRef) else value


@cache
def _function(name: str) -> Callable[..., Any]:
    return getattr(open_backend("numpy").xp, name)


def bounds_of(cut: Any) -> tuple[Any, Any, Any]:
    """Start, stop and step of a slice."""
    return cut.start, cut.stop, cut.step


def unravel(position: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A position in an array read in order, as an index."""
    return tuple(int(each) for each in np.unravel_index(position, shape))
