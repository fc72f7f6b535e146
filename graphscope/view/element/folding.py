"""Combines parts of an element's arithmetic: chains become one sum, of a long sum the largest terms stay."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import numpy as np

from graphscope.view.element.expression import (
    FUNCTIONS,
    Apply,
    Chosen,
    Constant,
    Expression,
    Fold,
    Rest,
    Series,
    value_of,
)

ZERO = Constant(0)


def apply(function: str, *arguments: Expression) -> Expression:
    """A function of parts; chains of sums and extremes become one, and what never counts is left out."""
    plain = [argument.value for argument in arguments if isinstance(argument, Constant)]
    if len(plain) == len(arguments):
        with np.errstate(all="ignore"):
            return Constant(np.asarray(FUNCTIONS[function](*plain)).item())
    if function == "multiply" and any(map(_is_zero, arguments)):
        return ZERO
    if function == "multiply" and any(map(_is_one, arguments)):
        return arguments[1] if _is_one(arguments[0]) else arguments[0]
    if function not in {"add", "maximum", "minimum"}:
        return Apply(function, arguments)
    fold = cast("Fold", function)
    kept = tuple(argument for argument in arguments if not _is_neutral(fold, argument))
    if len(kept) < len(arguments):
        return kept[0] if kept else arguments[0]
    return merge(fold, arguments) if _merges(fold, arguments) else Apply(function, arguments)


def _merges(fold: Fold, arguments: tuple[Expression, ...]) -> bool:
    """Sums join sums and numbers join numbers; a bias added to a sum stays apart, where it can be seen."""
    long = [isinstance(argument, Series) for argument in arguments]
    return all(long) if any(long) and fold == "add" else any(_is_chain(fold, each) for each in arguments)


def _is_chain(fold: Fold, expression: Expression) -> bool:
    if isinstance(expression, Series):
        return expression.fold == fold
    return isinstance(expression, Apply) and expression.function == fold


def _is_zero(expression: Expression) -> bool:
    """Whether it is 0 whatever the data: a border, a branch; not an element that happens to be 0."""
    return _is_neutral("add", expression)


def _is_one(expression: Expression) -> bool:
    return (
        isinstance(expression, Constant) and not isinstance(expression.value, bool) and expression.value == 1
    )


def _is_neutral(fold: Fold, expression: Expression) -> bool:
    """Whether a term never counts: 0 in a sum, −∞ under a maximum."""
    inner = expression.branch if isinstance(expression, Chosen) else expression
    neutral = {"add": 0, "maximum": -math.inf, "minimum": math.inf}.get(fold)
    return isinstance(inner, Constant) and not isinstance(inner.value, bool) and inner.value == neutral


SHOWN_WHOLE = 6
"""Up to so many terms are all shown."""
SHOWN_OF_MANY = 4
"""Of more terms the largest are shown."""


def series(fold: Fold, values: np.ndarray[Any, Any], term: Callable[[int], Expression]) -> Expression:
    """A fold of many terms, of which only those that are shown are written out.

    Args:
        values: the value of each term.
        term: writes one out.
    """
    if values.size == 0:
        return Constant(1 if fold == "multiply" else 0)
    total = _fold_array(fold, values)
    if values.size <= SHOWN_WHOLE:
        terms = tuple(term(position) for position in range(values.size))
        return _short(fold, terms, total)
    shown = _largest(fold, values)
    others = np.delete(values, shown)
    rest = Rest(others.size, _fold_array(fold, others))
    return Series(fold, tuple(term(int(position)) for position in shown), rest, total)


def _short(fold: Fold, terms: tuple[Expression, ...], total: float) -> Expression:
    kept = tuple(term for term in terms if not _is_neutral(fold, term))
    if len(kept) < 2:
        return kept[0] if kept else terms[0]
    if any(_is_chain(fold, term) for term in kept):
        return merge(fold, kept)
    return Series(fold, kept, None, total)


def _largest(fold: Fold, values: np.ndarray[Any, Any]) -> list[int]:
    """Which terms to show: the largest of a sum, the winner of an extreme, what decides a condition."""
    if fold in {"maximum", "minimum"}:
        wins = np.nanargmax if fold == "maximum" else np.nanargmin
        broken = np.isnan(values.astype(np.float64))
        return [int(np.argmax(broken)) if broken.any() else int(wins(values))]
    size = np.abs(values.astype(np.float64))
    if fold == "logical_and":
        size = -size
    size = np.where(np.isnan(size), np.inf, size)
    return [int(position) for position in np.argsort(-size, kind="stable")[:SHOWN_OF_MANY]]


def _fold_array(fold: Fold, values: np.ndarray[Any, Any]) -> float:
    with np.errstate(all="ignore"):
        folded: Any = getattr(np, fold).reduce(values.astype(np.float64 if fold[0] != "l" else np.bool_))
    return float(folded)


def merge(fold: Fold, parts: tuple[Expression, ...]) -> Expression:
    """A chain as one series: its largest terms are among the largest of each part."""
    inner = [_as_series(fold, part) for part in parts]
    terms = tuple(term for part in inner for term in part.terms)
    hidden = sum(part.rest.count for part in inner if part.rest)
    total = _fold_array(fold, np.asarray([part.total for part in inner]))
    if hidden == 0 and len(terms) <= SHOWN_WHOLE:
        return Series(fold, terms, None, total)
    values = np.asarray([value_of(term) for term in terms])
    chosen = _largest(fold, values)
    others = [*np.delete(values, chosen), *(part.rest.total for part in inner if part.rest)]
    rest = Rest(hidden + len(terms) - len(chosen), _fold_array(fold, np.asarray(others)))
    return Series(fold, tuple(terms[position] for position in chosen), rest, total)


def _as_series(fold: Fold, part: Expression) -> Series:
    if isinstance(part, Series) and part.fold == fold:
        return part
    terms = part.arguments if isinstance(part, Apply) and part.function == fold else (part,)
    return Series(fold, terms, None, value_of(part))


def negated(expression: Expression) -> Expression:
    """−x, with the sign drawn into a sum's terms."""
    if not isinstance(expression, Series) or expression.fold != "add":
        return Apply("negative", (expression,))
    rest = expression.rest and replace(expression.rest, total=-expression.rest.total)
    return Series("add", tuple(negated(term) for term in expression.terms), rest, -expression.total)
