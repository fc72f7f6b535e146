"""The SVG of a picture is a standalone file with real, harmless text."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
import zlib

import numpy as np

import graphscope as gs
from graphscope.exporters.svg import plain, png, svg, write
from graphscope.view.layout import Layered
from graphscope.view.palette import THEMES, ThemeName
from graphscope.view.picture.faces import Faces
from graphscope.view.picture.look import Look
from graphscope.view.picture.place import picture, request
from graphscope.view.picture.scene import Scene, scene
from graphscope.view.picture.structure import structure
from graphscope.view.text import Text

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = 'w<script>alert("1")</script>&\u202egnp\x00\x1b'


def drawn(session, theme: ThemeName = "light") -> Scene:
    made = structure(session.model, session.specs)
    placed = picture(made, Layered().layout(request(made)))
    return scene(placed, Faces(made, session.moment()), Look(THEMES[theme], Text()))


def hostile():
    g = gs.Builder("hostile")
    w = g.parameter(HOSTILE, 3.0)
    g.loss((w * w).named("total"))
    return gs.open(g.build())


def test_it_is_xml_that_holds_every_text_of_the_scene_in_order() -> None:
    session = gs.open("xor")
    session.seek(12)
    made = drawn(session)
    root = ET.fromstring(svg(made, title="xor"))
    assert root.tag == SVG + "svg"
    assert tuple(element.text or "" for element in root.iter(SVG + "text")) == made.texts()
    assert root.findtext(SVG + "title") == "xor"


def test_its_size_is_that_of_the_picture() -> None:
    made = drawn(gs.open("apple_shop"))
    root = ET.fromstring(svg(made))
    assert float(root.get("width", "0")) == made.bounds.width
    assert float(root.get("height", "0")) == made.bounds.height


def test_names_stay_text_whatever_they_hold() -> None:
    text = svg(drawn(hostile()), title=HOSTILE)
    root = ET.fromstring(text)
    assert {element.tag for element in root.iter()} <= {
        SVG + name for name in ("svg", "title", "rect", "text", "polyline", "polygon", "image")
    }
    assert "<script" not in text
    assert not {"\u202e", "\x00", "\x1b"} & set(text)


def test_control_and_direction_characters_are_shown_as_a_sign() -> None:
    assert plain("a\u202eb\u2066c\x07") == "a⍰b⍰c⍰"
    assert plain("가중치 × ∂L/∂w") == "가중치 × ∂L/∂w"


def test_a_heat_map_is_an_embedded_png_with_the_same_pixels() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    data = png(pixels)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", data[16:24]) == (3, 2)
    start = data.index(b"IDAT") + 4
    size = struct.unpack(">I", data[start - 8 : start - 4])[0]
    rows = np.frombuffer(zlib.decompress(data[start : start + size]), np.uint8).reshape(2, 10)
    assert (rows[:, 0] == 0).all()
    assert (rows[:, 1:].reshape(2, 3, 3) == pixels).all()


def test_a_file_is_written_with_unix_line_ends(tmp_path) -> None:
    path = tmp_path / "shop.svg"
    write(drawn(gs.open("apple_shop")), path)
    assert b"\r" not in path.read_bytes()
    assert path.read_text(encoding="utf-8").startswith("<?xml")


def test_the_dark_theme_has_its_own_background() -> None:
    assert THEMES["dark"].canvas in svg(drawn(gs.open("apple_shop"), "dark"))
