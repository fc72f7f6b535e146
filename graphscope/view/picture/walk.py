"""Where the selection goes with an arrow key: along edges, and to the nearest card across them."""

from __future__ import annotations

from typing import Literal

from graphscope.view.layout.request import Rect
from graphscope.view.picture.place import Picture

Direction = Literal["left", "right", "up", "down"]


def step_from(picture: Picture, key: str, direction: Direction) -> str | None:
    """The key of the card that an arrow key leads to, or None at the end.

    Left and right follow edges (and fall back to the nearest card that way); up and down go to the nearest.
    """
    if direction in ("left", "right"):
        along = _linked(picture, key, direction)
        if along:
            return min(along, key=lambda other: abs(_middle(picture, other)[1] - _middle(picture, key)[1]))
    return _nearest(picture, key, direction)


def first(picture: Picture) -> str | None:
    """The card to begin with: the leftmost, uppermost one."""
    return min(picture.boxes, key=lambda key: (picture.boxes[key].x, picture.boxes[key].y), default=None)


def _linked(picture: Picture, key: str, direction: Direction) -> list[str]:
    flowing = [edge for edge in picture.edges if not edge.docked]
    if direction == "left":
        return [edge.source for edge in flowing if edge.target == key]
    return [edge.target for edge in flowing if edge.source == key]


def _middle(picture: Picture, key: str) -> tuple[float, float]:
    return picture.boxes[key].center


def _nearest(picture: Picture, key: str, direction: Direction) -> str | None:
    """The nearest card on that side; going straight counts three times as much as going aside."""
    here = picture.boxes[key]
    found: dict[str, float] = {}
    for other, box in picture.boxes.items():
        ahead, aside = _offset(here, box, direction)
        if other != key and ahead > 4:
            found[other] = ahead + 3 * aside
    return min(found, key=lambda other: found[other], default=None)


def _offset(here: Rect, there: Rect, direction: Direction) -> tuple[float, float]:
    dx = there.center[0] - here.center[0]
    dy = there.center[1] - here.center[1]
    if direction in ("left", "right"):
        return (dx if direction == "right" else -dx), abs(dy)
    return (dy if direction == "down" else -dy), abs(dx)
