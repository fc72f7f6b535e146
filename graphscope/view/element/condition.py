"""Tells why an element took the branch that it took: whether a condition holds, and numbers that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from graphscope.errors import Sentence
from graphscope.view.element.expression import Apply, Chosen, Constant, Expression, value_of
from graphscope.view.element.writing import compose, digits, recomputed, symbols, text
from graphscope.view.naming import Naming
from graphscope.view.notation import Span

OPPOSITE: Mapping[str, str] = {
    "less": "greater_equal",
    "less_equal": "greater",
    "greater": "less_equal",
    "greater_equal": "less",
    "equal": "not_equal",
    "not_equal": "equal",
}
BOTH = frozenset({"logical_and", "bitwise_and"})
EITHER = frozenset({"logical_or", "bitwise_or"})
NOT = frozenset({"logical_not", "bitwise_invert"})
MORE = (5, 6, 7, 8, 9, None)
"""Decimals to try where fewer would hide on which side of a limit a number is."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Why a ``where`` took the branch that it took.

    Args:
        symbolic: what was asked, by name: ``q[0,0] ≤ 1``.
        numbers: what is true of the numbers: ``1.2878 > 1``.
    """

    symbolic: tuple[Span, ...]
    numbers: tuple[Span, ...]
    holds: bool

    @property
    def sentence(self) -> Sentence:
        """The same in words."""
        return self.told(text(self.symbolic), text(self.numbers))

    def told(self, condition: str, numbers: str) -> Sentence:
        """The sentence with the two parts written in some way."""
        template = "{condition} holds: {numbers}" if self.holds else "{condition} does not hold: {numbers}"
        return Sentence(template, condition=condition, numbers=numbers)


def conditions_of(chosen: list[Chosen], naming: Naming, decimals: int | None) -> tuple[Condition, ...]:
    """What is told of the branches that were taken; nothing of those that no data decides."""
    return tuple(_condition(each, naming, decimals) for each in chosen if not _settled(each.condition))


def _settled(condition: Expression) -> bool:
    return isinstance(condition, Constant)


def _condition(chosen: Chosen, naming: Naming, decimals: int | None) -> Condition:
    shown = truth_of(chosen.condition, holds=chosen.holds)
    enough = next((each for each in (decimals, *MORE) if _shows(shown, each)), None)
    asked = compose(chosen.condition, symbols(naming)).spans
    return Condition(asked, compose(shown, digits(naming, enough)).spans, chosen.holds)


def truth_of(condition: Expression, *, holds: bool) -> Expression:
    """What is true where a condition holds or does not: of 2 = 0 that 2 ≠ 0, of two parts the one that decides."""
    if not isinstance(condition, Apply):
        return condition
    function, parts = condition.function, condition.arguments
    if function in NOT:
        return truth_of(parts[0], holds=not holds)
    if function in BOTH | EITHER:
        return _of_parts(parts, holds=holds, together=holds == (function in BOTH))
    if holds:
        return condition
    opposite = Apply(OPPOSITE[function], parts) if function in OPPOSITE else None
    return opposite if opposite is not None and value_of(opposite) else Apply("logical_not", (condition,))


def _of_parts(parts: tuple[Expression, ...], *, holds: bool, together: bool) -> Expression:
    """All parts where they count together, else the first that decides alone."""
    if together:
        told = [truth_of(part, holds=holds) for part in parts]
        return reduce(lambda left, right: Apply("logical_and", (left, right)), told)
    return truth_of(next(part for part in parts if bool(value_of(part)) == holds), holds=holds)


def _shows(shown: Expression, decimals: int | None) -> bool:
    """Whether the printed numbers show what is said of them; a truth value alone is what it is."""
    if not isinstance(shown, Apply):
        return True
    return bool(recomputed(shown, decimals))
