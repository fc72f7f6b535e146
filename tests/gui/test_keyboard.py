"""Where keys work: some everywhere in the window, some at the graph, and all under a Korean input method."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from graphscope.app.command import commands
from graphscope.gui.keyboard import HANGUL
from graphscope.gui.window import Window
from tests.gui.conftest import position, settle

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
JAMO = {latin: jamo for jamo, latin in HANGUL.items() if jamo not in "ㅃㅉㄸㄲㅆㅒㅖ"}


def stops(window: Window) -> list[QWidget]:
    """Every widget that the Tab key reaches."""
    reached = [
        each
        for each in window.findChildren(QWidget)
        if each.isVisible() and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    return [each for each in reached if not each.objectName().startswith("qt_")]


@pytest.fixture
def debug(opened) -> Window:
    window = opened(layout="debug")
    window.activateWindow()
    return window


def test_f10_steps_and_shift_f10_goes_back_wherever_the_focus_is(debug) -> None:
    places = stops(debug)
    assert len(places) > 12
    for place in places:
        place.setFocus()
        told = f"{type(place).__name__} {place.accessibleName()}"
        focus = QApplication.focusWidget() or debug
        QTest.keyClick(focus, Qt.Key.Key_F10)
        settle(debug)
        assert position(debug) == 1, told
        QTest.keyClick(focus, Qt.Key.Key_F10, SHIFT)
        settle(debug)
        assert position(debug) == 0, told


@pytest.mark.parametrize("identity", ["explain", "timeline"])
def test_the_keys_of_the_graph_work_in_the_explanation_and_the_timeline(window, identity) -> None:
    panel = window.docks.panel(identity)
    places = [each for each in stops(window) if panel.isAncestorOf(each) or each is panel]
    assert places
    for place in places:
        place.setFocus()
        QTest.keyClick(place, Qt.Key.Key_Right)
        settle(window)
        assert position(window) == 1, type(place).__name__
        QTest.keyClick(place, Qt.Key.Key_Left)
        settle(window)
        assert position(window) == 0, type(place).__name__


def letters() -> list[tuple[str, str]]:
    """Every command that has a bare letter as a key of the graph."""
    return [(command.id, key) for command in commands() for key in command.canvas_keys if key.lower() in JAMO]


@pytest.mark.parametrize(("identity", "key"), letters())
def test_every_letter_means_its_key_under_a_korean_input_method(window, monkeypatch, identity, key) -> None:
    started: list[str] = []
    monkeypatch.setattr(window._keys, "_start", lambda each: started.append(each) or True)
    jamo = JAMO[key.lower()]
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, ord(jamo), NONE, jamo)
        QCoreApplication.sendEvent(window.canvas, event)
        assert event.isAccepted()
    assert started == [identity]


def test_no_key_means_two_things_where_the_graph_has_the_focus() -> None:
    seen: dict[str, str] = {}
    for command in commands():
        for key in (*command.canvas_keys, *command.keys):
            told = QKeySequence(key).toString()
            assert seen.setdefault(told, command.id) == command.id, told


@pytest.mark.parametrize("layout", ["learn", "debug"])
def test_tab_leads_through_the_whole_window_and_back_to_the_graph(opened, layout) -> None:
    window = opened(layout=layout)
    window.do("step")
    settle(window)
    window.activateWindow()
    window.canvas.setFocus()
    seen: list[QWidget] = []
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus is window.canvas or focus is None:
            break
        seen.append(focus)
    assert QApplication.focusWidget() is window.canvas
    missed = [each for each in stops(window) if each not in seen and each is not window.canvas]
    assert not [f"{type(each).__name__} {each.accessibleName()}" for each in missed]
    off_screen = [
        each for each in seen if not window.rect().contains(each.mapTo(window, each.rect().center()))
    ]
    assert not [type(each).__name__ for each in off_screen]


def test_a_key_that_a_tree_has_no_use_for_is_no_key_of_the_graph(debug) -> None:
    tree = debug.docks.panel("steps").focusProxy() or debug.docks.panel("steps")
    tree.setFocus()
    debug.canvas.set_selection("h")
    shown = debug.docks.shown("inspector")
    QTest.keyClick(tree, Qt.Key.Key_Return)
    QTest.keyClick(tree, Qt.Key.Key_Space)
    settle(debug)
    assert debug.docks.shown("inspector") == shown
    assert not debug.running.playing
