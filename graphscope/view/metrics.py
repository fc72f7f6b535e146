"""How wide a text is in the bundled fonts, so that a picture is laid out alike with and without Qt."""

from __future__ import annotations

import unicodedata
from typing import Literal

Face = Literal["text", "strong", "mono", "mono strong"]
"""Inter Regular, Inter SemiBold, JetBrains Mono Regular, JetBrains Mono Bold."""

FAMILIES: dict[Face, tuple[str, ...]] = {
    "text": ("Inter", "GraphScope Symbols", "NanumSquare"),
    "strong": ("Inter", "GraphScope Symbols", "NanumSquare"),
    "mono": ("JetBrains Mono", "GraphScope Symbols", "NanumSquare"),
    "mono strong": ("JetBrains Mono", "GraphScope Symbols", "NanumSquare"),
}
"""Where a sign is looked for, first to last (assets/fonts/README.md)."""

MONO = 600
"""Advance of every JetBrains Mono glyph, in thousandths of the size."""
WIDE = 910
"""Advance of a Hangul syllable in NanumSquare; other wide signs come close."""
OTHER = 660
"""Advance taken for a sign that no table holds: about that of Inter's mathematical signs."""
CAP_HEIGHT = 0.727
"""Height of capitals and digits in both families, as a share of the size."""

# Advances of U+0020 to U+007E in thousandths of the size, read from the fonts (Inter 3.19).
_REGULAR = (
    *(281, 278, 403, 631, 638, 812, 639, 222, 362, 362, 500, 659, 280, 460, 276, 357),
    *(625, 464, 605, 636, 642, 608, 624, 571, 616, 624, 276, 280, 659, 659, 659, 507),
    *(936, 676, 651, 727, 719, 598, 587, 743, 740, 264, 543, 652, 562, 889, 753, 761),
    *(635, 761, 639, 638, 642, 741, 676, 949, 642, 665, 625, 362, 357, 362, 469, 452),
    *(497, 564, 621, 558, 621, 582, 361, 609, 591, 237, 237, 544, 237, 869, 585, 597),
    *(609, 609, 372, 523, 364, 581, 557, 812, 540, 557, 541, 362, 327, 362, 659),
)
_STRONG = (
    *(248, 309, 396, 643, 649, 844, 663, 213, 393, 393, 543, 673, 295, 466, 290, 379),
    *(667, 481, 621, 652, 666, 632, 648, 587, 646, 648, 290, 295, 673, 673, 673, 544),
    *(999, 724, 657, 744, 724, 608, 586, 755, 744, 275, 561, 677, 566, 906, 741, 775),
    *(643, 776, 651, 649, 660, 734, 724, 1007, 690, 705, 653, 393, 379, 393, 481, 468),
    *(497, 575, 630, 577, 630, 593, 377, 625, 613, 261, 261, 569, 261, 898, 610, 608),
    *(625, 625, 397, 549, 380, 608, 576, 837, 562, 576, 562, 393, 358, 393, 673),
)
_SIGNS = {"–": 500, "—": 1000, "·": 280, "…": 815, "“": 395, "”": 395, "‘": 215, "’": 200, "→": 955, "←": 955}


def text_width(text: str, size: float, face: Face = "text") -> float:
    """The width of a line of text in pixels, without kerning.

    Args:
        size: the font's size in pixels.
    """
    return sum(_advance(sign, face) for sign in text) * size / 1000


def _advance(sign: str, face: Face) -> int:
    """The advance of one character in thousandths of the size."""
    code = ord(sign)
    if face in ("mono", "mono strong"):
        return WIDE if _wide(sign) else 0 if unicodedata.combining(sign) else MONO
    if 32 <= code < 127:
        return (_STRONG if face == "strong" else _REGULAR)[code - 32]
    if unicodedata.combining(sign):
        return 0
    return _SIGNS.get(sign) or (WIDE if _wide(sign) else OTHER)


def _wide(sign: str) -> bool:
    """Whether a sign takes the room of a Hangul syllable."""
    return ord(sign) > 0x2E7F and unicodedata.east_asian_width(sign) in ("W", "F")


def elide(text: str, width: float, size: float, face: Face = "text") -> str:
    """The text, its middle replaced by … where it is wider than ``width`` pixels."""
    if text_width(text, size, face) <= width:
        return text
    for keep in range(len(text) - 1, 0, -1):
        head, tail = (keep + 1) // 2, keep // 2
        shown = text[:head] + "…" + (text[-tail:] if tail else "")
        if text_width(shown, size, face) <= width:
            return shown
    return "…"
