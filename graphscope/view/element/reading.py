"""Writes out one element of a recorded kernel: down to the named arrays, and no longer than can be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from graphscope.engine.record import ArrayRef, Call, Trace
from graphscope.view.element.expression import (
    Apply,
    Chosen,
    Constant,
    Expression,
    Leaf,
    Position,
    Series,
    children,
)
from graphscope.view.element.moving import FROM_ALL, FROM_FIRST, Origins
from graphscope.view.element.parts import Index
from graphscope.view.element.rules import write_out
from graphscope.view.naming import Naming
from graphscope.view.notation import foot

_MOVES = FROM_FIRST | FROM_ALL

DEEPEST = 7
"""So many functions inside one another are written out; deeper ones get a line of their own."""
MOST = 300
"""So many elements are looked at for one line; a long recurrence would have no end."""
INSIDE = 3
"""A sum inside another function has so many terms, or else a line of its own."""
INSIDE_ANOTHER = (9, 4, 1)
"""So many numbers may stand inside another function; fewer if the line is then too long."""
IN_A_LINE = 18
"""So many numbers make a line too long."""


@dataclass
class Writer:
    """Writes elements of one trace.

    Args:
        naming: the labels of its arrays; those that need a line of their own get one as they are met.
    """

    trace: Trace
    naming: Naming
    _origins: dict[ArrayRef, Origins] = field(default_factory=dict[ArrayRef, Origins])
    _known: dict[tuple[ArrayRef, Index], Expression] = field(
        default_factory=dict[tuple[ArrayRef, Index], Expression]
    )
    _made: dict[int, tuple[ArrayRef, Index]] = field(default_factory=dict[int, tuple[ArrayRef, Index]])
    _own: int = 0
    _again: set[int] = field(default_factory=set[int])
    _most: int = INSIDE_ANOTHER[0]
    _depth: int = 0
    _written: int = 0

    def write(self, ref: ArrayRef, index: Index) -> Expression:
        """How one element was made, by one line's worth of arithmetic."""
        self._written, self._depth = 0, 0
        call = self.trace.makers.get(ref)
        if call is None:
            return self._leaf(ref, index)
        expression = write_out(self, call, index)
        self._again = _repeated(expression)
        line = expression
        for self._most in INSIDE_ANOTHER:
            line = self._shortened(expression, inside=False)
            if leaves(line) <= IN_A_LINE:
                break
        return line

    def at(self, ref: ArrayRef, index: Index) -> Expression:
        """One element as part of a line."""
        call = self.trace.makers.get(ref)
        moves = call is not None and call.function in _MOVES
        label = self.naming.labels.get(ref)
        if label is not None and not (moves and label.quantity == "local"):
            return self._leaf(ref, index)
        if call is None:
            return Constant(self.trace.array(ref)[index].item())
        if (ref, index) in self._known:
            return self._known[ref, index]
        self._written += 1
        if not moves and (self._depth > DEEPEST or self._written > MOST):
            return self._own_line(ref, index)
        deeper = 0 if moves or call.function in {"add", "negative", "astype"} else 1
        self._depth += deeper
        expression = write_out(self, call, index)
        self._depth -= deeper
        self._made.setdefault(id(expression), (ref, index))
        self._known[ref, index] = expression
        return expression

    def origins(self, call: Call) -> Origins:
        """Where the elements of a moving call came from, found once."""
        if call.result not in self._origins:
            self._origins[call.result] = Origins(self.trace, call)
        return self._origins[call.result]

    def _leaf(self, ref: ArrayRef, index: Index) -> Leaf:
        return Leaf(ref, index, self.trace.array(ref)[index])

    def _own_line(self, ref: ArrayRef, index: Index) -> Leaf:
        if ref not in self.naming.labels:
            self._own += 1
            self.naming.add_local(ref, f"t{foot(self._own)}")
        return self._leaf(ref, index)

    def _shortened(self, expression: Expression, *, inside: bool) -> Expression:
        """The line with long parts replaced by names."""
        if inside and (_is_long(expression, self._most) or id(expression) in self._again):
            made = self._made.get(id(expression))
            if made is not None:
                return self._own_line(made[0], made[1])
        match expression:
            case Apply(function, arguments):
                flat = not inside and function in {"add", "negative"}
                scaled = not inside and _is_scaled(expression)
                parts = tuple(self._shortened(each, inside=not (flat or scaled)) for each in arguments)
                return replace(expression, arguments=parts)
            case Series(_, terms):
                return replace(expression, terms=tuple(self._shortened(term, inside=True) for term in terms))
            case Chosen(branch, condition):
                shorter = self._shortened(branch, inside=inside)
                return replace(expression, branch=shorter, condition=self._shortened(condition, inside=True))
            case Position(_, winner):
                return replace(expression, winner=self._shortened(winner, inside=True))
            case _:
                return expression


def _is_long(expression: Expression, most: int) -> bool:
    if isinstance(expression, Series):
        return expression.rest is not None or len(expression.terms) > INSIDE or leaves(expression) > most
    if isinstance(expression, Apply) and _is_scaled(expression):
        return any(_is_long(part, most) for part in expression.arguments)
    return leaves(expression) > most


def _is_scaled(expression: Apply) -> bool:
    """Whether it is something times or divided by a plain number, as a mean is a sum divided by one."""
    return expression.function in {"divide", "multiply"} and isinstance(expression.arguments[1], Constant)


def _repeated(expression: Expression) -> set[int]:
    """The parts that stand more than once in a line and are longer than a number: a maximum under each e."""
    seen: Counter[int] = Counter()

    def count(part: Expression) -> None:
        seen[id(part)] += 1
        if seen[id(part)] == 1:
            for child in children(part):
                count(child)

    count(expression)
    long = {id(part) for part in _parts(expression) if leaves(part) > 1}
    return {part for part, times in seen.items() if times > 1 and part in long}


def _parts(expression: Expression) -> list[Expression]:
    return [expression, *(part for child in children(expression) for part in _parts(child))]


def leaves(expression: Expression) -> int:
    """How many numbers an expression holds."""
    match expression:
        case Apply(_, arguments):
            return sum(map(leaves, arguments))
        case Series(_, terms, rest):
            return sum(map(leaves, terms)) + (rest is not None)
        case Chosen(branch):
            return leaves(branch)
        case _:
            return 1
