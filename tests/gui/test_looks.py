"""Themes, languages and layouts change while the program runs, and are remembered."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QApplication

from graphscope.app.command import commands
from graphscope.gui.window import Window
from graphscope.view.palette import THEMES
from graphscope.view.text import korean
from tests.gui.conftest import settle


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_a_theme_colours_everything(window, theme) -> None:
    window.do(f"theme_{theme}")
    settle(window)
    assert window.desk.theme is THEMES[theme]
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    assert application.palette().window().color().name() == THEMES[theme].window
    assert window.canvas.look().theme is THEMES[theme]


def test_korean_reaches_every_word_while_running(window) -> None:
    window.running.seek(12)
    settle(window)
    window.do("language_ko")
    settle(window)
    for command, action in window.orders:
        assert action.text() == korean()[command.title], command.id
    for menu in window.menus.top.values():
        assert re.search("[가-힣]", menu.title())
    for _, dock in window.docks:
        assert re.search("[가-힣]", dock.windowTitle())
    assert "역전파" in window.header.pill.accessibleName()
    assert "방금 실행" in window.header._words.text()
    window.do("language_en")
    assert window.orders["step"].text() == "Step"


def test_answers_and_places_are_remembered(opened, tmp_path) -> None:
    window = opened(theme="dark", layout="learn")
    window.docks.show("inspector")
    settle(window)
    window.close()
    again = Window(type(window.settings)(tmp_path / "settings"))
    again.show()
    assert again.desk.theme is THEMES["dark"]
    assert again.docks.shown("inspector")
    again.do("reset_layout")
    assert not again.docks.shown("inspector")
    again.close()


def test_a_panel_is_made_when_it_is_first_seen(window) -> None:
    assert window.docks.panel("inspector") is None
    window.do("panel_inspector")
    settle(window)
    assert window.docks.panel("inspector") is not None


def test_every_choice_of_a_menu_is_ticked_where_it_is_made(window) -> None:
    window.do("speed_2")
    assert window.settings.choice("speed") == "2"
    ticked = [c.id for c in commands() if c.id.startswith("speed_") and window.orders[c.id].isChecked()]
    assert ticked == ["speed_2"]


def test_reduced_motion_is_switched_on_and_off(window) -> None:
    window.settings["motion"] = "full"
    window.do("reduce_motion")
    assert window.settings.choice("motion") == "reduced"
    window.do("reduce_motion")
    assert window.settings.choice("motion") != "reduced"
