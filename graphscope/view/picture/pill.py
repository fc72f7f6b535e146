"""Draws the pill that travels: the sign of what it carries, its name, and its numbers in small."""

from __future__ import annotations

from dataclasses import replace

from graphscope.engine.summary import Summary
from graphscope.view.metrics import text_width
from graphscope.view.numbers import compact
from graphscope.view.picture.digits import LONGEST, aligned
from graphscope.view.picture.items import RowRole
from graphscope.view.picture.look import Look
from graphscope.view.picture.rows import pixels, reach, readable, tint
from graphscope.view.picture.shapes import Box, Raster, Shape, Words, diamond, disc, middle
from graphscope.view.picture.style import MONO_ADVANCE, SMALL

FEW = 4
"""Up to this many lines and columns the numbers are written, up to twice as many coloured."""
CELL_WIDTH, CELL_HEIGHT = 49, 16


def draw_pill(
    name: str, role: RowRole, summary: Summary | None, look: Look
) -> tuple[tuple[Shape, ...], float, float]:
    """The shapes around (0, 0), and the width and height."""
    theme = look.theme
    label = f"∂L/∂{name}" if role == "gradient" else name
    colour = theme.backward if role == "gradient" else theme.accent
    head = text_width(label, SMALL, "strong") + 27
    body, width, height = _numbers(summary, look)
    single = summary is not None and summary.scalar
    whole = head + width + 10 if single else max(head, width) + 16
    tall = 24 if single or not body else height + 30
    left, top = -whole / 2, -tall / 2
    shapes: list[Shape] = [
        Box(left + 1, top + 2, whole, tall, 12, theme.shadow),
        Box(left, top, whole, tall, 12, theme.surface, colour, 1.75),
    ]
    y = top + 12
    mark = diamond(left + 12, y, 4.5, colour) if role == "gradient" else disc(left + 12, y, 3.5, colour)
    shapes += [mark, Words(left + 20, middle(top, 24, SMALL), label, SMALL, "strong", theme.ink)]
    dx, dy = (left + head, top + 4) if single else (left + 8, top + 23)
    for shape in body:
        shapes.append(_shifted(shape, dx, dy))
    return tuple(shapes), whole, tall


def _shifted(shape: Box | Words | Raster, dx: float, dy: float) -> Shape:
    return replace(shape, x=shape.x + dx, y=shape.y + dy)


def _numbers(summary: Summary | None, look: Look) -> tuple[list[Box | Words | Raster], float, float]:
    if summary is None:
        return [], 0, 0
    lines, columns = summary.cells.shape
    if summary.scalar:
        text = compact(summary.cells[0, 0], 8)
        width = text_width(text, SMALL + 1, "mono strong")
        return [Words(0, middle(0, 16, SMALL + 1), text, SMALL + 1, "mono strong", look.theme.ink)], width, 16
    if summary.exact and lines <= FEW and columns <= FEW:
        return _cells(summary, look), columns * CELL_WIDTH, lines * CELL_HEIGHT
    wide, tall = min(columns * 8, 64), min(max(lines * 8, 16), 64)
    return [Raster(0, 0, wide, tall, pixels(summary, look.theme))], wide, tall


def _cells(summary: Summary, look: Look) -> list[Box | Words | Raster]:
    shapes: list[Box | Words | Raster] = []
    largest = reach(summary)
    lines, columns = summary.cells.shape
    texts = aligned(summary.cells, LONGEST)
    right = max(len(text) for line in texts for text in line) * SMALL * MONO_ADVANCE / 2
    for line in range(lines):
        for column in range(columns):
            number = float(summary.cells[line, column])
            x, y = column * CELL_WIDTH, line * CELL_HEIGHT
            fill = tint(look.theme, number, largest) if summary.finite else look.theme.alarm_soft
            shapes.append(Box(x + 0.5, y + 0.5, CELL_WIDTH - 1, CELL_HEIGHT - 1, 2, fill))
            ink = readable(look.theme, fill)
            base = middle(y, CELL_HEIGHT, SMALL)
            shapes.append(
                Words(x + CELL_WIDTH / 2 + right, base, texts[line][column], SMALL, "mono", ink, "end")
            )
    return shapes
