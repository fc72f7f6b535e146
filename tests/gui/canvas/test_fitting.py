"""A graph that is fitted stays fitted and readable, and nothing but its user zooms it."""

# pyright: reportArgumentType=false, reportOptionalMemberAccess=false

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graphscope.gui.canvas.camera import Camera, followed
from graphscope.view.layout.request import Rect
from graphscope.view.numbers import parse
from graphscope.view.picture.cards import draw_card
from graphscope.view.picture.halfway import at_level
from graphscope.view.picture.hit import cell_rect
from graphscope.view.picture.shapes import Words

LAPTOP, DESK = (923, 461), (1083, 561)
"""What a window of 1280×800 or 1440×900 leaves for the graph, beside explanation and timeline."""


def numbers(canvas) -> list[tuple[float, float]]:
    """The numbers that are painted: what they say, and their type in pixels of the screen."""
    faces, look = canvas.stage.faces(), canvas.look()
    cards = canvas.stage.picture.cards.values()
    drawn = [shape for card in cards for shape in draw_card(card, faces.card(card), look)]
    texts = [shape for shape in drawn if isinstance(shape, Words) and shape.fill != look.theme.muted]
    return [(parse(shape.text), shape.size * canvas.camera.scale) for shape in texts if is_number(shape.text)]


def is_number(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(("size", "smallest"), [(LAPTOP, 9), (DESK, 10)])
def test_xor_fitted_as_a_whole_shows_every_number_in_type_that_can_be_read(bench, size, smallest) -> None:
    table = bench("xor", *size)
    table.seek(8)
    table.canvas.fit(whole=True)
    bounds, camera = table.canvas.stage.picture.bounds, table.canvas.camera
    assert bounds.width * camera.scale <= size[0]
    assert bounds.height * camera.scale <= size[1]
    shown = numbers(table.canvas)
    held = ("x", "W1", "m1", "b1", "s1", "h", "W2", "m2", "b2", "score", "y", "loss")
    assert len(shown) == sum(table.session.value(name).size for name in held)
    assert min(type_size for _, type_size in shown) >= smallest


def test_small_gradients_keep_two_digits_in_the_whole_view_too(bench) -> None:
    table = bench("xor", *DESK)
    table.seek(16)
    table.canvas.fit(whole=True)
    told = [number for number, _ in numbers(table.canvas)]
    gradient = table.session.gradient("s1").ravel()
    for number in gradient[abs(gradient) > abs(gradient).max() / 10]:
        assert any(abs(each - number) <= 0.05 * abs(number) for each in told), number


def test_a_number_of_the_whole_view_is_hit_where_it_is_painted(bench) -> None:
    table = bench("xor", *DESK)
    table.seek(8)
    canvas = table.canvas
    canvas.fit(whole=True)
    assert canvas.look().level == "large"
    card = at_level(canvas.stage.picture.home("h"), "large")
    box, cell = canvas.stage.picture.boxes[card.key], cell_rect(card.row("value"), (1, 2))
    found = canvas.hit(*canvas.camera.to_screen(box.x + cell.center[0], box.y + cell.center[1]))
    assert (found.value, found.role, found.index) == ("h", "value", (1, 2))


def test_a_view_of_the_whole_stays_one_when_the_window_changes(bench) -> None:
    canvas = bench("xor", *LAPTOP).canvas
    canvas.fit(whole=True)
    assert canvas.camera.scale < 0.62
    for width, height in ((923, 420), (923, 461), (900, 440)):
        canvas.resize(width, height)
        bounds = canvas.stage.picture.bounds
        left, _ = canvas.camera.to_screen(bounds.x, bounds.y)
        right, _ = canvas.camera.to_screen(bounds.right, bounds.bottom)
        assert -1 <= left < right <= width + 1


def test_a_message_above_the_graph_moves_nothing_on_the_screen(bench, qtbot) -> None:
    canvas = bench("xor", *DESK).canvas
    page, message = QWidget(), QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    message.setFixedHeight(36)
    message.hide()
    column.addWidget(message)
    column.addWidget(canvas, 1)
    page.resize(*DESK)
    page.show()
    for look in (lambda: canvas.fit(whole=True), lambda: canvas.zoom_by(1.5)):
        look()
        before, at = canvas.camera, canvas.mapTo(page, canvas.rect().topLeft())
        message.show()
        page.layout().activate()
        assert canvas.mapTo(page, canvas.rect().topLeft()).y() == at.y() + 36
        assert canvas.camera == before.panned(0, -36)
        message.hide()
        page.layout().activate()
        assert canvas.camera == before
    canvas.setParent(None)  # it is closed by itself


def test_an_edit_moves_nothing_even_where_the_step_is_out_of_sight(bench) -> None:
    table = bench("xor", *DESK)
    table.seek(8)
    table.canvas.zoom_by(2)
    table.canvas.centre("x")
    before = table.canvas.camera
    table.session.set_value("W1", table.session.value("W1") + 0.5)
    table.canvas.set_moment(table.session.moment(), animate=False)
    table.wait(1)
    assert table.canvas.camera == before


def test_fitting_while_the_view_glides_has_the_last_word(bench) -> None:
    table = bench("xor", *LAPTOP)
    table.canvas.zoom_by(2)
    table.canvas.centre("x")
    table.seek(8)
    assert table.canvas.moving
    table.canvas.fit(whole=True)
    fitted = table.canvas.camera
    table.wait(1)
    assert table.canvas.camera == fitted


def test_the_view_goes_along_only_when_the_step_is_out_of_sight() -> None:
    bounds, camera = Rect(0, 0, 2000, 400), Camera(1.0, 0.0, 0.0)
    assert followed(camera, Rect(10, 100, 80, 80), bounds, 800, 600) == camera
    assert followed(camera, Rect(700, 100, 100, 80), bounds, 800, 600) == camera
    moved = followed(camera, Rect(790, 100, 100, 80), bounds, 800, 600)
    assert (moved.scale, moved.y) == (1.0, 0.0)
    assert moved.x < 0
