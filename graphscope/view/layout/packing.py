"""Parts of a level that nothing connects, side by side on shelves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphscope.view.layout.request import Point

_SHAPE = 1.6  # length over breadth that shelves of many small parts aim at


@dataclass(frozen=True, slots=True)
class Part:
    """The extent of a part; one that reaches the group's borders has a shelf of its own."""

    length: float
    breadth: float
    bordered: bool


def pack(
    parts: Sequence[Part], inset: tuple[float, float], gaps: tuple[float, float]
) -> tuple[list[Point], float, float]:
    """Where each part begins, along and across, and the length and breadth of all together.

    Args:
        parts: the first by appearance first.
        inset: room that parts which do not reach the borders keep from them, before and after.
        gaps: room between parts, along and across.
    """
    area = sum((part.length + gaps[0]) * (part.breadth + gaps[1]) for part in parts)
    longest = max((part.length for part in parts), default=0.0)
    limit = max(longest, (area * _SHAPE) ** 0.5)
    origins: list[Point] = [(0.0, 0.0)] * len(parts)
    across, length = 0.0, 0.0
    shelf: tuple[float, float] | None = None  # where along the next part goes, and how broad the shelf is
    for index in sorted(range(len(parts)), key=lambda at: (not parts[at].bordered, -parts[at].length)):
        part = parts[index]
        if shelf is not None and (part.bordered or shelf[0] + part.length > limit + inset[0]):
            across, shelf = across + shelf[1] + gaps[1], None
        along, broad = shelf or (0.0 if part.bordered else inset[0], 0.0)
        origins[index] = along, across
        shelf = along + part.length + gaps[0], max(broad, part.breadth)
        if part.bordered:
            across, shelf = across + part.breadth + gaps[1], None
        length = max(length, along + part.length + (0.0 if part.bordered else inset[1]))
    breadth = across + shelf[1] if shelf is not None else across - gaps[1]
    return origins, length, max(breadth, 0.0)
