"""The lines of edges: smooth curves through corners, lines beside lines, and points on the way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from graphscope.view.picture.shapes import Point

Points = tuple[Point, ...]

PIECES = 18
"""Straight pieces of a curve: at 200 % the bend is still smooth."""


def smooth(corners: Sequence[Point], *, vertical: bool = False) -> Points:
    """A line through the corners that leaves and enters each of them along the flow.

    Args:
        vertical: whether the flow is downwards instead of to the right.
    """
    points: list[Point] = [corners[0]]
    for start, end in pairwise(corners):
        if abs(start[0] - end[0]) < 0.5 or abs(start[1] - end[1]) < 0.5:
            points.append(end)
            continue
        points.extend(_bend(start, end, (index + 1) / PIECES, vertical=vertical) for index in range(PIECES))
    return tuple(points)


def _bend(start: Point, end: Point, t: float, *, vertical: bool) -> Point:
    """A point of the cubic whose control points lie half way along the flow: its ends run along it."""
    along = 1.5 * t * (1 - t) + t * t * t
    across = t * t * (3 - 2 * t)
    first, second = (across, along) if vertical else (along, across)
    return start[0] + (end[0] - start[0]) * first, start[1] + (end[1] - start[1]) * second


def parallel(points: Sequence[Point], distance: float) -> Points:
    """The line that runs ``distance`` to the right of this one (below it where it runs to the right)."""
    shifted: list[Point] = []
    for index, (x, y) in enumerate(points):
        before, after = points[max(index - 1, 0)], points[min(index + 1, len(points) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = hypot(dx, dy) or 1
        shifted.append((x - dy / length * distance, y + dx / length * distance))
    return tuple(shifted)


def length(points: Sequence[Point]) -> float:
    """How long a line is."""
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points))


def at(points: Sequence[Point], distance: float) -> Point:
    """The point that far along a line; its end where the line is shorter."""
    left = distance
    for a, b in pairwise(points):
        piece = hypot(b[0] - a[0], b[1] - a[1])
        if piece >= left and piece > 0:
            share = max(left, 0) / piece
            return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
        left -= piece
    return points[-1]


def cut(points: Sequence[Point], start: float, end: float) -> Points:
    """The line without its first ``start`` and last ``end`` pixels."""
    whole = length(points)
    if whole <= start + end:
        return tuple(points)
    kept: list[Point] = [at(points, start)]
    run = 0.0
    for a, b in pairwise(points):
        run += hypot(b[0] - a[0], b[1] - a[1])
        if start < run < whole - end:
            kept.append(b)
    return (*kept, at(points, whole - end))


def arrow(points: Sequence[Point], size: float) -> Points:
    """A triangle at the end of a line, its tip on the last point."""
    tip = points[-1]
    base = at(points, max(length(points) - size, 0))
    dx, dy = tip[0] - base[0], tip[1] - base[1]
    span = hypot(dx, dy) or 1
    nx, ny = -dy / span * size * 0.5, dx / span * size * 0.5
    return (tip, (base[0] + nx, base[1] + ny), (base[0] - nx, base[1] - ny))


def distance_to(points: Sequence[Point], x: float, y: float) -> float:
    """How far a point is from a line."""
    best = float("inf")
    for (ax, ay), (bx, by) in pairwise(points):
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        share = min(max(((x - ax) * dx + (y - ay) * dy) / square, 0), 1) if square else 0
        best = min(best, hypot(ax + share * dx - x, ay + share * dy - y))
    return best
