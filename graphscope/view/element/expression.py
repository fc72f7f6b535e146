"""The arithmetic of one element as a tree: which elements are combined, and by which functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


_NAMES = """
abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_invert bitwise_left_shift
bitwise_or bitwise_right_shift bitwise_xor ceil copysign cos cosh divide equal exp expm1 floor
floor_divide greater greater_equal hypot isfinite isinf isnan less less_equal log log10 log1p log2
logaddexp logical_and logical_not logical_or logical_xor maximum minimum multiply negative not_equal
positive pow reciprocal remainder round sign signbit sin sinh sqrt square subtract tan tanh trunc
"""
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in _NAMES.split()},
    "erf": math.erf,
}
"""The elementwise functions, as a calculator knows them."""


def evaluate(expression: Expression, read: Callable[[Number], float]) -> float:
    """The outcome when each number is taken as ``read`` says, in float64.

    Args:
        read: the value of a number; the printed one, for a check of what is printed.
    """
    with np.errstate(all="ignore"):
        return float(_evaluate(expression, read, {}))


def _evaluate(expression: Expression, read: Callable[[Number], Any], known: dict[int, Any]) -> Any:
    """Each part once: one of a recurrence stands in an expression many times."""
    if not isinstance(expression, (Apply, Series, Chosen)):
        return _exact(read(expression))
    if id(expression) not in known:
        known[id(expression)] = _combine(expression, read, known)
    return known[id(expression)]


def _combine(
    expression: Apply | Series | Chosen, read: Callable[[Number], Any], known: dict[int, Any]
) -> Any:
    if isinstance(expression, Chosen):
        return _evaluate(expression.branch, read, known)
    if isinstance(expression, Apply):
        arguments = [_evaluate(argument, read, known) for argument in expression.arguments]
        as_read = _whole if expression.function in _ON_BITS else _counted
        return FUNCTIONS[expression.function](*map(as_read, arguments))
    values = [_counted(_evaluate(term, read, known)) for term in expression.terms]
    if expression.rest is not None and expression.fold in {"add", "multiply"}:
        values.append(np.float64(read(expression.rest)))
    return reduce(FUNCTIONS[expression.fold], values)


_ON_BITS = frozenset(name for name in FUNCTIONS if name.startswith("bitwise"))


def _whole(value: Any) -> Any:
    """Truth values and integers as they are: bits are no business of floating numbers."""
    kind = np.asarray(value).dtype.kind
    return value if kind == "b" else int(value)


def _counted(value: Any) -> Any:
    """A truth value as the 1 or 0 that it counts."""
    return int(value) if np.asarray(value).dtype.kind == "b" else value


def _exact(value: Any) -> Any:
    """A number in the widest of its kind."""
    return {"b": bool, "i": int, "u": int}.get(np.asarray(value).dtype.kind, np.float64)(value)


def stored(number: Number) -> Any:
    """The value of a number as it is stored."""
    return number.total if isinstance(number, Rest) else number.value


def value_of(expression: Expression) -> float:
    """The outcome with the stored numbers."""
    return evaluate(expression, stored)
