"""Makes the font "GraphScope Symbols": the signs that Inter and JetBrains Mono lack, all of one width.

    python assets/make/symbols.py FOLDER_WITH_DEJAVU_FONTS

The outlines are those of DejaVu Sans Mono 2.37; a few, marked below, of DejaVu Sans, scaled to its width.
The licence allows this under another name. Needs fonttools, which running GraphScope does not.
"""

from __future__ import annotations

import sys
from math import hypot
from pathlib import Path

from fontTools.misc.transform import Transform
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "fonts"
FAMILY = "GraphScope Symbols"
VERSION = "1.0"

RANGES = (
    (0x00A0, 0x00FF),  # Latin-1 signs: ± × · ² ³ ¹ ½ ¬ µ
    (0x02B0, 0x02FF),  # raised letters
    (0x0300, 0x030C),  # hats and bars to combine
    (0x0370, 0x03FF),  # Greek
    (0x1D2C, 0x1D6A),  # ᵀ and other raised and lowered letters
    (0x2010, 0x205E),  # dashes, ‖, primes, bullets
    (0x2070, 0x209C),  # raised and lowered digits
    (0x2100, 0x214B),  # ℝ ℓ
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators
    (0x2300, 0x23CF),  # ⌈ ⌊ ⌘ ⌥ ⌫
    (0x2500, 0x25FF),  # lines, blocks, geometric shapes
    (0x2600, 0x26FF),  # ⚠ ⚂ ★
    (0x2700, 0x27BF),  # ✓ ✕ ✂
    (0x27E6, 0x27FF),  # ⟨ ⟩ and long arrows
    (0x2A00, 0x2AFF),
)
FROM_SANS = "⟲⟳∥ℹ"
Lines = list[tuple[tuple[float, float], tuple[float, float]]]
# Two arrows that cross: the axes along which a value is spread.
CROSSING: Lines = [
    ((130, 80), (1103, 1120)),
    ((1103, 80), (130, 1120)),
    ((1103, 1120), (720, 1120)),
    ((1103, 1120), (1103, 737)),
    ((130, 1120), (513, 1120)),
    ((130, 1120), (130, 737)),
]
THICKNESS = {"Regular": 120, "Bold": 160}
WEIGHTS = {
    "Regular": ("DejaVuSansMono.ttf", "DejaVuSans.ttf"),
    "Bold": ("DejaVuSansMono-Bold.ttf", "DejaVuSans-Bold.ttf"),
}


def wanted() -> set[int]:
    """The code points to keep."""
    return {code for first, last in RANGES for code in range(first, last + 1)} | {0x20}


def subset(path: Path) -> TTFont:
    """The font at `path` with the wanted characters only, hinting dropped."""
    options = Options()
    options.hinting = False
    options.layout_features = ["*"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.drop_tables += ["FFTM", "kern"]
    font = TTFont(path)
    keeper = Subsetter(options)
    keeper.populate(unicodes=wanted())
    keeper.subset(font)
    return font


def borrow(font: TTFont, sans: TTFont, character: str) -> None:
    """Draw `character` of the proportional font into the monospaced one, scaled to its width."""
    width: int = font["hmtx"]["space"][0]
    source = sans.getBestCmap()[ord(character)]
    outline = sans["glyf"][source]
    breadth: int = outline.xMax - outline.xMin
    scale = min(1.0, 0.97 * width / breadth)
    middle = (outline.yMax + outline.yMin) / 2
    left = (width - breadth * scale) / 2 - outline.xMin * scale
    move = Transform(scale, 0, 0, scale, left, middle * (1 - scale))
    pen = TTGlyphPen(None)
    glyphs = sans.getGlyphSet()
    glyphs[source].draw(TransformPen(pen, move))
    add(font, character, pen.glyph())


def add(font: TTFont, character: str, glyph: Glyph) -> None:
    """Put a new glyph of the common width into the font."""
    name = f"uni{ord(character):04X}"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphs[name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (font["hmtx"]["space"][0], glyph.xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(character)] = name


def draw(font: TTFont, character: str, lines: Lines, thickness: float) -> None:
    """Draw `character`, which neither font has, as straight lines of one thickness."""
    pen = TTGlyphPen(None)
    for (x0, y0), (x1, y1) in lines:
        length = hypot(x1 - x0, y1 - y0)
        dx, dy = (x1 - x0) / length * thickness / 2, (y1 - y0) / length * thickness / 2
        # Each end reaches half a thickness further, so that corners are full.
        corners = [(x0 - dx - dy, y0 - dy + dx), (x1 + dx - dy, y1 + dy + dx)]
        corners += [(x1 + dx + dy, y1 + dy - dx), (x0 - dx + dy, y0 - dy - dx)]
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    add(font, character, pen.glyph(round=round))


def rename(font: TTFont, style: str) -> None:
    """Give the font its own name, keeping the copyright and the licence."""
    names = font["name"]
    kept = {record.nameID: record.toUnicode() for record in names.names if record.platformID == 3}
    names.names = []
    texts = {
        0: kept[0],
        1: FAMILY,
        2: style,
        3: f"{FAMILY} {style} {VERSION}",
        4: f"{FAMILY} {style}",
        5: f"Version {VERSION}",
        6: f"GraphScopeSymbols-{style}",
        13: kept[13],
        14: kept[14],
    }
    for identifier, text in texts.items():
        names.setName(text, identifier, 3, 1, 0x409)


def make(folder: Path, style: str) -> Path:
    """Write one weight and return its path."""
    mono, sans = WEIGHTS[style]
    font = subset(folder / mono)
    other = TTFont(folder / sans)
    for character in FROM_SANS:
        borrow(font, other, character)
    draw(font, "⤧", CROSSING, THICKNESS[style])
    rename(font, style)
    target = FONTS / f"GraphScopeSymbols-{style}.ttf"
    font.save(target)
    return target


if __name__ == "__main__":
    for weight in WEIGHTS:
        written = make(Path(sys.argv[1]), weight)
        print(f"{written.name}: {written.stat().st_size} bytes")
