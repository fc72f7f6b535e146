"""The icons are one family that Qt draws and the program recolours; the desktop files belong together."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from graphscope.app import places

ICONS = places.assets() / "icons"
DESKTOP = places.assets() / "desktop"
APPLICATION = "graphscope"
NAMES = """
restart back step play pause run run-back over into out phase phase-back iteration gallery open search fit
center follow theme language settings help palette node value gradient parameter breakpoint warning error info
close pin copy pencil chevron-right chevron-down device kernel layer code curves
""".split()
SVG = "{http://www.w3.org/2000/svg}"


def line_icons() -> list[Path]:
    return sorted(path for path in ICONS.glob("*.svg") if path.stem != APPLICATION)


def test_every_agreed_icon_is_there_and_no_other() -> None:
    assert {path.stem for path in line_icons()} == set(NAMES)


@pytest.mark.parametrize("path", line_icons(), ids=lambda path: path.stem)
def test_a_line_icon_has_the_size_and_the_stroke_of_its_family(path: Path) -> None:
    root = ET.fromstring(path.read_text("utf-8"))
    assert root.tag == f"{SVG}svg"
    assert (root.get("viewBox"), root.get("stroke-width"), root.get("fill")) == ("0 0 24 24", "1.75", "none")
    assert (root.get("stroke-linecap"), root.get("stroke-linejoin")) == ("round", "round")


@pytest.mark.parametrize("path", line_icons(), ids=lambda path: path.stem)
def test_a_line_icon_has_no_colour_but_the_placeholder(path: Path) -> None:
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', path.read_text("utf-8")))
    assert colours <= {"none", "#000"}


@pytest.mark.parametrize("path", [*line_icons(), ICONS / f"{APPLICATION}.svg"], ids=lambda path: path.stem)
def test_qt_draws_the_icon_inside_its_frame(qapp: object, path: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    image = QImage(48, 48, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        renderer.render(painter)
    alpha = [[image.pixelColor(x, y).alpha() for x in range(48)] for y in range(48)]
    assert sum(value > 128 for row in alpha for value in row) > 60
    edge = [*alpha[0], *alpha[-1], *(row[0] for row in alpha), *(row[-1] for row in alpha)]
    assert max(edge) == 0


def test_the_png_of_the_program_is_256_pixels_wide(qapp: object) -> None:
    from PySide6.QtGui import QImage

    image = QImage(str(ICONS / f"{APPLICATION}.png"))
    assert (image.width(), image.height()) == (256, 256)


def test_the_desktop_entry_starts_the_command_with_the_icon_that_we_ship() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(DESKTOP / "graphscope.desktop", encoding="utf-8")
    section = entry["Desktop Entry"]
    assert section["Exec"].split()[0] == "graphscope"
    assert (ICONS / f"{section['Icon']}.svg").is_file()
    assert section["GenericName[ko]"]


def test_the_desktop_files_name_the_same_file_type() -> None:
    text = (DESKTOP / "graphscope.desktop").read_text("utf-8")
    mime = ET.parse(DESKTOP / "graphscope-mime.xml").getroot()
    kind = mime[0].get("type")
    assert f"MimeType={kind};" in text
    metainfo = ET.parse(DESKTOP / "graphscope.metainfo.xml").getroot()
    assert metainfo.findtext("provides/mediatype") == kind
    assert metainfo.findtext("launchable") == "graphscope.desktop"


def test_the_appstream_release_is_the_version_of_the_project() -> None:
    release = ET.parse(DESKTOP / "graphscope.metainfo.xml").getroot().find("releases/release")
    assert release is not None
    project = Path(__file__).resolve().parents[2] / "pyproject.toml"
    assert f'version = "{release.get("version")}"' in project.read_text("utf-8")
