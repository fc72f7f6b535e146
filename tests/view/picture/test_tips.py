"""Tooltips tell what a card has no room for."""

from __future__ import annotations

import numpy as np

import graphscope as gs
from graphscope.view.picture.hit import hit
from graphscope.view.picture.index import Index
from graphscope.view.picture.tips import tip
from graphscope.view.text import Text


def told(session, drawn, x: float, y: float) -> tuple[str, ...]:
    found = hit(Index(drawn.picture), x, y)
    return tip(found, drawn.picture, session.moment(), session.specs, Text())


def test_a_number_is_told_in_full_with_its_place_and_the_range_of_all(draw) -> None:
    session = gs.open("xor")
    session.seek(3)
    drawn = draw(session)
    box, row = drawn.picture.boxes["node:m1"], drawn.picture.cards["node:m1"].rows[0]
    lines = told(session, drawn, box.x + row.x + 2, box.y + row.y + row.height - 2)
    assert lines[0] == "m1  4×4  float32"
    assert lines[1].startswith("[3, 0] = ")
    said = float(lines[1].partition("= ")[2].replace("−", "-"))
    assert said == float(str(np.asarray(session.value("m1"))[3, 0]))
    assert lines[2].startswith("from ")


def test_a_gradient_that_is_not_there_says_so(draw) -> None:
    session = gs.open("apple_shop")
    drawn = draw(session)
    box, row = drawn.picture.boxes["node:total"], drawn.picture.cards["node:total"].rows[1]
    assert told(session, drawn, box.x + row.x, box.y + row.y + 4) == (
        "∂L/∂total  scalar  float64",
        "not computed yet",
    )


def test_a_value_that_is_used_several_times_says_how_often(draw) -> None:
    session = gs.open("fan_out")
    drawn = draw(session)
    box = drawn.picture.boxes["leaf:x"]
    assert told(session, drawn, box.x + 12, box.y + 12)[-1] == "used 3 times"


def test_a_header_says_what_a_click_does(draw) -> None:
    session = gs.open("xor")
    drawn = draw(session)
    rect = drawn.picture.frames[0].rect
    assert told(session, drawn, rect.x + 60, rect.y + 14) == ("Click to fold hidden",)
    folded = draw(session, collapsed={("hidden",)})
    box = folded.picture.boxes["group:hidden"]
    assert told(session, folded, box.x + 60, box.y + 14) == ("Click to open hidden",)


def test_over_nothing_there_is_no_tooltip(draw) -> None:
    session = gs.open("xor")
    assert told(session, draw(session), -5000, -5000) == ()
