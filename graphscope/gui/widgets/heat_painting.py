"""Draws the cells of a heat map: colours, numbers, hatching for what is not a number, and heads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from graphscope.gui import fonts
from graphscope.gui.canvas.painting import image
from graphscope.view.numbers import MINUS
from graphscope.view.palette import THEMES, Theme, ThemeName, ink_on, rgb, signed
from graphscope.view.picture.digits import aligned

LEGIBLE = 34.0
"""Pixels that a cell must be wide to have its number in it."""
HEAD = 20.0
"""Height of the numbers of the columns."""
DIGITS = 11
HATCH = 5
SHADES = 255


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cells are: their size, the heads around them, and how far they are scrolled."""

    rows: int
    columns: int
    width: float
    height: float
    left: float
    top: float
    across: int
    down: int

    def box(self, row: int, column: int) -> QRectF:
        """The place of a cell."""
        x, y = self.left + column * self.width - self.across, self.top + row * self.height - self.down
        return QRectF(x, y, self.width, self.height)

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """The cell at a place."""
        if x < self.left or y < self.top:
            return None
        row, column = (
            int((y - self.top + self.down) / self.height),
            int((x - self.left + self.across) / self.width),
        )
        return (row, column) if row < self.rows and column < self.columns else None

    def seen(self, area: QRectF) -> tuple[slice, slice]:
        """The rows and columns that lie in an area."""
        rows = int(self.down / self.height), int((self.down + area.height() - self.top) / self.height) + 1
        columns = (
            int(self.across / self.width),
            int((self.across + area.width() - self.left) / self.width) + 1,
        )
        return slice(rows[0], min(rows[1], self.rows)), slice(columns[0], min(columns[1], self.columns))


@lru_cache(maxsize=4)
def table(name: ThemeName) -> np.ndarray:
    """The colours from −1 to +1 of a theme: 511 rows of red, green, blue."""
    theme = THEMES[name]
    shares = range(-SHADES, SHADES + 1)
    return np.array([rgb(signed(theme, share / SHADES)) for share in shares], dtype=np.uint8)


