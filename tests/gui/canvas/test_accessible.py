"""Screen readers find every card with its numbers."""

from __future__ import annotations

from PySide6.QtGui import QAccessible

from graphscope.gui.canvas.canvas import Canvas


def names(canvas) -> list[str]:
    interface = QAccessible.queryAccessibleInterface(canvas)
    return [interface.child(index).text(QAccessible.Text.Name) for index in range(interface.childCount())]


def test_every_card_and_chip_is_listed_with_what_it_shows(bench) -> None:
    table = bench()
    table.seek(8)
    told = names(table.canvas)
    assert "tax, 1.1, gradient 650" in told
    assert "total × loss, 715, gradient 1, just ran" in told
    assert len(told) == 9


def test_a_folded_group_is_listed_as_one(bench) -> None:
    canvas = bench("xor").canvas
    before = len(names(canvas))
    canvas.set_collapsed({("hidden",)})
    assert len(names(canvas)) == before - 4


def test_a_card_is_where_it_is_painted(bench) -> None:
    canvas = bench().canvas
    interface = QAccessible.queryAccessibleInterface(canvas)
    rect = interface.child(0).rect()
    key = next(iter(canvas.stage.picture.boxes))
    box = canvas.stage.picture.boxes[key]
    corner = canvas.mapToGlobal(canvas.rect().topLeft())
    x, y = canvas.camera.to_screen(box.x, box.y)
    assert (rect.x() - corner.x(), rect.y() - corner.y()) == (round(x), round(y))


def test_a_reader_may_ask_before_there_is_a_model(bench, qtbot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    assert names(canvas) == []
