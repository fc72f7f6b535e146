"""Themes, languages and layouts change while the program runs, and are remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QMenu,
    QTabBar,
    QTextEdit,
    QWidget,
)

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
        assert action.text().partition("\t")[0] == korean()[command.title], command.id
    for menu in window.menus.top.values():
        assert re.search("[가-힣]", menu.title())
    for _, dock in window.docks:
        assert re.search("[가-힣]", dock.windowTitle())
    assert "역전파" in window.header.pill.accessibleName()
    assert "방금 실행" in window.header._words.text()
    window.do("language_en")
    assert window.orders["step"].text().startswith("Step\t→")


def test_the_theme_follows_the_desktop_while_running_where_that_is_wished(opened, monkeypatch) -> None:
    window = opened(theme="system")
    hints = QGuiApplication.styleHints()
    monkeypatch.setattr("graphscope.gui.window.system_theme", lambda: "dark")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window.desk.theme is THEMES["dark"]
    window.do("theme_light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window.desk.theme is THEMES["light"]


NAMES = set(
    "GraphScope NumPy CPU GPU float32 float64 English SVG PNG PDF "
    "Ctrl Shift Alt Enter Space Home End PgDn PgUp Tab Esc NaN Inf cpu vjp forward MatMul Tanh Add "
    "BinaryCrossEntropyWithLogits XOR xor output hidden loss score graphscope GAN GPT LSTM RNN ReLU".split()
)
"""Latin words that are names: of libraries, processors, types, keys, operations and values."""


def words(window: Window) -> Iterator[tuple[str, str]]:
    """Every text that a user sees, hears or gets as a tip, with where it stands."""
    for command, action in window.orders:
        yield from ((command.id, told) for told in (action.text(), action.toolTip(), action.statusTip()))
    for menu in window.findChildren(QMenu):
        yield "a menu", menu.title()
    for each in window.findChildren(QWidget):
        if not each.isVisible() or not each.isEnabled():
            continue
        told = [each.toolTip(), each.accessibleName(), each.accessibleDescription(), each.windowTitle()]
        told += [each.text()] if isinstance(each, QLabel | QAbstractButton) else []
        told += [each.tabText(i) for i in range(each.count())] if isinstance(each, QTabBar) else []
        told += [each.toPlainText()] if isinstance(each, QTextEdit) else []
        yield from ((type(each).__name__, text) for text in told)


def english(window: Window) -> list[str]:
    """The texts with a Latin word of three letters or more that is no name; keys in brackets do not count."""
    plain = ((where, re.sub(r"\(.*?\)|<[^>]*>", "", told)) for where, told in words(window))
    return [
        f"{where}: {told}"
        for where, told in dict.fromkeys(plain)
        if set(re.findall(r"[A-Za-z]{3,}\d*", told)) - NAMES
    ]


def test_in_korean_no_text_of_the_window_stays_english(opened) -> None:
    window = opened(layout="debug")
    window.running.seek(12)
    settle(window)
    assert len(english(window)) > 100
    window.do("language_ko")
    settle(window)
    for panel in ("steps", "outline"):
        window.docks.show(panel)
        settle(window)
        assert english(window) == []
    window.do("restart")
    settle(window)
    assert english(window) == []


def test_the_samples_are_told_in_korean_too(opened) -> None:
    window = opened(None, language="ko")
    assert english(window) == []


def test_answers_and_places_are_remembered(opened, tmp_path) -> None:
    window = opened(theme="dark", layout="learn")
    window.docks.show("inspector")
    settle(window)
    window.resize(780, 700)  # smaller than the screen that tests have
    window.close()
    window.close()  # as when the last window closes and the program ends
    again = Window(type(window.settings)(tmp_path / "settings"))
    again.show()
    assert again.desk.theme is THEMES["dark"]
    assert again.docks.shown("inspector")
    assert (again.width(), again.height()) == (780, 700)
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
