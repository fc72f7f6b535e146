"""What is under the pointer: a card, one of its rows, a number in it, a group's header, an edge."""

from __future__ import annotations

from dataclasses import dataclass

from graphscope.graph.scope import Scope
from graphscope.view.layout.request import Rect
from graphscope.view.picture import lanes
from graphscope.view.picture.frames import header
from graphscope.view.picture.index import Index, within
from graphscope.view.picture.items import Card, Row, RowRole
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


def hit(index: Index, x: float, y: float) -> Hit:
    """What is drawn at a point."""
    picture, spot = index.picture, Rect(x, y, 0, 0)
    for number in reversed(within(index.cards, spot)):
        key = index.keys[number]
        box = picture.boxes[key]
        if contains(box, x, y):
            return _on_card(picture.cards[key], x - box.x, y - box.y)
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


def _on_card(card: Card, x: float, y: float) -> Hit:
    folds = card.group if card.group is not None and y < card.rows[0].y else None
    for row in card.rows:
        if row.y - 3 <= y < row.y + row.height + 3:
            return Hit(card, row.role, row.value, _index(row, x, y), folds)
    return Hit(card, "value", card.value, None, folds)


def _index(row: Row, x: float, y: float) -> tuple[int, int] | None:
    """Line and column of the number at a point of a matrix or heat map."""
    if row.form not in ("matrix", "scalar", "map") or not (row.x <= x < row.x + row.width):
        return None
    if row.form == "map":
        return None
    line = int((y - row.y) / row.height * row.lines)
    return min(max(line, 0), row.lines - 1), min(int((x - row.x) / row.width * row.columns), row.columns - 1)


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
