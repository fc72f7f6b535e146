"""A card tells its state by outline, sign and word: never by hue alone."""

from __future__ import annotations

import pytest

import graphscope as gs
from graphscope.view.palette import THEMES
from graphscope.view.picture.cards import draw_card
from graphscope.view.picture.faces import touched
from graphscope.view.picture.look import Look
from graphscope.view.picture.shapes import Box, Hatch, Polygon, Words
from graphscope.view.text import Text


def not_finite():
    g = gs.Builder("nan")
    x = g.input("x", (2, 2))
    q = g.call(gs.ops.Log(), x, name="q")
    g.loss(g.call(gs.ops.ReduceSum(), q, name="total"))
    g.feed({"x": [[0.0, 1.0], [-1.0, 2.0]]})
    return gs.open(g.build())


def colourless(shapes) -> tuple:
    """What is left of a card's drawing in a grey print: outlines, dashes, signs and words."""
    boxes = [(s.weight, bool(s.dash), s.radius) for s in shapes if isinstance(s, Box) and s.stroke]
    words = [s.text for s in shapes if isinstance(s, Words)]
    return tuple(boxes), tuple(words), sum(isinstance(s, Polygon) for s in shapes)


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_every_state_differs_from_every_other_without_its_colours(theme, draw) -> None:
    session = gs.open("apple_shop")
    look = Look(THEMES[theme], Text())
    looks = {}
    for name, position in {"waiting": 0, "next": 4, "just ran": 5, "done": 6}.items():
        session.seek(position)
        drawn = draw(session)
        card = drawn.picture.cards["node:subtotal"]
        looks[name] = colourless(draw_card(card, drawn.faces.card(card), look))
    assert len(set(looks.values())) == len(looks)
    assert "just ran" in looks["just ran"][1]
    assert "next" in looks["next"][1]


def test_what_just_ran_is_the_step_before_and_next_the_step_after(draw) -> None:
    session = gs.open("xor")
    for position in range(1, session.bounds[1]):
        session.seek(position)
        drawn = draw(session)
        structure, moment = drawn.picture.structure, drawn.faces.moment
        ran = {key for key, card in drawn.picture.cards.items() if drawn.faces.card(card).ran}
        assert ran == set(touched(structure, moment.last))
        following = {key for key, card in drawn.picture.cards.items() if drawn.faces.card(card).next}
        assert following == set(touched(structure, moment.next))


def test_numbers_that_are_not_finite_are_hatched_named_and_counted(draw) -> None:
    session = not_finite()
    session.seek(3)
    drawn = draw(session)
    card = drawn.picture.home("q")
    shapes = draw_card(card, drawn.faces.card(card), drawn.look)
    texts = [shape.text for shape in shapes if isinstance(shape, Words)]
    assert "NaN ×1 Inf ×1" in texts
    assert {"nan", "−Inf"} <= set(texts)
    assert sum(isinstance(shape, Hatch) for shape in shapes) == 2


def test_each_kind_of_card_has_its_own_outline(draw) -> None:
    session = gs.open("xor")
    session.seek(session.bounds[1])
    drawn = draw(session)
    outlines = {}
    for key in ("node:m1", "chip:W1@m1", "leaf:x", "node:loss"):
        card = drawn.picture.cards[key]
        outlines[card.kind] = colourless(draw_card(card, drawn.faces.card(card), drawn.look))[0]
    assert len(set(outlines.values())) == 4


def test_a_gradients_lane_appears_when_backward_has_reached_it_and_not_before(draw) -> None:
    session = gs.open("xor")
    for position in range(session.bounds[1] + 1):
        session.seek(position)
        drawn = draw(session)
        for edge in drawn.picture.edges:
            returned = drawn.faces.edge(edge.uses, edge.value).returned
            assert returned == (bool(edge.back) and session.gradient(edge.value) is not None)


def test_at_a_fork_only_the_edges_that_backward_has_passed_show_a_lane(draw) -> None:
    session = gs.open("fan_out")
    counts: list[int] = []
    for position in range(session.bounds[1] + 1):
        session.seek(position)
        drawn = draw(session)
        edges = [edge for edge in drawn.picture.edges if edge.value == "x"]
        counts.append(sum(drawn.faces.edge(edge.uses, edge.value).returned for edge in edges))
    assert sorted(set(counts)) == [0, 1, 3]
    assert counts == sorted(counts)


def test_every_text_on_the_canvas_has_a_korean_form(draw) -> None:
    session = gs.open("xor")
    session.seek(12)
    english = set(draw(session).scene.texts())
    korean = set(draw(session, language="ko").scene.texts())
    assert {"방금 실행", "다음", "노드 3개", "기울기 필요 없음"} <= korean
    assert not {"just ran", "next", "3 nodes", "no gradient needed"} & korean
    assert {"just ran", "next", "3 nodes", "no gradient needed"} <= english
