"""Writes the picture of a graph as one SVG file with real text, without Qt."""

from __future__ import annotations

import base64
import struct
import unicodedata
import zlib
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from graphscope.view.metrics import FAMILIES, Face
from graphscope.view.picture.scene import Scene
from graphscope.view.picture.shapes import Box, Hatch, Line, Polygon, Raster, Shape, Words, strokes

GENERIC: dict[Face, str] = {
    "text": "sans-serif",
    "strong": "sans-serif",
    "mono": "monospace",
    "mono strong": "monospace",
}
WEIGHTS: dict[Face, int] = {"text": 400, "strong": 600, "mono": 400, "mono strong": 700}


def write(scene: Scene, path: Path, *, title: str = "") -> None:
    """Write a scene to a file."""
    path.write_text(svg(scene, title=title), encoding="utf-8", newline="\n")


def svg(scene: Scene, *, title: str = "") -> str:
    """A scene as the text of an SVG file."""
    box = scene.bounds
    view = " ".join(_number(each) for each in (box.x, box.y, box.width, box.height))
    size = f'width="{_number(box.width)}" height="{_number(box.height)}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="{view}">',
        *([f"<title>{plain(title)}</title>"] if title else []),
        *(element for shape in scene.shapes for element in _DRAW[type(shape)](shape)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Text that is only text: markup escaped, control and direction characters shown as ⍰."""
    harmless = "".join("⍰" if unicodedata.category(sign) in _UNSAFE else sign for sign in text)
    return escape(harmless, quote=True)


_UNSAFE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Control, format (bidi overrides among them), surrogate, private, unassigned; line separators."""


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _paint(colour: str, name: str) -> str:
    """A colour as an attribute, its alpha apart: not every viewer reads #rrggbbaa."""
    if not colour:
        return f'{name}="none"'
    alpha = f' {name}-opacity="{int(colour[7:9], 16) / 255:.3g}"' if len(colour) == 9 else ""
    return f'{name}="{colour[:7]}"{alpha}'


def _stroke(colour: str, weight: float, dash: tuple[float, ...] = ()) -> str:
    if not colour:
        return ""
    dashes = f' stroke-dasharray="{" ".join(map(_number, dash))}"' if dash else ""
    return f' {_paint(colour, "stroke")} stroke-width="{_number(weight)}"{dashes}'


def _box(shape: Box) -> list[str]:
    where = " ".join(f'{name}="{_number(getattr(shape, name))}"' for name in ("x", "y", "width", "height"))
    radius = f' rx="{_number(shape.radius)}"' if shape.radius else ""
    stroke = _stroke(shape.stroke, shape.weight, shape.dash)
    return [f"<rect {where}{radius} {_paint(shape.fill, 'fill')}{stroke}/>"]


def _points(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _line(shape: Line) -> list[str]:
    stroke = _stroke(shape.stroke, shape.weight, shape.dash)
    return [f'<polyline points="{_points(shape.points)}" fill="none"{stroke}/>']


def _polygon(shape: Polygon) -> list[str]:
    paint = _paint(shape.fill, "fill") + _stroke(shape.stroke, shape.weight)
    return [f'<polygon points="{_points(shape.points)}" {paint}/>']


def _words(shape: Words) -> list[str]:
    families = ", ".join([*(f"'{name}'" for name in FAMILIES[shape.face]), GENERIC[shape.face]])
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    font = f'font-family="{families}" font-size="{_number(shape.size)}" font-weight="{WEIGHTS[shape.face]}"'
    where = f'x="{_number(shape.x)}" y="{_number(shape.y)}"'
    paint = _paint(shape.fill, "fill") + anchor
    return [f'<text {where} {font} {paint} xml:space="preserve">{plain(shape.text)}</text>']


def _raster(shape: Raster) -> list[str]:
    where = " ".join(f'{name}="{_number(getattr(shape, name))}"' for name in ("x", "y", "width", "height"))
    data = base64.b64encode(png(shape.pixels)).decode("ascii")
    how = 'preserveAspectRatio="none" style="image-rendering:pixelated"'
    return [f'<image {where} {how} href="data:image/png;base64,{data}"/>']


def _hatch(shape: Hatch) -> list[str]:
    return [line for ends in strokes(shape) for line in _line(Line(ends, shape.stroke))]


def png(pixels: np.ndarray) -> bytes:
    """A small RGB picture as a PNG file (W3C PNG, 3rd edition: signature, IHDR, IDAT, IEND)."""
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + pixels[line].tobytes() for line in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


_DRAW: dict[type[Shape], Callable[[Any], list[str]]] = {
    Box: _box,
    Line: _line,
    Polygon: _polygon,
    Words: _words,
    Raster: _raster,
    Hatch: _hatch,
}
