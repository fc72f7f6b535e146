"""The lines of edges: smooth curves through corners, lines beside lines, and points on the way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from graphscope.view.picture.shapes import Point

Points = tuple[Point, ...]

ROUND = 14
"""Radius of a corner."""
PIECES = 6
"""Straight pieces of a corner: at 200 % it is still round."""


def lane(corners: Sequence[Point], aside: float = 0.0) -> Points:
    """The rounded line through the corners, ``aside`` pixels to its right (below where it runs right).

    Lanes of the same corners keep their distance in every turn: the inner one turns tighter.
    """
    clean = _tidy(corners)
    if len(clean) < 2:
        return tuple(clean)
    shifted = _shift(clean, aside)
    points: list[Point] = [shifted[0]]
    for before, corner, after, turn in _turns(clean, shifted):
        points += _arc(before, corner, after, max(ROUND - aside * turn, 1))
    return (*points, shifted[-1])


def _tidy(corners: Sequence[Point]) -> list[Point]:
    """Without corners that are none: where points coincide or lie on one line."""
    kept: list[Point] = []
    for point in corners:
        if kept and hypot(point[0] - kept[-1][0], point[1] - kept[-1][1]) < 0.5:
            continue
        if len(kept) > 1 and abs(_cross(kept[-2], kept[-1], point)) < 0.5:
            kept.pop()
        kept.append(point)
    return kept


def _cross(a: Point, b: Point, c: Point) -> float:
    """Positive where the way a-b-c turns right (y grows downwards)."""
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _shift(corners: Sequence[Point], aside: float) -> list[Point]:
    """Every piece moved to its right, joined again where neighbours cross."""
    normals = [_normal(a, b) for a, b in pairwise(corners)]
    moved: list[Point] = []
    for index, (x, y) in enumerate(corners):
        one, two = normals[max(index - 1, 0)], normals[min(index, len(normals) - 1)]
        scale = 1 + one[0] * two[0] + one[1] * two[1]
        scale = 1 / scale if scale > 0.2 else 1 / 0.2
        moved.append((x + (one[0] + two[0]) * scale * aside, y + (one[1] + two[1]) * scale * aside))
    return moved


def _normal(a: Point, b: Point) -> Point:
    dx, dy = b[0] - a[0], b[1] - a[1]
    span = hypot(dx, dy) or 1
    return -dy / span, dx / span


def _turns(clean: Sequence[Point], shifted: Sequence[Point]) -> list[tuple[Point, Point, Point, int]]:
    """Each inner corner, the middles of the pieces around it, and whether it turns right (1) or left (-1)."""
    found: list[tuple[Point, Point, Point, int]] = []
    last = len(shifted) - 1
    for index in range(1, last):
        corner = shifted[index]
        before = shifted[0] if index == 1 else _between(shifted[index - 1], corner)
        after = shifted[last] if index == last - 1 else _between(corner, shifted[index + 1])
        turn = 1 if _cross(clean[index - 1], clean[index], clean[index + 1]) > 0 else -1
        found.append((before, corner, after, turn))
    return found


def _between(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _arc(before: Point, corner: Point, after: Point, radius: float) -> list[Point]:
    """A round corner, no longer than the pieces that it joins."""
    start = _towards(corner, before, radius)
    end = _towards(corner, after, radius)
    return [_quadratic(start, corner, end, step / PIECES) for step in range(PIECES + 1)]


def _towards(a: Point, b: Point, distance: float) -> Point:
    span = hypot(b[0] - a[0], b[1] - a[1]) or 1
    share = min(distance / span, 1)
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _quadratic(a: Point, b: Point, c: Point, t: float) -> Point:
    one, two, three = (1 - t) ** 2, 2 * t * (1 - t), t * t
    return one * a[0] + two * b[0] + three * c[0], one * a[1] + two * b[1] + three * c[1]


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
