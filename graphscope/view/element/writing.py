"""Prints the arithmetic of an element: with names and indices, and with numbers in their place."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from graphscope.view import notation
from graphscope.view.element.expression import (
    Apply,
    Chosen,
    Constant,
    Expression,
    Leaf,
    Number,
    Opaque,
    Position,
    Rest,
    Series,
    evaluate,
    stored,
)
from graphscope.view.naming import Naming
from graphscope.view.notation import Level, Span, Written
from graphscope.view.numbers import MINUS, parse, rounded

Print = Callable[[Number], Written]

FOLDED = {"maximum": "max", "minimum": "min"}


def symbols(naming: Naming) -> Print:
    """Prints numbers as what they are: ``W2[2,0]``."""

    def write(number: Number) -> Written:
        match number:
            case Leaf(ref, index):
                return naming.labels[ref].written(ref, index)
            case Rest():
                return Written((Span("…", "symbol"),))
            case Position(function, winner):
                return notation.call(function, [compose(winner, write)])
            case Opaque(function, operands):
                return notation.call(
                    function, [naming.labels[ref].written(ref) for ref in operands if ref in naming.labels]
                )
            case Constant(value):
                return notation.literal(value)

    return write


def digits(naming: Naming, decimals: int | None) -> Print:
    """Prints numbers with so many decimals; each keeps its place, so that it can be lit up."""

    def write(number: Number) -> Written:
        text = rounded(printable(number), decimals)
        spot = None
        if isinstance(number, Leaf):
            spot = naming.labels[number.ref].written(number.ref, number.index).spans[0].spot
        level = Level.NEGATIVE if text.startswith(MINUS) else Level.ATOM
        value = number.value if isinstance(number, Constant) else None
        return Written((Span(text, "number", spot),), level, value=value)

    return write


def printable(number: Number) -> Any:
    """The value that is printed for a number."""
    return notation.cleaned(number.value) if isinstance(number, Constant) else stored(number)


def recomputed(expression: Expression, decimals: int | None) -> float:
    """The outcome with the numbers as they are printed with so many decimals."""

    def read(item: Number) -> Any:
        value = printable(item)
        return parse(rounded(value, decimals)) if np.asarray(value).dtype.kind == "f" else value

    return evaluate(expression, read)


def compose(expression: Expression, write: Print) -> Written:
    """An expression as a line, each of its numbers as ``write`` has it."""
    match expression:
        case Apply(function, arguments):
            return notation.function(function, [compose(argument, write) for argument in arguments])
        case Series():
            return _series(expression, write)
        case Chosen(branch):
            return compose(branch, write)
        case _:
            return write(expression)


def _series(series: Series, write: Print) -> Written:
    if series.fold in FOLDED:
        parts = [compose(term, write) for term in series.terms]
        return notation.call(FOLDED[series.fold], [*parts, *([_MORE] if series.rest else [])])
    first = compose(series.terms[0], write)
    whole = reduce(lambda left, term: _joined(series.fold, left, term, write), series.terms[1:], first)
    if series.rest is None:
        return whole
    rest = write(series.rest) if series.fold in {"add", "multiply"} else _MORE
    return notation.infix(series.fold, whole, rest)


_MORE = Written((Span("…", "symbol"),))


def _joined(fold: Any, left: Written, term: Expression, write: Print) -> Written:
    if fold == "add" and isinstance(term, Apply) and term.function == "negative":
        return notation.infix("subtract", left, compose(term.arguments[0], write))
    return notation.infix(fold, left, compose(term, write))


def text(spans: tuple[Span, ...]) -> str:
    """Spans as plain text."""
    return "".join(span.text for span in spans)
