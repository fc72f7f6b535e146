"""What is painted is what the session holds."""

from __future__ import annotations

import numpy as np
import pytest

import graphscope as gs
from graphscope.view.numbers import parse
from graphscope.view.picture.halfway import at_level
from graphscope.view.picture.rows import draw_row
from graphscope.view.picture.shapes import Raster, Words

SAMPLES = ("apple_shop", "fan_out", "linear_regression", "xor")


def printed(shapes) -> list[str]:
    return [shape.text.strip() for shape in shapes if isinstance(shape, Words)]


def close(text: str, number: float) -> bool:
    """Whether the text is the number, rounded at its own last digit."""
    said = parse(text)
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent.replace("−", "-") or 0)
    return abs(said - number) <= 0.5 * 10.0**-decimals * (1 + 1e-6)


@pytest.mark.parametrize("level", ["full", "large"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_number_on_a_card_is_the_sessions_at_every_position(sample, level, draw) -> None:
    session = gs.open(sample)
    checked = 0
    for position in range(session.bounds[1] + 8):
        session.seek(position)
        drawn = draw(session)
        for card in drawn.picture.cards.values():
            face = drawn.faces.card(card)
            for row, shown in zip(at_level(card, level).rows, face.rows, strict=level == "full"):
                array = session.value(row.value) if row.role == "value" else session.gradient(row.value)
                texts = printed(draw_row(row, shown, drawn.look))
                if array is None or row.form == "words":
                    assert texts in (["–"], ["no gradient needed"])
                elif row.form == "map":
                    assert close(texts[0], array.max())
                    assert close(texts[1], array.min())
                else:
                    assert len(texts) == array.size
                    assert all(close(*pair) for pair in zip(texts, array.ravel(), strict=True))
                    checked += array.size
    assert checked > 50


def test_a_heat_map_has_one_colour_per_cell_of_the_tensor(draw) -> None:
    session = gs.open("linear_regression")
    session.seek(1)
    drawn = draw(session)
    card = drawn.picture.home("x")
    rasters = [
        shape.pixels
        for shape in draw_row(card.rows[0], drawn.faces.card(card).rows[0], drawn.look)
        if isinstance(shape, Raster)
    ]
    assert rasters[0].shape == (8, 1, 3)
    brightest = np.argmin(rasters[0][:, 0, 0])
    assert brightest == np.argmax(np.abs(np.asarray(session.value("x"))))


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_card_has_one_size_whatever_its_numbers_are(sample, draw) -> None:
    session = gs.open(sample)
    first = draw(session).picture.boxes
    session.seek(session.bounds[1])
    assert draw(session).picture.boxes == first


def test_an_addition_is_printed_with_numbers_that_add_up(draw) -> None:
    session = gs.open("fan_out")
    seen: list[str] = []
    while session.last is None or session.last.iteration < 1:
        before = session.moment()
        session.step()
        drawn = draw(session, before=before)
        face = drawn.faces.card(drawn.picture.home("x"))
        if face.sum is not None and face.sum.equation:
            seen.append(face.sum.equation)
    assert seen == ["1 + 3 = 4", "4 + 3 = 7"]


def test_a_partial_gradient_says_how_many_contributions_are_in_it(draw) -> None:
    session = gs.open("fan_out")
    told: list[str] = []
    while session.last is None or session.last.iteration < 1:
        session.step()
        told += [text for text in draw(session).scene.texts() if "added" in text]
    assert told[0] == "1 of 3 added"
    assert "2 of 3 added" in told


def test_an_update_tells_the_old_number_and_the_new_one(draw) -> None:
    session = gs.open("apple_shop")
    while session.last is None or session.last.kind != "update":
        before = session.moment()
        session.step()
    drawn = draw(session, before=before)
    change = drawn.faces.card(drawn.picture.home(session.last.value)).change
    old, new = (parse(part) for part in change.split(" → "))
    assert old == 100.0
    assert new == pytest.approx(float(np.asarray(session.value("apple_price"))), abs=1e-4)


def test_gradients_left_from_the_iteration_before_are_marked_until_they_are_cleared(draw) -> None:
    session = gs.open("apple_shop")
    session.seek(session.bounds[1] + 1)
    drawn = draw(session)
    card = drawn.picture.home("apples")
    assert session.last is not None
    assert session.last.kind == "data"
    assert drawn.faces.card(card).rows[1].stale
    session.step()
    assert draw(session).faces.card(card).rows[1].summary is None
