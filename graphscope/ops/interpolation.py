"""Interpolation along one axis: from which elements, with which weights, each place of a resized axis is made."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor
from typing import Literal, NamedTuple

Mode = Literal["nearest", "linear", "cubic"]
Coordinates = Literal[
    "half_pixel",
    "half_pixel_symmetric",
    "pytorch_half_pixel",
    "align_corners",
    "asymmetric",
    "tf_crop_and_resize",
]
Rounding = Literal["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]


class Manner(NamedTuple):
    """How an axis is interpolated; the names are ONNX's."""

    mode: Mode = "nearest"
    coordinates: Coordinates = "half_pixel"
    nearest: Rounding = "round_prefer_floor"
    cubic_a: float = -0.75
    exclude_outside: bool = False
    outside: float = 0.0
    antialias: bool = False


class Axis(NamedTuple):
    """One axis that changes its size: ``size`` elements become ``made``, each ``scale`` times as far apart."""

    size: int
    made: int
    scale: float
    first: float = 0.0
    last: float = 1.0


class Taps(NamedTuple):
    """What each place of the new axis is made of.

    Args:
        places: for each tap the element that it takes, one number for each new place.
        weights: for each tap its weight likewise; empty where there is one tap of weight 1.
        fixed: what stands at places that lie outside altogether, 0 elsewhere; empty where none does.
    """

    places: tuple[tuple[int, ...], ...]
    weights: tuple[tuple[float, ...], ...] = ()
    fixed: tuple[float, ...] = ()


def reach(axis: Axis, manner: Manner) -> int:
    """How many elements on each side of a place count: more where the picture shrinks smoothly."""
    radius = 2 if manner.mode == "cubic" else 1
    return ceil(radius / min(axis.scale, 1.0)) if manner.antialias else radius


@lru_cache(maxsize=256)
def taps(axis: Axis, manner: Manner) -> Taps:
    """The taps of an axis."""
    points = [_point(place, axis, manner.coordinates) for place in range(axis.made)]
    lost = [_is_lost(point, axis, manner) for point in points]
    fixed = tuple(manner.outside if each else 0.0 for each in lost) if any(lost) else ()
    if manner.mode == "nearest":
        found = tuple(_clamped(_rounded(point, manner.nearest), axis.size) for point in points)
        kept = (tuple(0.0 if each else 1.0 for each in lost),) if fixed else ()
        return Taps((found,), kept, fixed)
    width = reach(axis, manner)
    rows = [range(floor(point) - width + 1, floor(point) + width + 1) for point in points]
    weights = [
        [0.0] * len(row) if away else _weights(point, row, axis, manner)
        for point, row, away in zip(points, rows, lost, strict=True)
    ]
    columns = tuple(tuple(_clamped(row[tap], axis.size) for row in rows) for tap in range(2 * width))
    return Taps(columns, tuple(tuple(row[tap] for row in weights) for tap in range(2 * width)), fixed)


def _clamped(place: int, size: int) -> int:
    return min(max(place, 0), size - 1)


def _is_lost(point: float, axis: Axis, manner: Manner) -> bool:
    return manner.coordinates == "tf_crop_and_resize" and not 0 <= point <= axis.size - 1


def _point(place: int, axis: Axis, coordinates: Coordinates) -> float:
    """Where a new place lies between the elements that there are."""
    length = axis.scale * axis.size
    match coordinates:
        case "align_corners":
            return 0.0 if length == 1 else place * (axis.size - 1) / (length - 1)
        case "asymmetric":
            return place / axis.scale
        case "tf_crop_and_resize":
            whole = (axis.last - axis.first) * (axis.size - 1)
            inside = whole / 2 if length == 1 else place * whole / (length - 1)
            return inside + axis.first * (axis.size - 1)
        case "pytorch_half_pixel" if length == 1:
            return -0.5
        case "half_pixel_symmetric":
            offset = axis.size / 2 * (1 - axis.made / length)
            return offset + (place + 0.5) / axis.scale - 0.5
        case _:
            return (place + 0.5) / axis.scale - 0.5


def _rounded(point: float, rounding: Rounding) -> int:
    match rounding:
        case "floor":
            return floor(point)
        case "ceil":
            return ceil(point)
        case "round_prefer_ceil":
            return floor(point) + (point - floor(point) >= 0.5)
        case _:
            return floor(point) + (point - floor(point) > 0.5)


def _weights(point: float, row: range, axis: Axis, manner: Manner) -> list[float]:
    """The weight of each element in the row for a place between them."""
    shrunk = min(axis.scale, 1.0) if manner.antialias else 1.0
    found = [_kernel(abs(place - point) * shrunk, manner) for place in row]
    if manner.exclude_outside:
        found = [each if 0 <= place < axis.size else 0.0 for each, place in zip(found, row, strict=True)]
    total = sum(found)
    divided = (manner.antialias or manner.exclude_outside) and total != 0
    return [each / total for each in found] if divided else found


def _kernel(distance: float, manner: Manner) -> float:
    """The weight of an element so far away: a tent, or Keys' cubic."""
    if manner.mode == "linear":
        return max(1 - distance, 0.0)
    return cubic(distance, manner.cubic_a)


def cubic(distance: float, a: float) -> float:
    """Keys 1981, "Cubic convolution interpolation for digital image processing", equation 15."""
    if distance <= 1:
        return ((a + 2) * distance - (a + 3)) * distance * distance + 1
    return ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a if distance < 2 else 0.0