def shades(cells: np.ndarray, limit: float) -> np.ndarray:
    """The row of the table for each number; what is not finite has that of zero."""
    wide = np.nan_to_num(np.asarray(cells, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    share = np.clip(wide / limit, -1, 1) if limit > 0 else np.zeros_like(wide)
    return np.rint(share * SHADES).astype(np.intp) + SHADES


def cells(
    painter: QPainter, grid: Grid, theme: Theme, matrix: np.ndarray, limit: float, shown: tuple[slice, slice]
) -> None:
    """The colours of the cells in sight, with lines between them where they are large enough."""
    part = matrix[shown]
    if not part.size:
        return
    first = grid.box(shown[0].start, shown[1].start)
    area = QRectF(first.x(), first.y(), part.shape[1] * grid.width, part.shape[0] * grid.height)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    painter.drawImage(area, image(table(theme.name)[shades(part, limit)]))
    wild = ~np.isfinite(np.asarray(part, dtype=np.float64))
    for row, column in np.argwhere(wild):
        place = grid.box(shown[0].start + int(row), shown[1].start + int(column))
        painter.fillRect(place, QColor(theme.alarm_soft))
        hatch(painter, place, theme.alarm)
    if theme.name == "contrast" and grid.width >= 8:
        for row, column in np.argwhere((part < 0) & ~wild):
            hatch(painter, grid.box(shown[0].start + int(row), shown[1].start + int(column)), theme.faint)
    if grid.width >= 10:
        _lines(painter, grid, theme, area, part.shape)


def _lines(painter: QPainter, grid: Grid, theme: Theme, area: QRectF, shape: tuple[int, ...]) -> None:
    painter.setPen(QPen(QColor(theme.surface), 2 if grid.width >= LEGIBLE else 1))
    rows = [area.top() + row * grid.height for row in range(shape[0] + 1)]
    columns = [area.left() + column * grid.width for column in range(shape[1] + 1)]
    painter.drawLines([QLineF(area.left(), y, area.right(), y) for y in rows])
    painter.drawLines([QLineF(x, area.top(), x, area.bottom()) for x in columns])


def hatch(painter: QPainter, box: QRectF, colour: str) -> None:
    """Diagonal lines across a cell."""
    painter.save()
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(QColor(colour), 1))
    reach = int(box.width() + box.height())
    lines = [
        QLineF(box.left() + offset, box.bottom(), box.left() + offset + box.height(), box.top())
        for offset in range(-int(box.height()), reach, HATCH)
    ]
    painter.drawLines(lines)
    painter.restore()


def texts(part: np.ndarray, width: float, *, signs: bool) -> list[list[str]]:
    """The numbers of some cells as texts that stand in line, with their signs."""
    advance = QFontMetricsF(fonts.number_font(DIGITS)).horizontalAdvance("0")
    capacity = max(int((width - 6) / advance), 3)
    numbers = np.asarray(part, dtype=np.float64)
    if not signs:
        return _told(aligned(numbers, capacity))
    # A plus takes as much room as a minus, so all are written as if they were negative.
    signed_texts = _told(aligned(-np.abs(numbers), capacity))
    return [
        [
            f"+{text[1:]}" if number > 0 and text[:1] == MINUS else text
            for text, number in zip(line, row, strict=True)
        ]
        for line, row in zip(signed_texts, numbers, strict=True)
    ]


def _told(lines: list[list[str]]) -> list[list[str]]:
    return [["NaN" if text == "nan" else text for text in line] for line in lines]


def numbers(
    painter: QPainter,
    grid: Grid,
    theme: Theme,
    matrix: np.ndarray,
    limit: float,
    shown: tuple[slice, slice],
    told: list[list[str]],
) -> None:
    """The numbers of the cells in sight, right-aligned so that their digits stand in columns."""
    font = fonts.number_font(DIGITS)
    painter.setFont(font)
    longest = max((len(text) for line in told for text in line), default=0)
    half = QFontMetricsF(font).horizontalAdvance("0") * longest / 2
    colours, part = table(theme.name), matrix[shown]
    for row, line in enumerate(told):
        for column, text in enumerate(line):
            box = grid.box(shown[0].start + row, shown[1].start + column)
            number = float(part[row, column])
            red, green, blue = colours[int(shades(np.array(number), limit))]
            ground = f"#{red:02x}{green:02x}{blue:02x}"
            wild = not np.isfinite(number)
            painter.setPen(QColor(theme.ink if wild else ink_on(ground)))
            if wild or (theme.name == "contrast" and number < 0):  # so that hatching crosses no digit
                painter.fillRect(box.adjusted(6, 6, -6, -6), QColor(theme.alarm_soft if wild else ground))
            box.setRight(box.center().x() + half)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


def head_width(last: int) -> float:
    """Room for the number of the last row."""
    return QFontMetricsF(fonts.number_font(DIGITS)).horizontalAdvance(str(max(last, 0))) + 10


def heads(
    painter: QPainter, grid: Grid, theme: Theme, area: QRectF, every: tuple[int, int], *, rows: bool
) -> None:
    """The numbers of rows and columns, as many as there is room for."""
    painter.setFont(fonts.number_font(DIGITS))
    painter.setPen(QColor(theme.muted))
    shown = grid.seen(area)
    room = head_width((grid.columns - 1) * every[1]) + 2
    for column in _spaced(shown[1], room / grid.width):
        box = grid.box(0, column)
        if box.left() >= grid.left - grid.width / 2:
            middle = QRectF(box.center().x() - room / 2, 0, room, grid.top - 2)
            painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, str(column * every[1]))
    if not rows:
        return
    for row in _spaced(shown[0], 16 / grid.height):
        box = grid.box(row, 0)
        if box.center().y() > grid.top:
            painter.drawText(
                QRectF(0, box.center().y() - 8, grid.left - 6, 16),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                str(row * every[0]),
            )


def _spaced(shown: slice, apart: float) -> range:
    """Every first, second, fifth, tenth … so that the numbers do not touch."""
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if each >= apart or each == 1000)
    return range(-(-shown.start // step) * step, shown.stop, step)


def outline(painter: QPainter, box: QRectF, theme: Theme, *, focus: bool) -> None:
    """The frame of the chosen cell; it is seen on every colour."""
    inner = box.adjusted(1, 1, -1, -1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.surface), 4))
    painter.drawRect(inner)
    painter.setPen(QPen(QColor(theme.positive if focus else theme.ink), 2))
    painter.drawRect(inner)
