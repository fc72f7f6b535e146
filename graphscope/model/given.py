"""Reads what a user hands to the builder (names, shapes, types, numbers), and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import Any, cast

import numpy as np

from graphscope.errors import InputError, Sentence
from graphscope.graph.spec import INTEGER, Dim
from graphscope.ops.base import Op

COMPUTED = ("float64", "float32", "float16")
"""The floating types that can be computed with: NumPy has no bfloat16."""
TYPES = (*COMPUTED, *INTEGER, "bool")
_LONGEST = 60


def name(given: Any, what: Sentence) -> str:
    """A name: a text with at least one sign."""
    if not isinstance(given, str) or not given:
        raise InputError("the name of {what} is a text, not {given}", what=what, given=shown(given))
    return given


def whole(given: Any, what: Sentence, *, least: int = 0) -> int:
    """A whole number, NumPy's too, that is not smaller than ``least``."""
    try:
        number = index(given)
    except TypeError:
        number = least - 1
    if number < least:
        raise InputError(
            "{what} is a whole number from {least} up, not {given}",
            what=what,
            least=least,
            given=shown(given),
        )
    return number


def shape(given: Any, what: Sentence) -> tuple[Dim, ...]:
    """Sizes: whole numbers, names such as "batch", or None; one alone stands for one axis."""
    return tuple(
        size
        if size is None or (isinstance(size, str) and size)
        else whole(size, Sentence("a size of {what}", what=what))
        for size in _sequence(given)
    )


def sizes(given: Any, what: Sentence) -> tuple[int, ...]:
    """Sizes that are all numbers: nobody could draw a parameter of an open size."""
    return tuple(whole(size, Sentence("a size of {what}", what=what)) for size in _sequence(given))


def _sequence(given: Any) -> tuple[Any, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        return (given,)
    return tuple(cast("Iterable[Any]", given))


def dtype(given: Any, known: tuple[str, ...] = TYPES) -> str:
    """NumPy's name of an element type, however it was given: ``"double"``, ``np.float64``."""
    try:
        called = np.dtype(given).name if given is not None else "None"
    except TypeError:
        called = str(given)
    if called not in known:
        raise InputError(
            "“{dtype}” is no type that is computed with here; choose one of {known}",
            dtype=called,
            known=", ".join(known),
        )
    return called


def numbers(given: Any, what: Sentence) -> np.ndarray:
    """An array of numbers: a copy that nobody can write to."""
    try:
        array = np.array(given)
    except (
        ValueError,
        TypeError,
        RuntimeError,
    ):  # ragged lists; a tensor of a library that is asked to detach
        array = np.array(None)
    if array.dtype.kind not in "fiub":
        raise InputError(
            "{what} takes numbers, an array of them or lists of equal lengths, not {given}",
            what=what,
            given=shown(given),
        )
    array.setflags(write=False)
    return array


def operation(given: Any, what: str, *, example: str = "gs.ops.Tanh()") -> Op:
    """An op, made with brackets."""
    if isinstance(given, Op):
        return given
    if isinstance(given, type) and issubclass(given, Op):
        example = f"gs.ops.{given.__name__}()"
    raise InputError(
        "{what} takes an operation such as {example}, not {given}",
        what=what,
        example=example,
        given=shown(given),
    )


def shown(given: Any) -> str:
    """What a user gave, as short as a sentence can bear."""
    told = getattr(given, "__name__", None) if callable(given) else None
    told = " ".join((told or repr(given)).split())
    if told.startswith("<"):  # Python's own words for an object say where it is in memory
        told = type(given).__name__
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"
