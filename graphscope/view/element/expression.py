"""The arithmetic of one element as a tree: which elements are combined, by which functions, with what outcome."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Literal

import numpy as np

from graphscope.engine.record import ArrayRef

Fold = Literal["add", "multiply", "maximum", "minimum", "logical_and", "logical_or"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One element of an array that has a name."""

    ref: ArrayRef
    index: tuple[int, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that stands in the kernel, or that fills an array: the zeros of a border."""

    value: Any


@dataclass(frozen=True, slots=True)
class Apply:
    """An elementwise function of parts."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """The terms that are not shown, taken together."""

    count: int
    total: float


@dataclass(frozen=True, slots=True)
class Series:
    """A sum, product or extreme of many terms.

    Args:
        terms: those that are shown.
        rest: the others, or None where all are shown.
        total: all of them, folded in float64.
    """

    fold: Fold
    terms: tuple[Expression, ...]
    rest: Rest | None
    total: float


@dataclass(frozen=True, slots=True)
class Position:
    """Where among its elements an array has its largest or smallest: ``argmax``."""

    function: str
    winner: Expression
    value: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The branch that a ``where`` took, and why."""

    branch: Expression
    condition: Expression
    holds: bool


@dataclass(frozen=True, slots=True)
class Opaque:
    """What a function without an element rule made of its operands."""

    function: str
    operands: tuple[ArrayRef, ...]
    value: Any


Expression = Leaf | Constant | Apply | Series | Position | Chosen | Opaque
Number = Leaf | Constant | Rest | Position | Opaque
"""What is printed as one number."""


def children(expression: Expression) -> tuple[Expression, ...]:
    """The parts that an expression combines."""
    match expression:
        case Apply(_, arguments):
            return arguments
        case Series(_, terms):
            return terms
        case Chosen(branch, condition):
            return (branch, condition)
        case Position(_, winner):
            return (winner,)
        case _:
            return ()


ZERO = Constant(0)

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{
        name: getattr(np, name)
        for name in (
            "abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_invert bitwise_left_shift "
            "bitwise_or bitwise_right_shift bitwise_xor ceil copysign cos cosh divide equal exp expm1 floor "
            "floor_divide greater greater_equal hypot isfinite isinf isnan less less_equal log log10 log1p log2 "
            "logaddexp logical_and logical_not logical_or logical_xor maximum minimum multiply negative not_equal "
            "positive pow reciprocal remainder round sign signbit sin sinh sqrt square subtract tan tanh trunc"
        ).split()
    },
    "erf": math.erf,
}
"""The elementwise functions, as a calculator knows them."""


def evaluate(expression: Expression, read: Callable[[Number], float]) -> float:
    """The outcome when each number is taken as ``read`` says, in float64.

    Args:
        read: the value of a number; the printed one, for a check of what is printed.
    """
    with np.errstate(all="ignore"):
        return float(_evaluate(expression, read))


def _evaluate(expression: Expression, read: Callable[[Number], Any]) -> Any:
    if isinstance(expression, Apply):
        arguments = [_evaluate(argument, read) for argument in expression.arguments]
        if expression.function in _ON_BITS:
            arguments = [_whole(argument) for argument in arguments]
        return FUNCTIONS[expression.function](*arguments)
    if isinstance(expression, Series):
        values = [_evaluate(term, read) for term in expression.terms]
        if expression.rest is not None and expression.fold in {"add", "multiply"}:
            values.append(np.float64(read(expression.rest)))
        return reduce(FUNCTIONS[expression.fold], values)
    if isinstance(expression, Chosen):
        return _evaluate(expression.branch, read)
    value = read(expression)
    return value if isinstance(value, int | np.integer | np.bool_) else np.float64(value)


_ON_BITS = frozenset(
    {
        "bitwise_and",
        "bitwise_or",
        "bitwise_xor",
        "bitwise_invert",
        "bitwise_left_shift",
        "bitwise_right_shift",
    }
)


def _whole(value: Any) -> Any:
    """Truth values and integers as they are: bits are no business of floating numbers."""
    return value if isinstance(value, bool | np.bool_) else np.int64(value)


def stored(number: Number) -> Any:
    """The value of a number as it is stored."""
    return number.total if isinstance(number, Rest) else number.value


def value_of(expression: Expression) -> float:
    """The outcome with the stored numbers."""
    return evaluate(expression, stored)


def apply(function: str, *arguments: Expression) -> Expression:
    """A function of parts; chains of sums and extremes become one, and what never counts is left out."""
    if all(isinstance(argument, Constant) for argument in arguments):
        return Constant(_as_python(FUNCTIONS[function](*(stored(argument) for argument in arguments))))  # type: ignore[arg-type]
    if function == "multiply" and any(map(_is_zero, arguments)):
        return ZERO
    if function not in {"add", "maximum", "minimum"}:
        return Apply(function, arguments)
    fold: Fold = function
    kept = tuple(argument for argument in arguments if not _is_neutral(fold, argument))
    if len(kept) < len(arguments):
        return kept[0] if kept else arguments[0]
    return merge(fold, arguments) if _merges(fold, arguments) else Apply(function, arguments)


def _merges(fold: Fold, arguments: tuple[Expression, ...]) -> bool:
    """Sums join sums and numbers join numbers; a bias added to a long sum stays apart, where it can be seen."""
    long = [isinstance(argument, Series) for argument in arguments]
    return all(long) if any(long) and fold == "add" else any(_is_chain(fold, each) for each in arguments)


def _as_python(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _is_chain(fold: Fold, expression: Expression) -> bool:
    if isinstance(expression, Series):
        return expression.fold == fold
    return isinstance(expression, Apply) and expression.function == fold


def _is_zero(expression: Expression) -> bool:
    """Whether it is 0 whatever the data: a border, a branch; not an element that happens to be 0."""
    return _is_neutral("add", expression)


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
    """Which terms to show: the largest of a sum, the winner of an extreme, the one that decides a condition."""
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
