"""One element as an equation that a calculator confirms: names, then numbers, then the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from graphscope.engine.record import ArrayRef, Trace
from graphscope.errors import InputError, Sentence
from graphscope.view import notation
from graphscope.view.element.condition import Condition, conditions_of
from graphscope.view.element.expression import (
    Apply,
    Chosen,
    Constant,
    Expression,
    Leaf,
    Opaque,
    Position,
    Series,
    children,
    value_of,
)
from graphscope.view.element.parts import Index
from graphscope.view.element.reading import Writer
from graphscope.view.element.writing import compose, digits, recomputed, symbols, text
from graphscope.view.naming import Naming
from graphscope.view.notation import Line, Span, operator
from graphscope.view.numbers import number, rounded, settle

Relation = Literal["=", "≈"]

LINES = 8
"""So many lines explain what stands in the equation."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a sum (or one candidate of an extreme), in both ways of writing."""

    symbolic: tuple[Span, ...]
    numbers: tuple[Span, ...]
    value: float


@dataclass(frozen=True, slots=True)
class Remainder:
    """The terms that are not shown: "… 58 more, together 0.0031"; an extreme has no total."""

    count: int
    total: str | None

    @property
    def sentence(self) -> Sentence:
        """The same in words."""
        if self.total is None:
            return Sentence("… {count} more", count=self.count)
        return Sentence("… {count} more, together {total}", count=self.count, total=self.total)


@dataclass(frozen=True, slots=True)
class Check:
    """All terms of a long sum added up, beside the number that is stored."""

    total: str
    stored: str

    @property
    def sentence(self) -> Sentence:
        """The same in words."""
        return Sentence("Σ = {total}, stored {stored}", total=self.total, stored=self.stored)


@dataclass(frozen=True, slots=True)
class Equation:
    """``∂L/∂h[1,2] = ∂L/∂m2[1,0] · W2[2,0] = (−0.09129) · (−1.49306) = 0.1363``.

    Args:
        left: the element that it is about.
        symbolic: what it is made of, by name and index; each name knows the cell that it stands for.
        numbers: the same with numbers; empty where there is one number only, which is then the result.
        relation: "=" where the printed numbers give the printed result, else "≈".
        value: the stored number itself.
        terms: those that are shown, where it is a sum or an extreme.
        rest: those that are not.
        check: all terms added up, where some are not shown.
        conditions: which branches were taken, and why.
        winner: the element that is the largest or smallest.
        where: equations of the arrays inside the kernel that it names.
        note: what else must be said: an overflow, a function that cannot be explained.
    """

    left: Span
    symbolic: tuple[Span, ...]
    numbers: tuple[Span, ...]
    relation: Relation
    result: str
    value: Any
    terms: tuple[Term, ...] = ()
    rest: Remainder | None = None
    check: Check | None = None
    conditions: tuple[Condition, ...] = ()
    winner: Span | None = None
    where: tuple[Equation, ...] = ()
    note: Sentence | None = None

    @property
    def text(self) -> str:
        """The equation as one line."""
        middle = [text(spans) for spans in (self.symbolic, self.numbers) if spans]
        if middle == [self.result]:
            return f"{self.left.text} = {self.result}"
        return f"{' = '.join([self.left.text, *middle])} {self.relation} {self.result}"

    @property
    def lines(self) -> tuple[Line, ...]:
        """The equation, a line for each sign of equality, and below it those that explain what it names."""
        outcome = (operator(f"{self.relation} "), Span(self.result, "number", self.left.spot))
        if not self.numbers:
            middle = () if text(self.symbolic) == self.result else (*self.symbolic, operator(" "))
            own = (Line((self.left, operator(" = " if middle else " "), *middle, *outcome)),)
        else:
            second = Line((operator("= "), *self.numbers))
            own = (Line((self.left, operator(" = "), *self.symbolic)), second, Line(outcome))
        return (*own, *(line for each in self.where for line in each.lines))

    @property
    def remarks(self) -> tuple[Sentence, ...]:
        """What is to be said in words: terms that are not shown, the check, branches taken, overflow."""
        told = [item.sentence for item in (self.rest, self.check, *self.conditions) if item is not None]
        return (*told, *([self.note] if self.note else []))


def element(
    trace: Trace,
    output: int,
    index: Index,
    names: Mapping[str, str] | None = None,
    *,
    parts: Mapping[str, tuple[int, int]] | None = None,
    kept: Any = None,
) -> Equation:
    """How one element of a kernel's result was computed.

    Args:
        output: which result: the output (forward), or the operand whose gradient it is (vjp).
        names: the graph's names by the op's.
        parts: for an operand whose gradient has several parts, which of how many this one is.
        kept: the number that the session has, if another backend or a faster kernel made it.

    Raises:
        InputError: there is no such result or element.
    """
    ref = trace.results[output] if 0 <= output < len(trace.results) else None
    if ref is None or not _fits(index, trace.array(ref).shape):
        raise InputError("there is no element {index} of result {output}", index=index, output=output)
    naming = Naming(trace, names, parts=parts)
    own = naming.results[output].written(ref, index).spans[0]
    value = trace.array(ref)[index] if kept is None else kept
    return _Explainer(trace, naming).explain(ref, index, own, value)


