"""What a user edited carries a pencil on its card and a mark on the number, until it is another's number again."""

from __future__ import annotations

from collections import Counter

import pytest

import graphscope as gs
from graphscope.exporters.svg import svg
from graphscope.view.picture.cards import draw_card
from graphscope.view.picture.hit import cell_rect
from graphscope.view.picture.shapes import Box, Polygon, Words
from graphscope.view.picture.spoken import spoken
from graphscope.view.text import Text


def parts(draw, session, value: str, **options):
    """The shapes of a value's own card."""
    drawn = draw(session, **options)
    card = drawn.picture.structure.by_key[drawn.picture.structure.homes[value]]
    return card, drawn.faces.card(card), draw_card(card, drawn.faces.card(card), drawn.look)


def words(shapes) -> list[str]:
    return [shape.text for shape in shapes if isinstance(shape, Words)]


@pytest.mark.parametrize(("language", "word"), [("en", "edited"), ("ko", "고침")])
def test_an_edited_card_says_so(draw, language, word) -> None:
    session = gs.open("xor")
    session.step(2)
    assert word not in words(parts(draw, session, "W1", language=language)[2])
    session.set_element("W1", (0, 1), 0.75)
    assert word in words(parts(draw, session, "W1", language=language)[2])
    assert word not in words(parts(draw, session, "W2", language=language)[2])
    session.undo()
    assert word not in words(parts(draw, session, "W1", language=language)[2])


def test_the_edited_number_is_framed_where_it_stands(draw) -> None:
    session = gs.open("xor")
    session.step(2)
    _, _, before = parts(draw, session, "W1")
    session.set_element("W1", (1, 2), 0.75)
    card, _, after = parts(draw, session, "W1")
    row = card.row("value")
    cell = cell_rect(row, (1, 2))
    assert cell is not None
    frames = [
        shape
        for shape in after
        if isinstance(shape, Box)
        and not shape.fill
        and (shape.x, shape.y) == (cell.x + 1, cell.y + 1)
        and shape.width == cell.width - 2
    ]
    assert len(frames) == 1
    more = Counter(type(shape) for shape in after) - Counter(type(shape) for shape in before)
    assert more == {Box: 2, Polygon: 3, Words: 1}  # the frame, the corner, and the pencil with its word


def test_the_mark_goes_with_the_update_that_writes_another_number(draw) -> None:
    session = gs.open("xor")
    session.step(2)
    session.set_element("W1", (0, 1), 0.75)
    session.seek(15)
    assert "edited" in words(parts(draw, session, "W1")[2])
    session.seek(19)
    assert "edited" not in words(parts(draw, session, "W1")[2])


def test_an_edited_heat_map_and_a_single_number_have_the_pencil(draw) -> None:
    session = gs.open("digits_softmax")
    session.step(2)
    name = next(name for name in session.graph.parameters if len(session.specs[name].shape) == 2)
    session.set_element(name, (10, 3), 2.0)
    assert "edited" in words(parts(draw, session, name)[2])
    session = gs.open("apple_shop")
    session.step(2)
    name = session.graph.inputs[0] if session.graph.inputs else session.graph.parameters[0]
    session.set_element(name, (), 7.0)
    assert "edited" in words(parts(draw, session, name)[2])


def test_screen_readers_and_svg_are_told(draw) -> None:
    session = gs.open("xor")
    session.step(2)
    session.set_element("W1", (0, 1), 0.75)
    card, face, _ = parts(draw, session, "W1")
    assert "edited" in spoken(card, face, Text("en"))
    assert ">edited</text>" in svg(draw(session).scene)
