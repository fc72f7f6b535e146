"""Breakpoints are drawn where they are: a dot, a ring where off, half a dot where conditional."""

from __future__ import annotations

from dataclasses import replace

import pytest

import graphscope as gs
from graphscope.exporters.svg import svg
from graphscope.view.palette import THEMES
from graphscope.view.picture.cards import draw_card
from graphscope.view.picture.look import Look
from graphscope.view.picture.scene import scene
from graphscope.view.picture.shapes import Box, Polygon
from graphscope.view.picture.spoken import spoken
from graphscope.view.picture.stops import StopMark, Stops, draw_stop
from graphscope.view.text import Text

LOOK = Look(THEMES["light"], Text())
RED = THEMES["light"].alarm


def cards(drawn, stops: Stops) -> dict[str, StopMark | None]:
    """The marks of all cards, by their values."""
    faces = replace(drawn.faces, stops=stops)
    return {key: faces.card(card).stop for key, card in drawn.picture.cards.items()}


def test_a_plain_one_is_filled_one_that_is_off_is_hollow_and_one_with_a_condition_is_half() -> None:
    _, dot = draw_stop("plain", 0, 0, LOOK)
    assert isinstance(dot, Box)
    assert dot.fill == RED
    _, ring = draw_stop("off", 0, 0, LOOK)
    assert isinstance(ring, Box)
    assert (ring.fill, ring.stroke) == (LOOK.theme.surface, RED)
    _, ring, half = draw_stop("conditional", 0, 0, LOOK)
    assert isinstance(ring, Box)
    assert isinstance(half, Polygon)
    assert half.fill == RED
    assert max(x for x, _ in half.points) == pytest.approx(0, abs=1e-9)
    assert min(x for x, _ in half.points) == pytest.approx(-ring.width / 2)


@pytest.mark.parametrize("level", ["full", "chips", "block"])
def test_it_is_seen_from_near_and_far(draw, level) -> None:
    drawn = draw(gs.open("xor"))
    card = drawn.picture.structure.by_key[drawn.picture.structure.homes["h"]]
    face = replace(drawn.faces, stops=Stops({"h": "plain"})).card(card)
    look = replace(drawn.look, level=level)
    without = draw_card(card, replace(face, stop=None), look)
    assert len(draw_card(card, face, look)) == len(without) + 2


def test_a_value_has_its_mark_on_its_own_card_only(draw) -> None:
    drawn = draw(gs.open("xor"))
    marks = cards(drawn, Stops({"W1": "off"}))
    assert [key for key, mark in marks.items() if mark] == [drawn.picture.structure.homes["W1"]]


def test_a_folded_group_shows_its_own_and_the_strongest_inside(draw) -> None:
    drawn = draw(gs.open("xor"), collapsed=frozenset({("hidden",)}))
    (key,) = (key for key, card in drawn.picture.cards.items() if card.group == ("hidden",))
    assert cards(drawn, Stops())[key] is None
    assert cards(drawn, Stops(groups={("hidden",): "off"}))[key] == "off"
    assert cards(drawn, Stops(nodes={"h": "conditional"}, groups={("hidden",): "off"}))[key] == "conditional"
    assert cards(drawn, Stops(nodes={"m2": "plain"}))[key] is None


def test_an_open_group_has_it_on_its_frame_and_the_svg_shows_it(draw) -> None:
    drawn = draw(gs.open("xor"))
    bare = svg(scene(drawn.picture, drawn.faces, drawn.look)).count(RED)
    faces = replace(drawn.faces, stops=Stops(groups={("hidden",): "plain"}))
    assert svg(scene(drawn.picture, faces, drawn.look)).count(RED) == bare + 1


@pytest.mark.parametrize(("language", "word"), [("en", "breakpoint"), ("ko", "중단점")])
def test_a_screen_reader_is_told_of_it(draw, language, word) -> None:
    drawn = draw(gs.open("xor"))
    card = drawn.picture.structure.by_key[drawn.picture.structure.homes["h"]]
    face = replace(drawn.faces, stops=Stops({"h": "plain"})).card(card)
    assert word in spoken(card, face, Text(language))
    assert word not in spoken(card, replace(face, stop=None), Text(language))
