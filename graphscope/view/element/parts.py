"""What a rule may ask for: one element of an operand, written out by who reads the kernel."""

from __future__ import annotations

from typing import Any, Protocol

from graphscope.engine.record import ArrayRef, Call, Trace
from graphscope.view.element.expression import Constant, Expression
from graphscope.view.element.moving import Origins

Index = tuple[int, ...]


class Reader(Protocol):
    """Who writes elements out and asks the rules how."""

    @property
    def trace(self) -> Trace:
        """The recorded kernel."""
        ...

    def at(self, ref: ArrayRef, index: Index) -> Expression:
        """One element of an array."""
        ...

    def origins(self, call: Call) -> Origins:
        """Where the elements of a moving call came from."""
        ...


def part(reader: Reader, operand: Any, index: Index) -> Expression:
    """The element of a broadcast operand that meets ``index``; a number is itself."""
    if not isinstance(operand, ArrayRef):
        return Constant(operand)
    shape = reader.trace.array(operand).shape
    own = index[len(index) - len(shape) :]
    places = (0 if size == 1 else place for size, place in zip(shape, own, strict=True))
    return reader.at(operand, tuple(places))
