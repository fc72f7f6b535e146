"""A menu shows what is on by its shape, whatever else stands before the entry and in every theme."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction, QImage

from graphscope.app.command import commands
from graphscope.gui.icons import icon
from graphscope.gui.widgets.menu import COLUMN, Menu

THEMES = ("light", "dark", "contrast")


def mark(menu: Menu, action: QAction) -> QImage:
    """What stands where the mark of an entry is, in greys: colours do not count."""
    menu.ensurePolished()
    menu.resize(menu.sizeHint())
    seen = menu.grab(menu.mark_area(action).toAlignedRect()).toImage()
    return seen.convertToFormat(QImage.Format.Format_Grayscale8)


@pytest.mark.parametrize("theme", THEMES)
def test_an_entry_that_is_on_looks_different_also_where_it_has_an_icon(opened, theme) -> None:
    window = opened(theme=theme)
    menu, action = window.menus.submenu("Panels"), window.orders["panel_explain"]
    assert not action.icon().isNull()
    on = mark(menu, action)
    action.setChecked(False)
    off = mark(menu, action)
    assert on != off
    assert lightest(off) - darkest(off) > 40  # that it can be on shows too


@pytest.mark.parametrize("theme", THEMES)
def test_one_of_several_has_a_ring_and_one_of_its_own_a_box(opened, theme) -> None:
    window = opened(theme=theme)
    rings = [
        mark(window.menus.submenu("Theme"), window.orders[f"theme_{theme}"]),
        mark(window.menus.submenu("Precision"), window.orders["precision_model"]),
    ]
    box = mark(window.menus.top["View"], window.orders["follow"])
    assert box not in rings
    assert rings[0] == rings[1]  # both on


def test_the_precision_in_use_stays_ticked_when_it_is_chosen_again(window) -> None:
    used = window.orders["precision_model"]
    assert used.isChecked()
    used.trigger()
    assert used.isChecked()
    assert not window.orders["precision_float64"].isChecked()


def test_marks_and_icons_do_not_cover_each_other(opened) -> None:
    window = opened()
    menu, action = window.menus.submenu("Panels"), window.orders["panel_explain"]
    with_icon = mark(menu, action)
    action.setIcon(icon("", "#000000"))
    assert mark(menu, action) == with_icon
    assert menu.mark_area(action).right() < menu.actionGeometry(action).left() + COLUMN


def test_only_a_menu_in_which_something_can_be_on_leaves_room_for_marks(qtbot) -> None:
    menu = Menu()
    qtbot.addWidget(menu)
    menu.addAction("plain")
    assert not menu.property("marks")
    menu.addAction("on or off").setCheckable(True)
    assert menu.property("marks")
    menu.removeAction(menu.actions()[1])
    assert not menu.property("marks")


def test_every_panel_has_an_icon_in_the_menu() -> None:
    panels = [each for each in commands() if each.submenu == "Panels"]
    assert [each.id for each in panels if icon(each.icon, "#000000").isNull()] == []


def lightest(picture: QImage) -> int:
    return max(greys(picture))


def darkest(picture: QImage) -> int:
    return min(greys(picture))


def greys(picture: QImage) -> list[int]:
    places = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    return [picture.pixelColor(x, y).lightness() for x, y in places]
