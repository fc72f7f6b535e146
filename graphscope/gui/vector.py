"""Turns an SVG picture into a PNG or PDF file: ``python -m graphscope.gui.vector IN.svg OUT.png``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from graphscope.gui.fonts import load_fonts

SCALE = 2.0
"""Pixels of a PNG per unit of the picture: sharp on dense screens."""


def convert(source: Path, target: Path, *, scale: float = SCALE) -> None:
    """Paint ``source`` into ``target``, whose ending says the format.

    Raises:
        OSError: the file cannot be written.
    """
    paint(source.read_text(encoding="utf-8"), target, scale=scale)


def paint(drawing: str, target: Path, *, scale: float = SCALE) -> None:
    """Paint the text of an SVG file into ``target``, whose ending says the format.

    Raises:
        OSError: the file cannot be written.
    """
    renderer = QSvgRenderer(_first_families(drawing).encode())
    if target.suffix.lower() == ".pdf":
        _pdf(renderer, target)
    else:
        _png(renderer, target, scale)


def _first_families(drawing: str) -> str:
    """Qt's SVG reader takes a list of font families for the name of one; it finds substitutes by itself."""
    return re.sub(r"font-family=\"'?([^\"',]+)'?,[^\"]*\"", r'font-family="\1"', drawing)


def _png(renderer: QSvgRenderer, target: Path, scale: float) -> None:
    image = QImage(renderer.defaultSize() * scale, QImage.Format.Format_ARGB32)
    image.fill(0)
    with QPainter(image) as painter:
        renderer.render(painter)
    if not image.save(str(target)):
        raise OSError(0, "the file cannot be written")


def _pdf(renderer: QSvgRenderer, target: Path) -> None:
    target.touch()
    writer = QPdfWriter(str(target))
    size = QPageSize(QSizeF(renderer.defaultSize()), QPageSize.Unit.Point)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    with QPainter(writer) as painter:
        renderer.render(painter)


def main() -> int:
    """Convert the file that the command line names."""
    application = QGuiApplication([])
    load_fonts()
    try:
        convert(Path(sys.argv[1]), Path(sys.argv[2]))
    except OSError as error:
        print(error.strerror, file=sys.stderr)  # noqa: T201
        return 1
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
