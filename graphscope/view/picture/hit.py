"""What is under the pointer: a card, one of its rows, a number in it, a group's header, an edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.graph.scope import Scope
from graphscope.view.layout.request import Rect
from graphscope.view.picture import lanes
from graphscope.view.picture.afar import maps
from graphscope.view.picture.frames import header
from graphscope.view.picture.halfway import at_level
from graphscope.view.picture.index import Index, within
from graphscope.view.picture.items import Card, Row, RowRole
from graphscope.view.picture.look import Level
from graphscope.view.picture.place import Edge
from graphscope.view.picture.style import EDGE

NEAR = 6
"""An edge is meant when the pointer is this near."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found; a card comes with the row and the number that were meant, if any.

    Args:
        folds: the group that a click here folds or opens.
    """

    card: Card | None = None
    role: RowRole = "value"
    value: str = ""
    index: tuple[int, int] | None = None
    folds: Scope | None = None
    edge: Edge | None = None


def hit(index: Index, x: float, y: float, level: Level = "full") -> Hit:
    """What is drawn at a point, at a level of detail."""
    picture, spot = index.picture, Rect(x, y, 0, 0)
    for number in reversed(within(index.cards, spot)):
        key = index.keys[number]
        box = picture.boxes[key]
        if contains(box, x, y):
            return _on_card(picture.cards[key], x - box.x, y - box.y, level)
    for number in within(index.edges, spot):
        edge = picture.edges[number]
        if any(line and lanes.distance_to(line, x, y) < NEAR for line in (edge.there, edge.back)):
            return Hit(edge=edge, value=edge.value)
    for number in reversed(within(index.frames, spot)):
        frame = picture.frames[number]
        if contains(header(frame), x, y):
            return Hit(folds=frame.scope)
    return Hit()


def contains(box: Rect, x: float, y: float) -> bool:
    """Whether a point is in a rectangle."""
    return box.x <= x < box.right and box.y <= y < box.bottom


def _on_card(card: Card, x: float, y: float, level: Level) -> Hit:
    card = at_level(card, level)
    folds = card.group if card.group is not None and y < card.rows[0].y else None
    for row, area, numbers in _rows(card, level):
        if contains(area, x, y):
            return Hit(card, row.role, row.value, _index(row, numbers, x, y), folds)
    return Hit(card, "value", card.value, None, folds)


def _rows(card: Card, level: Level) -> Iterator[tuple[Row, Rect, Rect]]:
    """Each row as it is drawn at a level: where it is meant, and where its numbers are."""
    if level in ("full", "large"):
        for row in card.rows:
            numbers = Rect(row.x, row.y, row.width, row.height)
            yield row, Rect(0, row.y - 3, card.width, row.height + 6), numbers
    elif level == "chips":
        for row, area in zip(card.rows, maps(card), strict=False):
            yield row, area, area


def _index(row: Row, numbers: Rect, x: float, y: float) -> tuple[int, int] | None:
    """Line and column of the number at a point of a matrix; a sampled map has none."""
    if row.form not in ("matrix", "scalar") or not (numbers.x <= x < numbers.right):
        return None
    line, column = (y - numbers.y) / numbers.height, (x - numbers.x) / numbers.width
    places = int(line * row.lines), int(column * row.columns)
    return min(max(places[0], 0), row.lines - 1), min(max(places[1], 0), row.columns - 1)


def row_rect(card: Card, row: Row) -> Rect:
    """The whole row within its card, sign included."""
    return Rect(EDGE - 4, row.y - 3, card.width - 2 * EDGE + 8, row.height + 6)


def cell_rect(row: Row, index: tuple[int, ...]) -> Rect | None:
    """Where one number of a matrix row is, within its card; leading axes of size 1 are left out."""
    if row.form != "matrix" or len(index) > 2:
        return None
    line, column = [0, 0, *index][-2:]
    if line >= row.lines or column >= row.columns:
        return None
    width, height = row.width / row.columns, row.height / row.lines
    return Rect(row.x + column * width, row.y + line * height, width, height)
