"""Every command can be done, is told, and has keys of its own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from graphscope.app.command import MENUS, REASONS, commands
from graphscope.gui.dialogs.palette import Palette, title
from graphscope.view.text import Text
from tests.gui.conftest import settle


def test_every_command_has_somebody_who_does_it(window) -> None:
    assert {command.id for command in commands()} == set(window._doers)


def test_every_action_has_a_text_and_a_tip(window) -> None:
    for command, action in window.orders:
        assert action.text(), command.id
        assert action.statusTip(), command.id
        assert action.toolTip(), command.id


def test_no_two_commands_share_a_key() -> None:
    for keys in (lambda each: each.keys, lambda each: each.canvas_keys):
        seen: dict[str, str] = {}
        for command in commands():
            for key in keys(command):
                told = QKeySequence(key).toString()
                assert seen.setdefault(told, command.id) == command.id, told


def test_every_command_is_in_a_menu(window) -> None:
    listed: set[str] = set()
    waiting = [window.menus.top[menu] for menu in MENUS]
    while waiting:
        menu = waiting.pop()
        for action in menu.actions():
            listed.add(action.objectName())
            if action.menu() is not None:
                waiting.append(action.menu())
    assert {command.id for command in commands()} - listed <= {"forget_recent"}  # filled when its menu opens


def test_the_learn_layout_is_small(window) -> None:
    assert len(window.toolbar.buttons()) <= 7
    assert sum(not dock.isHidden() for _, dock in window.docks) <= 3


def test_the_debug_layout_shows_every_panel_but_the_samples(opened) -> None:
    window = opened(layout="debug")
    shown = {identity for identity, dock in window.docks if not dock.isHidden()}
    assert shown == {"explain", "timeline", "inspector", "steps", "outline"}


def test_what_is_not_possible_says_why(window) -> None:
    back = window.orders["back"]
    assert not back.isEnabled()
    assert "there is nothing before it" in back.toolTip()
    undo = window.orders["undo_edit"]
    assert "No number has been edited" in undo.toolTip()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_command_that_is_not_possible_says_why_in_menus_and_palette(opened, language) -> None:
    window = opened(None, language=language)
    text = window.desk.text
    disabled = [(command, action) for command, action in window.orders if not action.isEnabled()]
    assert len(disabled) > 20
    rows = {row.title: row for row in Palette(window).rows("")}
    for command, action in disabled:
        reason = str(text.tell(REASONS[command.when]))
        assert action.toolTip().endswith(reason), command.id
        assert rows[title(command, text)].note == reason, command.id


def test_every_command_is_in_the_palette_and_found_by_its_title_in_both_languages(opened) -> None:
    window = opened(language="ko")
    palette = Palette(window)
    listed = [row.title for row in palette.rows("")]
    for command in commands():
        if command.id == "palette":
            continue
        korean = title(command, window.desk.text)
        assert listed.count(korean) == 1, command.id
        for words in (korean, title(command, Text("en"))):
            assert korean in [row.title for row in palette.rows(words)], (command.id, words)


def test_a_command_that_is_possible_again_no_longer_says_why_not(window) -> None:
    back = window.orders["back"]
    window.do("step")
    settle(window)
    assert back.isEnabled()
    assert "nothing before it" not in back.toolTip()


def test_without_a_model_the_samples_fill_the_window(opened) -> None:
    window = opened(None)
    assert window._stack.currentWidget() is window._samples
    assert not window.orders["step"].isEnabled()
    assert "Open a model first" in window.orders["step"].toolTip()


def test_the_samples_take_turns_with_the_graph(window) -> None:
    window.orders.start("gallery")
    assert window._stack.currentWidget() is window._samples
    assert window.orders["gallery"].isChecked()
    QTest.keyClick(window._samples, Qt.Key.Key_Escape)
    assert window._stack.currentWidget() is window.canvas
    window.orders.start("gallery")
    window.desk.open_wanted.emit("fan_out")
    settle(window)
    assert window._stack.currentWidget() is window.canvas
    assert not window.orders["gallery"].isChecked()
    assert window.desk.opened.model.name == "fan-out"