def _fits(index: Index, shape: tuple[int, ...]) -> bool:
    return len(index) == len(shape) and all(
        0 <= place < size for place, size in zip(index, shape, strict=True)
    )


class _Explainer:
    """Makes the equation of an element, and those of what it names."""

    def __init__(self, trace: Trace, naming: Naming) -> None:
        self._trace, self._naming = trace, naming
        self._writer = Writer(trace, naming)
        self._queue: dict[ArrayRef, Index] = {}
        self._done: set[ArrayRef] = set()

    def explain(self, ref: ArrayRef, index: Index, own: Span, value: Any) -> Equation:
        """The equation, with the lines for what it names."""
        self._done.add(ref)
        main = self._equation(ref, index, own, value)
        where: list[Equation] = []
        while self._queue and len(where) < LINES:
            inner, place = next(iter(self._queue.items()))
            del self._queue[inner]
            self._done.add(inner)
            left = self._naming.labels[inner].written(inner, place).spans[0]
            where.append(self._equation(inner, place, left, self._trace.array(inner)[place]))
        return _with_where(main, tuple(where))

    def _equation(self, ref: ArrayRef, index: Index, left: Span, value: Any) -> Equation:
        expression = self._writer.write(ref, index)
        self._note_names(expression)
        settled = settle(lambda decimals: recomputed(expression, decimals), value, _changed(expression))
        names, numbers = symbols(self._naming), digits(self._naming, settled.decimals)
        symbolic = notation.truth(compose(expression, names)).spans
        numeric = notation.truth(compose(expression, numbers)).spans
        series, decimals = _top_series(expression), settled.decimals
        rest = series.rest if series else None
        adds = series is not None and series.fold in {"add", "multiply"}
        return Equation(
            left,
            symbolic,
            () if len(numeric) == 1 or text(numeric) == settled.result else numeric,
            "=" if settled.exact else "≈",
            settled.result,
            value,
            terms=tuple(
                Term(compose(term, names).spans, compose(term, numbers).spans, value_of(term))
                for term in (series.terms if series else ())
            ),
            rest=rest and Remainder(rest.count, rounded(rest.total, decimals) if adds else None),
            check=Check(number(value_of(expression)), number(value)) if rest and adds else None,
            conditions=conditions_of(conditions_in(expression), self._naming, decimals),
            winner=_winner(expression, self._naming),
            note=_note(expression, value, exact=settled.exact),
        )

    def _note_names(self, expression: Expression) -> None:
        """Remember the arrays inside the kernel that an equation names: they get a line each."""
        for leaf in _leaves(expression):
            known = leaf.ref in self._done or leaf.ref in self._queue
            if not known and leaf.ref in self._trace.makers:
                self._queue[leaf.ref] = leaf.index


def _with_where(main: Equation, where: tuple[Equation, ...]) -> Equation:
    return replace(main, where=where)


def _changed(expression: Expression) -> list[Any]:
    """The number that a small one is added to or taken from, as an update does."""
    match expression:
        case Apply("add" | "subtract", (Leaf() as first, *_)):
            return [first.value]
        case _:
            return []


def _inner(expression: Expression) -> Expression:
    return _inner(expression.branch) if isinstance(expression, Chosen) else expression


def _top_series(expression: Expression) -> Series | None:
    """The sum that an equation is, or that it divides by a number (a mean) or adds one number to (a bias)."""
    inner = _inner(expression)
    if isinstance(inner, Apply) and inner.function in {"add", "divide", "multiply"}:
        inner = next((each for each in inner.arguments if isinstance(each, Series)), inner)
    return inner if isinstance(inner, Series) else None


def _leaves(expression: Expression) -> list[Leaf]:
    if isinstance(expression, Leaf):
        return [expression]
    return [leaf for child in children(expression) for leaf in _leaves(child)]


def conditions_in(expression: Expression) -> list[Chosen]:
    """The branches that were taken in an expression."""
    own = [expression] if isinstance(expression, Chosen) else []
    return own + [each for child in children(expression) for each in conditions_in(child)]


def _winner(expression: Expression, naming: Naming) -> Span | None:
    """The element that is the largest or smallest of several."""
    match _inner(expression):
        case Position(_, winner):
            return _span(winner, naming)
        case Apply(("maximum" | "minimum") as which, candidates) | Series(
            ("maximum" | "minimum") as which, candidates
        ):
            best = max if which == "maximum" else min
            return _span(best(candidates, key=value_of), naming)
        case _:
            return None


def _span(expression: Expression, naming: Naming) -> Span | None:
    inner = _inner(expression)
    if not isinstance(inner, Leaf | Constant):
        return None
    return symbols(naming)(inner).spans[0]


def _note(expression: Expression, value: Any, *, exact: bool) -> Sentence | None:
    inner = _inner(expression)
    if isinstance(inner, Opaque):
        return Sentence(
            "{function} is not explained element by element; all of its operands count.",
            function=inner.function,
        )
    stored_value = np.asarray(value)
    if not exact and stored_value.dtype.kind == "f" and np.isinf(stored_value):
        return Sentence(
            "The exact result is beyond {limit}, the largest number of {dtype}, so it is stored as {value}.",
            limit=number(np.finfo(stored_value.dtype).max),
            dtype=stored_value.dtype.name,
            value=number(value),
        )
    return None
