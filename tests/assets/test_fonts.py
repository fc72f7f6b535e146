"""No box on any screen: every character that GraphScope prints is in the fonts that it ships."""

from __future__ import annotations

import ast
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphscope.app import places

ROOT = Path(__file__).resolve().parents[2]
FONTS = places.assets() / "fonts"
FAMILIES = {
    "text": ("Inter", "GraphScopeSymbols", "NanumSquare"),
    "numbers": ("JetBrainsMono", "GraphScopeSymbols", "NanumSquare"),
}
LICENCES = {
    "Inter": "OFL-Inter.txt",
    "JetBrainsMono": "OFL-JetBrainsMono.txt",
    "NanumSquare": "OFL-NanumSquare.txt",
    "GraphScopeSymbols": "LICENSE-GraphScopeSymbols.txt",
}
MOST_BYTES = 3_500_000


def font_files() -> list[Path]:
    return sorted([*FONTS.glob("*.otf"), *FONTS.glob("*.ttf")])


def printed(text: str) -> set[str]:
    """The characters of a text that a font must draw: no controls, no marks that only steer others."""
    return {character for character in text if unicodedata.category(character)[0] not in {"C", "Z"}}


def docstrings(tree: ast.Module) -> set[int]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = (node.body for node in ast.walk(tree) if isinstance(node, kinds))
    return {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}


def literals(path: Path) -> Iterator[str]:
    """The string literals of a module; docstrings only of ops, whose docstrings the window shows."""
    tree = ast.parse(path.read_text("utf-8"))
    hidden = set[int]() if path.parent.name == "ops" else docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden:
            yield node.value


def texts() -> dict[str, str]:
    """All that the program may print, by the file that it comes from."""
    found = {
        path.relative_to(ROOT).as_posix(): "".join(literals(path))
        for path in (ROOT / "graphscope").rglob("*.py")
    }
    for path in (ROOT / "graphscope" / "view" / "korean").glob("*.json"):
        catalogue: dict[str, str] = json.loads(path.read_text("utf-8"))
        found[path.relative_to(ROOT).as_posix()] = "".join([*catalogue, *catalogue.values()])
    for path in places.sample_models().rglob("*"):
        if path.suffix in {".md", ".py"}:
            found[path.as_posix()] = path.read_text("utf-8")
    return found


@pytest.fixture(scope="module")
def covered(qapp: object) -> dict[str, set[str]]:
    """For each use of fonts, the printed characters that its families can draw in every weight."""
    from PySide6.QtGui import QRawFont

    wanted = set().union(*map(printed, texts().values()))
    by_family: dict[str, set[str]] = {}
    for path in font_files():
        font = QRawFont(str(path), 16.0)
        assert font.isValid(), path.name
        family = path.stem.split("-")[0].rstrip("RB")
        have = {character for character in wanted if font.supportsCharacter(ord(character))}
        by_family[family] = by_family.get(family, have) & have
    return {use: set().union(*(by_family[name] for name in names)) for use, names in FAMILIES.items()}


@pytest.mark.parametrize("use", FAMILIES)
def test_every_character_that_the_program_prints_is_in_the_fonts_it_ships(
    covered: dict[str, set[str]], use: str
) -> None:
    missing = {name: "".join(sorted(printed(text) - covered[use])) for name, text in texts().items()}
    assert {name: characters for name, characters in missing.items() if characters} == {}


def test_a_character_that_no_font_has_is_found(covered: dict[str, set[str]]) -> None:
    assert "⏮" not in covered["text"]
    assert printed("a⏮\u202e\n b") == {"a", "⏮", "b"}


def test_all_hangul_syllables_can_be_shown_so_that_names_in_models_can(qapp: object) -> None:
    from PySide6.QtGui import QRawFont

    for weight in ("R", "B"):
        font = QRawFont(str(FONTS / f"NanumSquare{weight}.ttf"), 16.0)
        assert all(font.supportsCharacter(code) for code in range(0xAC00, 0xD7A4))


def test_each_font_comes_with_its_licence_and_is_in_the_readme() -> None:
    readme = (FONTS / "README.md").read_text("utf-8")
    for path in font_files():
        family = path.stem.split("-")[0].rstrip("RB")
        assert LICENCES[family] in readme
        assert "Copyright" in (FONTS / LICENCES[family]).read_text("utf-8")


def test_the_fonts_stay_small() -> None:
    assert sum(path.stat().st_size for path in font_files()) < MOST_BYTES
