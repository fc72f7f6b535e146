"""Draws a card seen from afar: a large title with small heat maps, or one glyph; and tells where its maps are."""

from __future__ import annotations

from graphscope.view.layout.request import Rect
from graphscope.view.metrics import elide
from graphscope.view.picture.faces import Face
from graphscope.view.picture.items import Card
from graphscope.view.picture.look import Look
from graphscope.view.picture.rows import pixels
from graphscope.view.picture.shapes import Box, Raster, Shape, Words, diamond, disc
from graphscope.view.picture.style import EDGE

GAP = 8
LOWEST = 8
"""A heat map of less height tells nothing."""


def draw_brief(card: Card, face: Face, look: Look) -> list[Shape]:
    """A large title and heat maps of value and gradient: readable at half size."""
    theme, size = look.theme, _title_size(card)
    title = f"{card.symbol} {card.title}" if card.symbol and len(card.symbol) < 3 else card.title
    room = card.width - 2 * EDGE
    shapes: list[Shape] = [
        Words(EDGE, EDGE + size, elide(title, room, size, "strong"), size, "strong", theme.ink)
    ]
    for shown, row, at in zip(face.rows, card.rows, maps(card), strict=False):
        if shown.summary is not None:
            shapes.append(Raster(at.x, at.y, at.width, at.height, pixels(shown.summary, theme)))
            edge = theme.backward if row.role == "gradient" else theme.muted
            shapes.append(Box(at.x, at.y, at.width, at.height, 0, stroke=edge, weight=2))
    return shapes


def draw_block(card: Card, face: Face, look: Look) -> list[Shape]:
    """From far away a card is one glyph: ● when its value is there, ◆ when its gradient is."""
    x, y = card.width / 2, card.height / 2
    size = min(card.width, card.height) * 0.22
    theme = look.theme
    there = [row.summary is not None for row in face.rows]
    if any(there[1:]):
        return [diamond(x, y, size, theme.backward)]
    return [disc(x, y, size * 0.8, theme.muted)] if any(there) else []


def maps(card: Card) -> tuple[Rect, ...]:
    """Where the heat map of each row is on a brief card: beside each other; none where there is no room."""
    top = EDGE + _title_size(card) + 12
    height = card.height - top - EDGE
    if height < LOWEST or not card.rows:
        return ()
    each = (card.width - 2 * EDGE - GAP * (len(card.rows) - 1)) / len(card.rows)
    return tuple(Rect(EDGE + place * (each + GAP), top, each, height) for place in range(len(card.rows)))


def _title_size(card: Card) -> int:
    return 22 if card.height > 70 else 18
