"""The bundled fonts, so that every system shows the same letters, Hangul and mathematical signs."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

from graphscope.app import places

TEXT_FAMILIES = ("Inter", "GraphScope Symbols", "NanumSquare")
NUMBER_FAMILIES = ("JetBrains Mono", "GraphScope Symbols", "NanumSquare")
BASE = 13
"""The size of ordinary text in pixels."""
SMALL = 12
LARGE = 15


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; once per program."""
    known = set(QFontDatabase.families())
    if {"Inter", "JetBrains Mono", "NanumSquare", "GraphScope Symbols"} <= known:
        return
    for path in sorted((places.assets() / "fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(path))


def text_font(size: int = BASE, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of words."""
    return _font(TEXT_FAMILIES, size, weight)


def number_font(size: int = BASE, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of numbers, shapes and formulas: all digits equally wide."""
    return _font(NUMBER_FAMILIES, size, weight)


def _font(families: tuple[str, ...], size: int, weight: QFont.Weight) -> QFont:
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(size)
    font.setWeight(weight)
    return font


def css(families: tuple[str, ...]) -> str:
    """Families as a style sheet writes them."""
    return ", ".join(f'"{family}"' for family in families)
