"""Draws the numbers of a row: one large number, a tinted matrix, or a small heat map with its range."""

from __future__ import annotations

import numpy as np

from graphscope.engine.summary import Summary
from graphscope.view.numbers import compact
from graphscope.view.palette import Theme, contrast, ink_on, rgb, signed
from graphscope.view.picture.digits import sized
from graphscope.view.picture.faces import RowFace
from graphscope.view.picture.items import Row
from graphscope.view.picture.look import Look
from graphscope.view.picture.shapes import Box, Hatch, Polygon, Raster, Shape, Words, diamond, disc, middle
from graphscope.view.picture.style import EDGE, GLYPH, MAP_TEXT, MONO_ADVANCE, SMALL

STRONGEST = 0.85
"""Share of the full hue at the largest number: the digits on it stay easy to read."""
APART = 3
"""Between the numbers of two columns at least."""
ABSENT = "–"


def draw_row(row: Row, face: RowFace, look: Look) -> list[Shape]:
    """● or ◆ and the numbers, within the card."""
    shapes: list[Shape] = [] if row.form == "words" else [glyph(row, face, look)]
    if row.form == "words":
        text = look.text("no gradient needed")
        return [Words(EDGE, middle(row.y, row.height, SMALL), text, SMALL, "text", look.theme.muted)]
    # An array without elements, such as an empty batch, is there but has nothing to show.
    summary = face.summary if face.summary is not None and face.summary.cells.size else None
    if row.form == "scalar":
        return shapes + _scalar(row, summary, look)
    if row.form == "matrix":
        return shapes + _matrix(row, summary, look) + _edited(row, face, look)
    return shapes + _map(row, summary, look)


def glyph(row: Row, face: RowFace, look: Look) -> Shape:
    """● for a value, ◆ for a gradient: filled when it is there, a ring when not, pale while partial."""
    x, y = row.x - GLYPH + 6, row.y + row.height / 2
    theme = look.theme
    there = face.summary is not None
    if row.role == "value":
        return disc(x, y, 4, theme.ink) if there else disc(x, y, 3.5, stroke=theme.faint, weight=1.25)
    if not there:
        return diamond(x, y, 4.5, stroke=theme.faint, weight=1.25)
    if face.partial or face.stale:
        return diamond(x, y, 4.5, theme.backward_soft, theme.backward, 1.5)
    return diamond(x, y, 5, theme.backward)


def _scalar(row: Row, summary: Summary | None, look: Look) -> list[Shape]:
    size, base = row.size, middle(row.y, row.height, row.size)
    if summary is None:
        return [Words(row.x, base, ABSENT, size, "mono", look.theme.faint)]
    text = compact(summary.cells[0, 0], row.capacity)
    alarm = look.theme.alarm if not summary.finite else look.theme.ink
    shapes: list[Shape] = [Words(row.x, base, text, size, "mono strong", alarm)]
    return (
        [Hatch(row.x, row.y, row.width, row.height, look.theme.alarm_soft)] if not summary.finite else []
    ) + shapes


def _matrix(row: Row, summary: Summary | None, look: Look) -> list[Shape]:
    if summary is None:
        return _absent(row, row.width, look)
    width, height = row.width / row.columns, row.height / row.lines
    shapes: list[Shape] = []
    largest = reach(summary)
    size, texts = sized(summary.cells, row.capacity, row.size, SMALL)
    longest = max(len(text) for line in texts for text in line)
    size = min(size, (width - APART) / (longest * MONO_ADVANCE)) if row.columns > 1 else size
    right = longest * size * MONO_ADVANCE / 2
    for line in range(row.lines):
        for column in range(row.columns):
            place = (row.x + column * width, row.y + line * height, width, height)
            number = float(summary.cells[line, column])
            shapes.extend(_cell(*place, number, texts[line][column], size, largest, right, look))
    return shapes


