"""Draws the plain shapes of a picture with a QPainter: on the screen, into an image, or for printing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPen, QPolygonF

from graphscope.gui.fonts import load_fonts
from graphscope.view.metrics import FAMILIES, Face, text_width
from graphscope.view.picture.shapes import Box, Hatch, Line, Polygon, Raster, Shape, Words, strokes


def paint(painter: QPainter, shapes: Iterable[Shape]) -> None:
    """Draw shapes in order, in the painter's own coordinates."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for shape in shapes:
        _DRAW[type(shape)](painter, shape)


_WEIGHTS: dict[Face, QFont.Weight] = {
    "text": QFont.Weight.Normal,
    "strong": QFont.Weight.DemiBold,
    "mono": QFont.Weight.Normal,
    "mono strong": QFont.Weight.Bold,
}


@cache
def font(face: Face, size: int) -> QFont:
    """A font of that many pixels; unhinted, so that text is as wide at every zoom as it was measured."""
    load_fonts()
    made = QFont()
    made.setFamilies(list(FAMILIES[face]))
    made.setPixelSize(size)
    made.setWeight(_WEIGHTS[face])
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def colour(name: str) -> QColor:
    """``#rrggbb`` or ``#rrggbbaa`` as a colour; a new one each time, as who gets it may change it."""
    made = QColor(name[:7])
    if len(name) == 9:
        made.setAlpha(int(name[7:9], 16))
    return made


@lru_cache(maxsize=1024)
def _brush(name: str) -> QBrush:
    return QBrush(colour(name)) if name else QBrush(Qt.BrushStyle.NoBrush)


@lru_cache(maxsize=1024)
def _pen(name: str, weight: float, dash: tuple[float, ...]) -> QPen:
    if not name:
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(colour(name), weight)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dash:
        # Qt counts dashes in widths of the pen.
        pen.setDashPattern([length / weight for length in dash])
    return pen


def _box(painter: QPainter, shape: Box) -> None:
    painter.setPen(_pen(shape.stroke, shape.weight, shape.dash))
    painter.setBrush(_brush(shape.fill))
    rect = QRectF(shape.x, shape.y, shape.width, shape.height)
    if shape.radius:
        painter.drawRoundedRect(rect, shape.radius, shape.radius)
    else:
        painter.drawRect(rect)


def _line(painter: QPainter, shape: Line) -> None:
    painter.setPen(_pen(shape.stroke, shape.weight, shape.dash))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in shape.points]))


def _polygon(painter: QPainter, shape: Polygon) -> None:
    painter.setPen(_pen(shape.stroke, shape.weight, ()))
    painter.setBrush(_brush(shape.fill))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in shape.points]))


def _words(painter: QPainter, shape: Words) -> None:
    painter.setPen(_pen(shape.fill, 1, ()))
    painter.setFont(font(shape.face, round(shape.size)))
    x = shape.x
    if shape.anchor != "start":
        width = text_width(shape.text, shape.size, shape.face)
        x -= width if shape.anchor == "end" else width / 2
    painter.drawText(QPointF(x, shape.y), plain(shape.text))


def plain(text: str) -> str:
    """A name without signs that would change the direction of what follows or break the line."""
    return "".join(sign if sign.isprintable() else "⍰" for sign in text)


def image(pixels: Any) -> QImage:
    """Rows of RGB bytes as an image of their own."""
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _raster(painter: QPainter, shape: Raster) -> None:
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    painter.drawImage(QRectF(shape.x, shape.y, shape.width, shape.height), image(shape.pixels))


def _hatch(painter: QPainter, shape: Hatch) -> None:
    painter.setPen(_pen(shape.stroke, 1, ()))
    painter.drawLines([QLineF(*start, *end) for start, end in strokes(shape)])


_DRAW: dict[type[Shape], Callable[[QPainter, Any], None]] = {
    Box: _box,
    Line: _line,
    Polygon: _polygon,
    Words: _words,
    Raster: _raster,
    Hatch: _hatch,
}
