"""The functions that an expression may call, each on NumPy arrays and with a sentence for what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce as fold
from typing import Any

import numpy as np

from graphscope.errors import Sentence
from graphscope.graph.spec import format_shape

LARGEST = 2**24
"""So many numbers may a calculation make: combining a column with a row multiplies their sizes."""
MANY_TRUTHS = Sentence("a yes or no was expected, but this is one for each element; write any(…) or all(…)")

Index = tuple[int | slice, ...]


class Unfit(Exception):  # noqa: N818 - caught by the expression, which knows the column
    """What a function was given does not fit."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        super().__init__(str(sentence))


@dataclass(frozen=True)
class Function:
    """A function and how many arguments it takes at most."""

    call: Callable[..., Any]
    most: int = 1


def array(given: Any) -> Any:
    """An array or number as float64; truths stay truths."""
    found = np.asarray(given)
    return found if found.dtype.kind == "b" else found.astype(np.float64, copy=False)


def number(given: float) -> Any:
    """A number of the text; one too large for a float is infinite."""
    try:
        return np.float64(given)
    except OverflowError:
        return np.float64("inf")


def numeric(given: Any) -> Any:
    """Truths as 0 and 1: NumPy refuses to subtract them."""
    return given.astype(np.float64) if given.dtype.kind == "b" else given


def plain(found: Any) -> Any:
    """One number as Python's own, an array as it is."""
    return found.item() if np.ndim(found) == 0 else found


def pairwise(combine: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The function on two arrays, element by element.

    Raises:
        Unfit: their shapes cannot be combined, or what comes out is too large.
    """

    def call(one: Any, other: Any) -> Any:
        if one.ndim and other.ndim:
            _check_pair(one.shape, other.shape)
        return combine(numeric(one), numeric(other))

    return call


def _check_pair(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    try:
        size = np.prod(np.broadcast_shapes(one, other), dtype=np.float64)
    except ValueError:
        raise Unfit(
            Sentence(
                "arrays of shapes {one} and {other} cannot be combined",
                one=format_shape(one),
                other=format_shape(other),
            )
        ) from None
    if size > LARGEST:
        told = Sentence("this would make an array of {size} numbers; take a part of it", size=f"{size:.0f}")
        raise Unfit(told)


def part(index: Index) -> Callable[[Any], Any]:
    """The function that takes a part of an array.

    Raises:
        Unfit: there is no such element.
    """

    def take(given: Any) -> Any:
        try:
            return given[index]
        except IndexError:
            told = ", ".join(str(each) if isinstance(each, int) else ":" for each in index)
            shape = format_shape(given.shape)
            raise Unfit(
                Sentence(
                    "there is no element [{index}] in an array of shape {shape}", index=told, shape=shape
                )
            ) from None

    return take


def _extreme(reduce: Callable[[Any], Any], combine: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """That of one array, or of several numbers."""
    pair = pairwise(combine)

    def call(first: Any, *others: Any) -> Any:
        return fold(pair, others, first) if others else reduce(_filled(first))

    return call


def _filled(given: Any) -> Any:
    if not given.size:
        raise Unfit(Sentence("an array without elements has no such number"))
    return numeric(given)


def _mean(given: Any) -> Any:
    return _sum(_filled(given)) / given.size


def _sum(given: Any) -> Any:
    return np.add.reduce(numeric(given), axis=None)


def _norm(given: Any) -> Any:
    flat = numeric(given).reshape(-1)
    return np.sqrt(np.dot(flat, flat))


def _any(given: Any) -> Any:
    return np.any(given)


def _all(given: Any) -> Any:
    return np.all(given)


def _length(given: Any) -> Any:
    if given.ndim == 0:
        raise Unfit(Sentence("a single number has no length"))
    return np.float64(len(given))


def _elementwise(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda given: function(numeric(given))


def _shape(given: Any) -> Any:
    return np.array(given.shape, dtype=np.float64)


TABLE: Mapping[str, Function] = {
    "abs": Function(_elementwise(np.abs)),
    "min": Function(_extreme(np.min, np.minimum), most=8),
    "max": Function(_extreme(np.max, np.maximum), most=8),
    "mean": Function(_mean),
    "sum": Function(_sum),
    "norm": Function(_norm),
    "isnan": Function(_elementwise(np.isnan)),
    "isinf": Function(_elementwise(np.isinf)),
    "any": Function(_any),
    "all": Function(_all),
    "log": Function(_elementwise(np.log)),
    "exp": Function(_elementwise(np.exp)),
    "sqrt": Function(_elementwise(np.sqrt)),
    "len": Function(_length),
}
"""Every function by its name."""
METHODS = ("max", "min", "mean", "sum", "any", "all")
"""Functions that may stand behind a dot too: ``W1.max()``."""
FACTS: Mapping[str, Callable[[Any], Any]] = {"shape": _shape}
"""What may stand behind a dot without brackets."""
