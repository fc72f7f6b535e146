"""A card at about half size: its numbers fill it, in type that is still readable when the whole graph is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from graphscope.view.metrics import elide, text_width
from graphscope.view.picture.digits import LONGEST
from graphscope.view.picture.items import Card, Row
from graphscope.view.picture.look import Level, Look
from graphscope.view.picture.shapes import Shape, Words
from graphscope.view.picture.style import MONO_ADVANCE

SIDE = 6
"""Space left and right of the content, less than on a full card."""
SIGN = 12
"""Room for ● and ◆ before the numbers."""
TITLE_SIZE, SHAPE_SIZE = 18, 14
TOP, BOTTOM, GAP = 32, 6, 6
"""Below the title, under the last row, and between rows."""
LARGEST = 17
"""Type size of a matrix: 10 pixels on the screen where a card is shown at 60 %."""
ROOM = 3
"""Beside the digits of a cell."""
SCALAR_LARGEST = {"value": 26, "gradient": 21}
RANGE_SIZE = 14
"""Type size of a heat map's range."""
FEWEST = 5
"""Characters that a number of a matrix always has room for."""
LINE = 0.86
"""Type size as a share of the height of its line."""


def at_level(card: Card, level: Level) -> Card:
    """The card with its rows where that level draws them."""
    return enlarged(card) if level == "large" else card


@lru_cache(maxsize=4096)
def enlarged(card: Card) -> Card:
    """A card whose rows fill it; what only ever says something in words is left out."""
    rows = [row for row in card.rows if row.form != "words"]
    room = card.height - TOP - BOTTOM - GAP * (len(rows) - 1)
    whole = sum(row.height for row in rows)
    return replace(card, rows=tuple(_placed(rows, card.width - 2 * SIDE - SIGN, room / max(whole, 1))))


def _placed(rows: Sequence[Row], width: float, stretch: float) -> list[Row]:
    """The rows one below the other, each as much taller as all are."""
    placed: list[Row] = []
    y: float = TOP
    for row in rows:
        placed.append(_sized(replace(row, x=SIDE + SIGN, y=y, width=width, height=row.height * stretch)))
        y += row.height * stretch + GAP
    return placed


def _sized(row: Row) -> Row:
    """A row with the largest type that its place has room for."""
    if row.form == "map":
        return replace(row, size=RANGE_SIZE)
    if row.form == "scalar":
        fitting = min(row.width / (row.capacity * MONO_ADVANCE), row.height * LINE)
        return replace(row, size=min(fitting, SCALAR_LARGEST[row.role]))
    cell = row.width / row.columns - ROOM
    size = min(LARGEST, cell / (FEWEST * MONO_ADVANCE), row.height / row.lines * LINE)
    capacity = min(int(cell / (size * MONO_ADVANCE) + 1e-6), LONGEST)
    width = min(row.width, row.columns * (LONGEST * size * MONO_ADVANCE + 8))
    return replace(row, size=size, capacity=capacity, width=width)


def draw_title(card: Card, look: Look) -> list[Shape]:
    """The title, in large type, and the shape where there is room for it."""
    theme = look.theme
    title = f"{card.symbol} {card.title}" if card.symbol and len(card.symbol) < 3 else card.title
    room = card.width - 2 * SIDE - 4
    base = (TOP + TITLE_SIZE * 0.727) / 2
    shown = elide(title, room, TITLE_SIZE, "strong")
    shapes: list[Shape] = [Words(SIDE + 2, base, shown, TITLE_SIZE, "strong", theme.ink)]
    left = room - text_width(shown, TITLE_SIZE, "strong") - 10
    face = "text" if card.kind in ("group", "loss") else "mono"
    if shown == title and card.shape and text_width(card.shape, SHAPE_SIZE, face) <= left:
        right = card.width - SIDE - 2
        shapes.append(Words(right, base, card.shape, SHAPE_SIZE, face, theme.muted, "end"))
    return shapes
