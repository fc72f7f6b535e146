"""How large a card is: from the shape of its value alone, so that no number ever changes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphscope.engine.summary import MATRIX, THUMBNAIL
from graphscope.graph.spec import TensorSpec
from graphscope.view.metrics import elide, text_width
from graphscope.view.picture.digits import LONGEST
from graphscope.view.picture.items import Row, RowForm, RowRole
from graphscope.view.picture.style import (
    CELL,
    CELL_EDGE,
    EDGE,
    GLYPH,
    MAP_CELL,
    MAP_HEIGHT,
    MAP_TEXT,
    MAP_WIDTH,
    MONO_ADVANCE,
    SCALAR,
    SCALAR_GRADIENT,
    SMALL,
    WIDEST,
    CardStyle,
    up_to_grid,
)

SCALAR_CAPACITY = 8
"""Characters of a single number: −0.13630."""


@dataclass(frozen=True, slots=True)
class Block:
    """The numbers of one row, measured but not placed."""

    value: str
    role: RowRole
    form: RowForm
    width: float
    height: float
    columns: int = 1
    lines: int = 1
    capacity: int = LONGEST
    size: float = SMALL


def grid(spec: TensorSpec) -> tuple[int, int, bool]:
    """Lines and columns that a summary of this spec will have, and whether it will hold every number.

    Sizes that are not known yet count as a full heat map.
    """
    sizes = [size if isinstance(size, int) else THUMBNAIL for size in spec.shape]
    exact = len(sizes) <= 2 and max(sizes, default=1) <= MATRIX
    lines, columns = [1, 1, *sizes][-2:]
    return max(min(lines, THUMBNAIL), 1), max(min(columns, THUMBNAIL), 1), exact


def block(value: str, role: RowRole, spec: TensorSpec) -> Block:
    """How much room the numbers of a value or gradient take."""
    lines, columns, exact = grid(spec)
    if exact and lines == columns == 1:
        size = SCALAR if role == "value" else SCALAR_GRADIENT
        width = SCALAR_CAPACITY * SCALAR * MONO_ADVANCE
        return Block(value, role, "scalar", width, size + 8, capacity=SCALAR_CAPACITY, size=size)
    if exact:
        cell = LONGEST * SMALL * MONO_ADVANCE + CELL_EDGE
        return Block(value, role, "matrix", columns * cell, lines * CELL, columns, lines)
    # A single column is drawn twice as wide: a thin strip shows no colours.
    width = columns * min(MAP_WIDTH / columns, MAP_CELL if columns > 1 else 2 * MAP_CELL)
    height = max(lines * min(MAP_HEIGHT / lines, MAP_CELL), 2 * (SMALL + 3))
    if len(spec.shape) > 2:
        # An image keeps its proportions.
        side = min(MAP_WIDTH / columns, MAP_HEIGHT / lines, MAP_CELL)
        width, height = columns * side, max(lines * side, 2 * (SMALL + 3))
    return Block(value, role, "map", width + 8 + MAP_TEXT * SMALL * MONO_ADVANCE, height, columns, lines)


def words(value: str, role: RowRole, width: float) -> Block:
    """A row that only ever says something in words."""
    return Block(value, role, "words", width, SMALL + 5)


def place(
    blocks: Sequence[Block], title: str, symbol: str, shape: str, style: CardStyle, note: str = ""
) -> tuple[float, float, str, tuple[Row, ...]]:
    """Width, height, the title as it fits, and the rows."""
    content = max((item.width for item in blocks), default=0)
    heading = _title_width(title, symbol, shape, style)
    noted = text_width(note, SMALL, "mono")
    wanted = max(content + EDGE + GLYPH + EDGE, min(max(heading, noted + 2 * EDGE), WIDEST))
    width = up_to_grid(wanted)
    room = width - (heading - text_width(title, style.title_size, "strong"))
    y = style.rows_top + (16 if note else 0)
    rows: list[Row] = []
    for item in blocks:
        rows.append(_row(item, y))
        y += item.height + (4 if item.form == "scalar" else style.row_gap)
    last = (4 if blocks[-1].form == "scalar" else style.row_gap) if blocks else 0
    return width, y - last + style.bottom, elide(title, room, style.title_size, "strong"), tuple(rows)


def _row(item: Block, y: float) -> Row:
    x = EDGE + GLYPH
    size = (item.width, item.height, item.columns, item.lines, item.capacity, item.size)
    return Row(item.value, item.role, item.form, x, y, *size)


def badge_width(symbol: str, size: float) -> float:
    """The width of the badge with an op's sign."""
    return max(text_width(symbol, size - 1, "strong") + 10, size + 7) if symbol else 0


def _title_width(title: str, symbol: str, shape: str, style: CardStyle) -> float:
    badge = badge_width(symbol, style.title_size)
    name = text_width(title, style.title_size, "strong")
    right = text_width(shape, SMALL, "mono")
    return EDGE + (badge + 8 if badge else 0) + name + (12 + right if shape else 0) + EDGE
