"""The few plain shapes that every picture is made of; a painter for each target draws them in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from graphscope.view.metrics import Face

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
Colour = str
"""``#rrggbb`` or ``#rrggbbaa``; "" for none."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, its corners rounded by ``radius``; the stroke runs centred on its border."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0
    fill: Colour = ""
    stroke: Colour = ""
    weight: float = 1
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    points: tuple[Point, ...]
    stroke: Colour
    weight: float = 1
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled polygon (arrow heads, ◆, ▶)."""

    points: tuple[Point, ...]
    fill: Colour = ""
    stroke: Colour = ""
    weight: float = 1


@dataclass(frozen=True, slots=True)
class Words:
    """A line of plain text; ``y`` is its baseline."""

    x: float
    y: float
    text: str
    size: float
    face: Face
    fill: Colour
    anchor: Anchor = "start"


@dataclass(frozen=True, eq=False, slots=True)
class Raster:
    """A small picture: one colour per cell, (rows, columns, 3) bytes."""

    x: float
    y: float
    width: float
    height: float
    pixels: np.ndarray


@dataclass(frozen=True, slots=True)
class Hatch:
    """Diagonal lines in a rectangle: something is wrong with these numbers."""

    x: float
    y: float
    width: float
    height: float
    stroke: Colour
    gap: float = 6


Shape = Box | Line | Polygon | Words | Raster | Hatch


def moved(shapes: Iterable[Shape], dx: float, dy: float) -> tuple[Shape, ...]:
    """The same shapes somewhere else."""
    return tuple(_moved(shape, dx, dy) for shape in shapes)


def _moved(shape: Shape, dx: float, dy: float) -> Shape:
    if isinstance(shape, Line | Polygon):
        return replace(shape, points=tuple((x + dx, y + dy) for x, y in shape.points))
    return replace(shape, x=shape.x + dx, y=shape.y + dy)


def scaled(shapes: Iterable[Shape], factor: float) -> tuple[Shape, ...]:
    """The same shapes so many times larger, around (0, 0)."""
    return tuple(_scaled(shape, factor) for shape in shapes)


def _scaled(shape: Shape, factor: float) -> Shape:
    if isinstance(shape, Line | Polygon):
        return replace(shape, points=tuple((x * factor, y * factor) for x, y in shape.points))
    at = {"x": shape.x * factor, "y": shape.y * factor}
    if isinstance(shape, Words):
        return replace(shape, **at, size=shape.size * factor)
    size = {"width": shape.width * factor, "height": shape.height * factor}
    if isinstance(shape, Box):
        return replace(shape, **at, **size, radius=shape.radius * factor)
    return replace(shape, **at, **size)


def disc(x: float, y: float, radius: float, fill: Colour = "", stroke: Colour = "", weight: float = 1) -> Box:
    """A circle around a point."""
    return Box(x - radius, y - radius, 2 * radius, 2 * radius, radius, fill, stroke, weight)


def diamond(
    x: float, y: float, radius: float, fill: Colour = "", stroke: Colour = "", weight: float = 1
) -> Polygon:
    """◆ around a point: the sign of a gradient."""
    return Polygon(((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)), fill, stroke, weight)


def triangle(
    x: float,
    y: float,
    radius: float,
    fill: Colour = "",
    stroke: Colour = "",
    *,
    left: bool = False,
    weight: float = 1,
) -> Polygon:
    """▶ (or ◀) around a point: the sign of a step."""
    tip = -radius if left else radius
    return Polygon(
        ((x + tip, y), (x - tip * 0.8, y - radius), (x - tip * 0.8, y + radius)), fill, stroke, weight
    )


def middle(top: float, height: float, size: float) -> float:
    """The baseline that centres digits and capitals between ``top`` and ``top + height``."""
    return top + (height + size * 0.727) / 2


def strokes(shape: Hatch) -> list[tuple[Point, Point]]:
    """The diagonal lines of a hatch, cut to its rectangle."""
    lines: list[tuple[Point, Point]] = []
    offset = shape.gap
    while offset < shape.width + shape.height:
        x1, y1 = min(offset, shape.width), max(offset - shape.width, 0)
        x2, y2 = max(offset - shape.height, 0), min(offset, shape.height)
        lines.append(((shape.x + x1, shape.y + y1), (shape.x + x2, shape.y + y2)))
        offset += shape.gap
    return lines
