"""Sizes and distances of a picture in pixels at 100 %, on a grid of 8; no type is smaller than 11."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TITLE: Final = 13
"""Type size of titles."""
SMALL: Final = 11
"""Type size of shapes, notes, tags and the numbers of a matrix."""
SCALAR: Final = 20
"""Type size of a single number."""
SCALAR_GRADIENT: Final = 16
"""Type size of a single number's gradient."""
MONO_ADVANCE: Final = 0.6
"""Width of a JetBrains Mono character as a share of its size."""

EDGE: Final = 10
"""Space left and right of a card's content."""
GLYPH: Final = 16
"""Room for ● and ◆ before the numbers."""
CELL: Final = 20
"""Height of a matrix cell."""
CELL_EDGE: Final = 2.8
"""Room beside the digits of a matrix cell."""
MAP_WIDTH: Final = 128
MAP_HEIGHT: Final = 64
"""The largest heat map."""
MAP_CELL: Final = 16
"""The largest cell of a heat map."""
MAP_TEXT: Final = 6
"""Characters of a heat map's range."""
WIDEST: Final = 264
"""No title makes a card wider than this."""

DOCK_GAP: Final = 28
"""Between a card and the chips docked to it."""
CHIP_GAP: Final = 16
"""Between chips side by side."""
LAYER_GAP: Final = 56
"""Between cards along the flow: room for a shape and an arrow. More would make the whole picture smaller."""
ITEM_GAP: Final = 32
"""Between cards across the flow."""
LANE: Final = 12
"""Between the line of a value and the line of its gradient."""
HEADER: Final = 28
"""Height of a group's header."""
PADDING: Final = 16
"""Space inside a group's frame."""
MARGIN: Final = 20
"""Space around the whole picture; tags reach into it."""


@dataclass(frozen=True, slots=True)
class CardStyle:
    """Vertical measures of a card or a chip."""

    title_size: float
    title_top: float
    title_height: float
    rows_top: float
    row_gap: float
    bottom: float
    radius: float


CARD: Final = CardStyle(TITLE, 8, 20, 36, 8, 12, 10)
CHIP: Final = CardStyle(12, 6, 18, 28, 6, 8, 2)


def up_to_grid(length: float) -> float:
    """The next multiple of 8."""
    return -(-length // 8) * 8
