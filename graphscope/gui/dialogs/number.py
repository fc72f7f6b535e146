"""Reads the numbers and places that a user types, and says what is wrong with those that do not fit."""

from __future__ import annotations

import re
from math import isfinite

import numpy as np

from graphscope.engine.summary import Summary
from graphscope.errors import InputError
from graphscope.graph.spec import FLOATING, format_shape
from graphscope.view import numbers

Place = tuple[int, ...]


def read_number(told: str, dtype: str) -> float:
    """A number for an array of that type.

    Raises:
        InputError: no number, not a finite one, or one that the type cannot hold.
    """
    try:
        number = numbers.parse(told)
    except ValueError:
        raise InputError("“{told}” is no number; type one such as 0.5 or -1e-3", told=told.strip()) from None
    if not isfinite(number):
        raise InputError("“{told}” is not finite; type a number such as 0.5 or -1e-3", told=told.strip())
    if dtype == "bool":
        low, high = 0.0, 1.0
    elif dtype in FLOATING:
        # NumPy has no bfloat16; it reaches as far as float32.
        high = float(np.finfo("float32" if dtype == "bfloat16" else dtype).max)
        low = -high
    else:
        low, high = float(np.iinfo(dtype).min), float(np.iinfo(dtype).max)
    if dtype not in FLOATING and number != int(number):
        raise InputError("{dtype} holds whole numbers only, not {told}", dtype=dtype, told=told.strip())
    if not low <= number <= high:
        reach = {"low": f"{low:.4g}", "high": f"{high:.4g}"}
        raise InputError(
            "{dtype} holds numbers from {low} to {high}, not {told}", dtype=dtype, told=told.strip(), **reach
        )
    return number


def read_place(told: str, shape: Place) -> Place:
    """An element of an array of that shape: ``1, 2`` or ``[1,2]``.

    Raises:
        InputError: not as many numbers as the array has axes, or beyond its sizes.
    """
    found = [int(each) for each in re.findall(r"-?\d+", told)]
    rest = re.sub(r"-?\d+|[\s,\[\]()]", "", told)
    inside = len(found) == len(shape) and all(0 <= at < size for at, size in zip(found, shape, strict=True))
    if rest or not inside:
        last = ",".join(str(size - 1) for size in shape)
        first = ",".join("0" for _ in shape)
        raise InputError(
            "“{told}” is no element of a {shape} array; type one from {first} to {last}",
            told=told.strip(),
            shape=format_shape(shape),
            first=first,
            last=last,
        )
    return tuple(found)


def at_place(summary: Summary, place: Place) -> np.generic | None:
    """The number at a place, in the array's own type; None where the summary is only a sample."""
    if not summary.exact:
        return None
    return typed(summary.cells[in_plane(place)], summary.dtype)


def in_plane(place: Place) -> tuple[int, int]:
    """Row and column of an element in the matrix that shows it; a vector is one row."""
    row, column = (0, 0, *place)[-2:]
    return row, column


def typed(number: object, dtype: str) -> np.generic:
    """A number in an array's type, so that it is printed with the digits that it has there."""
    return np.dtype("float32" if dtype == "bfloat16" else dtype).type(number)
