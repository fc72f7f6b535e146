"""The canvas answers the mouse and shows what it is told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from graphscope.gui.canvas.canvas import Canvas
from graphscope.view.palette import THEMES
from graphscope.view.text import Text


def point(canvas, x: float, y: float) -> QPoint:
    return QPointF(*canvas.camera.to_screen(x, y)).toPoint()


def row_point(canvas, value: str, role: str) -> QPoint:
    card = canvas.stage.picture.home(value)
    box, row = canvas.stage.picture.boxes[card.key], card.row(role)
    return point(canvas, box.x + row.x + 4, box.y + row.y + row.height / 2)


def turn_wheel(canvas, at: QPoint, notches: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    event = QWheelEvent(
        QPointF(at),
        canvas.mapToGlobal(QPointF(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


@pytest.mark.parametrize("role", ["value", "gradient"])
def test_a_click_on_a_row_selects_the_value_or_its_gradient(bench, qtbot, role) -> None:
    canvas = bench().canvas
    with qtbot.waitSignal(canvas.selected) as caught:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=row_point(canvas, "subtotal", role))
    assert caught.args == ["subtotal", role]


def test_a_click_on_a_chip_selects_its_parameter(bench, qtbot) -> None:
    canvas = bench().canvas
    with qtbot.waitSignal(canvas.selected) as caught:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=row_point(canvas, "tax", "gradient"))
    assert caught.args == ["tax", "gradient"]


def test_a_double_click_activates(bench, qtbot) -> None:
    canvas = bench().canvas
    with qtbot.waitSignal(canvas.activated) as caught:
        qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=row_point(canvas, "apples", "value"))
    assert caught.args == ["apples", "value"]


def test_a_click_on_a_header_folds_the_group_and_another_opens_it(bench, qtbot) -> None:
    canvas = bench("xor").canvas
    frame = next(frame for frame in canvas.stage.picture.frames if frame.scope == ("hidden",))
    with qtbot.waitSignal(canvas.group_toggled) as caught:
        header = point(canvas, frame.rect.x + 40, frame.rect.y + 14)
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=header)
    assert caught.args == [("hidden",)]
    assert canvas.collapsed() == {("hidden",)}
    box = canvas.stage.picture.boxes["group:hidden"]
    with qtbot.waitSignal(canvas.group_toggled):
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=point(canvas, box.x + 40, box.y + 16))
    assert canvas.collapsed() == frozenset()


def test_hovering_tells_the_value_and_leaving_tells_none(bench, qtbot) -> None:
    canvas = bench().canvas
    told: list[str] = []
    canvas.hovered.connect(told.append)
    qtbot.mouseMove(canvas, row_point(canvas, "apples", "value"))
    qtbot.waitUntil(lambda: told[-1:] == ["apples"])
    qtbot.mouseMove(canvas, QPoint(canvas.width() - 3, 3))
    qtbot.waitUntil(lambda: told[-1:] == [""])


def test_dragging_moves_the_picture_and_selects_nothing(bench, qtbot) -> None:
    canvas = bench().canvas
    told: list[object] = []
    canvas.selected.connect(lambda *which: told.append(which))
    before = canvas.camera
    start = row_point(canvas, "apples", "value")
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(20, 0))
    qtbot.mouseMove(canvas, start + QPoint(60, 30))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(60, 30))
    assert (canvas.camera.x - before.x, canvas.camera.y - before.y) == (60, 30)
    assert not told


def test_the_wheel_zooms_at_the_pointer(bench) -> None:
    canvas = bench().canvas
    at = QPoint(300, 200)
    before = canvas.camera.to_scene(at.x(), at.y())
    scale = canvas.camera.scale
    turn_wheel(canvas, at, 2)
    assert canvas.camera.scale > scale
    assert canvas.camera.to_scene(at.x(), at.y()) == pytest.approx(before)


def test_fitting_fills_the_canvas_but_keeps_type_readable(bench) -> None:
    for sample in ("apple_shop", "fan_out", "xor"):
        canvas = bench(sample).canvas
        canvas.zoom_by(0.3)
        canvas.fit()
        assert 0.62 <= canvas.camera.scale <= 1.3
    shop = bench("apple_shop").canvas
    bounds = shop.stage.picture.bounds
    filled = max(bounds.width * shop.camera.scale / 1100, bounds.height * shop.camera.scale / 640)
    assert filled > 0.9


def test_the_view_follows_the_step_that_just_ran(bench) -> None:
    table = bench("xor")
    canvas = table.canvas
    for position in range(1, table.session.bounds[1]):
        table.seek(position)
        table.wait(1)
        key = canvas.stage.picture.structure.owners.get(table.session.last.node or "")
        if key is None:
            continue
        box = canvas.stage.picture.boxes[key]
        left, top = canvas.camera.to_screen(box.x, box.y)
        assert -1 <= left <= 1100 - box.width * canvas.camera.scale + 1
        assert -1 <= top <= 640


def test_a_picture_that_is_all_in_view_never_moves(bench) -> None:
    table = bench("apple_shop")
    before = table.canvas.camera
    for position in range(table.session.bounds[1] + 1):
        table.seek(position)
        table.wait(1)
    assert table.canvas.camera == before


def test_it_stays_where_it_is_when_it_does_not_follow(bench) -> None:
    table = bench("xor")
    table.canvas.set_follow(False)
    before = table.canvas.camera
    table.seek(15)
    table.wait(1)
    assert table.canvas.camera == before


def test_arrows_walk_along_the_edges(bench) -> None:
    canvas = bench().canvas
    told: list[str] = []
    canvas.selected.connect(lambda name, _: told.append(name))
    canvas.move_selection("right")
    for _ in range(3):
        canvas.move_selection("right")
    canvas.move_selection("down")
    canvas.move_selection("left")
    assert told[:4] == ["apple_price", "apples", "subtotal", "total"]
    assert told[4] == "tax"


def test_opening_a_group_keeps_what_is_in_the_middle_where_it_is(bench) -> None:
    canvas = bench("xor").canvas
    canvas.centre("m2")
    key = canvas.stage.picture.home("m2").key
    before = canvas.camera.to_screen(*canvas.stage.picture.boxes[key].center)
    canvas.toggle_group(("hidden",))
    after = canvas.camera.to_screen(*canvas.stage.picture.boxes[key].center)
    assert after == pytest.approx(before, abs=1)


def test_a_click_at_twice_the_zoom_finds_the_same_row(bench, qtbot) -> None:
    canvas = bench().canvas
    canvas.centre("apples")
    canvas.zoom_by(2)
    canvas.centre("apples")
    with qtbot.waitSignal(canvas.selected) as caught:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=row_point(canvas, "apples", "value"))
    assert caught.args == ["apples", "value"]


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_every_theme_paints_on_its_own_background(bench, theme) -> None:
    canvas = bench().canvas
    canvas.set_theme(THEMES[theme])
    picture = canvas.grab().toImage()
    assert picture.pixelColor(2, 2).name() == THEMES[theme].canvas
    colours = {picture.pixel(x, y) for x in range(0, 1100, 7) for y in range(0, 640, 7)}
    assert len(colours) > 4


def test_the_image_is_the_whole_picture_at_the_size_asked_for(bench) -> None:
    canvas = bench().canvas
    bounds = canvas.stage.picture.bounds
    image = canvas.image(2.0)
    assert (image.width(), image.height()) == (round(bounds.width * 2), round(bounds.height * 2))
    assert canvas.scene().texts()


def test_the_layer_shows_the_same_as_painting_everything_directly(bench) -> None:
    table = bench()
    table.canvas.zoom_by(1 / table.canvas.camera.scale)
    table.seek(9)
    bounds = table.canvas.stage.picture.bounds
    x, y = table.canvas.camera.to_screen(bounds.x, bounds.y)
    table.canvas.pan_by(round(x) - x, round(y) - y)
    shown = table.canvas.grab().toImage()
    whole = table.canvas.image()
    differing = 0
    for sx in range(30, 1000, 11):
        for sy in range(30, 500, 7):
            px, py = sx + round(x), sy + round(y)
            if not (0 <= px < 1100 and 0 <= py < 640 and sx < whole.width() and sy < whole.height()):
                continue
            one, two = shown.pixelColor(px, py), whole.pixelColor(sx, sy)
            differing += abs(one.lightness() - two.lightness()) > 60
    assert differing < 20


def test_a_language_changes_every_word(bench) -> None:
    table = bench("xor")
    table.seek(9)
    table.canvas.set_text(Text("ko"))
    assert "방금 실행" in table.canvas.scene().texts()


def test_an_empty_canvas_paints_without_a_model(qtbot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    canvas.show()
    assert canvas.grab().toImage().pixelColor(5, 5).name() == THEMES["light"].canvas
    canvas.move_selection("left")
    canvas.fit()
    canvas.close()


def test_what_does_not_fit_begins_at_its_beginning(bench) -> None:
    table = bench("xor")
    box = table.canvas.stage.picture.boxes[table.canvas.stage.picture.home("x").key]
    for position in (0, 1, 2):
        table.seek(position)
        left, _ = table.canvas.camera.to_screen(box.x, box.y)
        assert 0 <= left < 200
