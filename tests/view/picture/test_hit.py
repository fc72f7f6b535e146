"""A click means the number that is painted under it, at every level of detail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import graphscope as gs
from graphscope.view.picture.cards import draw_card
from graphscope.view.picture.hit import hit
from graphscope.view.picture.index import Index
from graphscope.view.picture.shapes import Raster, Words


def session_at(position: int) -> gs.Session:
    session = gs.open("xor")
    session.seek(position)
    return session


@pytest.mark.parametrize("name", ["W1", "m1", "h", "x"])
def test_a_click_on_a_small_map_means_the_cell_that_is_painted_there(draw, name: str) -> None:
    drawn = draw(session_at(15))
    home = drawn.picture.home(name)
    card, box, look = home, drawn.picture.boxes[home.key], replace(drawn.look, level="chips")
    painted = [shape for shape in draw_card(card, drawn.faces.card(card), look) if isinstance(shape, Raster)]
    rows = [row for row, face in zip(card.rows, drawn.faces.card(card).rows, strict=False) if face.summary]
    assert len(painted) == len(rows) > 0
    for row, raster in zip(rows, painted, strict=True):
        lines, columns = raster.pixels.shape[:2]
        for line, column in np.ndindex(lines, columns):
            x = raster.x + (column + 0.5) * raster.width / columns
            y = raster.y + (line + 0.5) * raster.height / lines
            found = hit(Index(drawn.picture), box.x + x, box.y + y, "chips")
            assert (found.value, found.role, found.index) == (row.value, row.role, (line, column))


@pytest.mark.parametrize("name", ["W1", "m1"])
def test_a_click_on_a_matrix_means_the_number_that_is_written_there(draw, name: str) -> None:
    session = session_at(5)
    drawn = draw(session)
    card = drawn.picture.home(name)
    box, row = drawn.picture.boxes[card.key], card.rows[0]
    cells = session.moment().values[name].cells
    written = [
        shape
        for shape in draw_card(card, drawn.faces.card(card), drawn.look)
        if isinstance(shape, Words) and row.y < shape.y <= row.y + row.height and shape.x >= row.x
    ]
    assert len(written) == cells.size
    for shape in written:
        found = hit(Index(drawn.picture), box.x + shape.x - 4, box.y + shape.y - 4)
        assert found.index is not None
        assert float(shape.text.replace("−", "-")) == pytest.approx(cells[found.index], abs=1e-3)


def test_from_far_away_a_click_means_the_value_and_no_number(draw) -> None:
    drawn = draw(session_at(15))
    card = drawn.picture.home("m1")
    box = drawn.picture.boxes[card.key]
    found = hit(Index(drawn.picture), box.x + box.width / 2, box.y + box.height / 2, "block")
    assert (found.value, found.role, found.index) == ("m1", "value", None)
