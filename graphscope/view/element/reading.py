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
    _sizes: dict[int, int] = field(default_factory=dict[int, int])

    def write(self, ref: ArrayRef, index: Index) -> Expression:
        """How one element was made, by one line's worth of arithmetic."""
        self._written, self._depth = 0, 0
        call = self.trace.makers.get(ref)
        if call is None:
            return self._leaf(ref, index)
        expression = write_out(self, call, index)
        self._sizes = {}
        self._again = _repeated(expression, self._sizes)
        line = expression
        for self._most in INSIDE_ANOTHER:
            line = self._shortened(expression, inside=False)
            if leaves(line, {}) <= IN_A_LINE:
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
        if inside and (id(expression) in self._again or self._is_long(expression)):
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

    def _is_long(self, expression: Expression) -> bool:
        if isinstance(expression, Series) and (expression.rest is not None or len(expression.terms) > INSIDE):
            return True
        if isinstance(expression, Apply) and _is_scaled(expression):
            return any(map(self._is_long, expression.arguments))
        return leaves(expression, self._sizes) > self._most


def _is_scaled(expression: Apply) -> bool:
    """Whether it is something times or divided by a plain number, as a mean is a sum divided by one."""
    return expression.function in {"divide", "multiply"} and isinstance(expression.arguments[1], Constant)


def _repeated(expression: Expression, sizes: dict[int, int]) -> set[int]:
    """The parts that stand more than once in a line and are longer than a number: a maximum under each e."""
    seen: Counter[int] = Counter()
    again: dict[int, Expression] = {}

    def count(part: Expression) -> None:
        seen[id(part)] += 1
        if seen[id(part)] == 1:
            for child in children(part):
                count(child)
        else:
            again[id(part)] = part

    count(expression)
    return {key for key, part in again.items() if leaves(part, sizes) > 1}


def leaves(expression: Expression, sizes: dict[int, int]) -> int:
    """How many numbers an expression holds.

    Args:
        sizes: what is known of its parts, by identity: a part of a recurrence stands in a line many times.
    """
    size = sizes.get(id(expression))
    if size is None:
        size = sizes[id(expression)] = _leaves(expression, sizes)
    return size


def _leaves(expression: Expression, sizes: dict[int, int]) -> int:
    match expression:
        case Apply(_, arguments):
            return sum(leaves(each, sizes) for each in arguments)
        case Series(_, terms, rest):
            return sum(leaves(each, sizes) for each in terms) + (rest is not None)
        case Chosen(branch):
            return leaves(branch, sizes)
        case _:
            return 1