def _edited(row: Row, face: RowFace, look: Look) -> list[Shape]:
    """A border and a folded corner on each number that a user put there."""
    shapes: list[Shape] = []
    width, height = row.width / row.columns, row.height / row.lines
    for element in sorted(face.edited or ()):
        line, column = (0, 0, *element)[-2:]
        x, y = row.x + column * width, row.y + line * height
        right, colour = x + width - 1, look.theme.accent
        shapes.append(Box(x + 1, y + 1, width - 2, height - 2, 2, stroke=colour, weight=1.5))
        shapes.append(Polygon(((right - 6, y + 1), (right, y + 1), (right, y + 7)), colour))
    return shapes


def _absent(row: Row, width: float, look: Look) -> list[Shape]:
    """An empty place: numbers will be here."""
    base = middle(row.y, row.height, row.size)
    return [
        Box(row.x + 0.5, row.y + 0.5, width - 1, row.height - 1, 3, look.hollow),
        Words(row.x + width / 2, base, ABSENT, row.size, "mono", look.theme.muted, "middle"),
    ]


def _cell(
    x: float,
    y: float,
    width: float,
    height: float,
    number: float,
    text: str,
    size: float,
    largest: float,
    right: float,
    look: Look,
) -> list[Shape]:
    """One number on its tint; ``right`` is where digits end, from the middle: decimals stand in line."""
    box = (x + 0.5, y + 0.5, width - 1, height - 1, 2)
    base, end = middle(y, height, size), x + width / 2 + right
    if not np.isfinite(number):
        return [
            Box(*box, look.theme.alarm_soft),
            Hatch(x + 1, y + 1, width - 2, height - 2, look.theme.alarm),
            Words(x + width / 2, base, text, size, "mono strong", look.theme.ink, "middle"),
        ]
    fill = tint(look.theme, number, largest)
    return [Box(*box, fill), Words(end, base, text, size, "mono", readable(look.theme, fill), "end")]


def readable(theme: Theme, fill: str) -> str:
    """Ink for a number on its tint: the theme's own where it reads well."""
    return theme.ink if contrast(theme.ink, fill) >= 4.5 else ink_on(fill)


def reach(summary: Summary | None) -> float:
    """The largest size of a tensor's numbers: its range is symmetric, so that zero has the middle colour."""
    return 0.0 if summary is None else max(abs(summary.low), abs(summary.high))


def tint(theme: Theme, number: float, largest: float) -> str:
    """The colour behind a number."""
    return signed(theme, STRONGEST * number / largest) if largest > 0 else theme.zero


def pixels(summary: Summary, theme: Theme) -> np.ndarray:
    """The heat map of a summary, (lines, columns, 3) bytes; NaN and infinity in the colour of errors."""
    largest = reach(summary)
    share = (
        np.clip(np.nan_to_num(summary.cells / largest, posinf=1, neginf=-1), -1, 1)
        if largest
        else summary.cells * 0
    )
    share = np.nan_to_num(share)[..., None]
    zero, plus, minus = (np.array(rgb(each), float) for each in (theme.zero, theme.positive, theme.negative))
    colours = np.where(share >= 0, zero + (plus - zero) * share, zero + (minus - zero) * -share)
    colours[~np.isfinite(summary.cells)] = rgb(theme.alarm)
    return np.rint(colours).astype(np.uint8)


def _map(row: Row, summary: Summary | None, look: Look) -> list[Shape]:
    size = row.size
    width = row.width - 8 - MAP_TEXT * size * MONO_ADVANCE
    right = row.x + width + 8
    if summary is None:
        return _absent(row, width, look)
    shapes: list[Shape] = [Raster(row.x, row.y, width, row.height, pixels(summary, look.theme))]
    shapes.append(Box(row.x, row.y, width, row.height, 0, stroke=look.theme.line, weight=0.75))
    shapes.append(
        Words(right, row.y + size - 1, compact(summary.high, MAP_TEXT), size, "mono", look.theme.muted)
    )
    low = Words(right, row.y + row.height - 2, compact(summary.low, MAP_TEXT), size, "mono", look.theme.muted)
    if not summary.finite:
        shapes.append(Hatch(row.x, row.y, width, row.height, look.theme.alarm))
    return [*shapes, low]
