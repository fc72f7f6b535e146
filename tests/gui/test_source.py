"""The source panel in the window: a breakpoint beside a line stops a run there, and the graph shows where a line is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from graphscope.gui.panels.source import Source
from graphscope.gui.window import Window
from tests.gui.conftest import position, press, settle


@pytest.fixture
def source(window) -> Source:
    window.orders.start("panel_source")
    settle(window)
    panel = window.docks.panel("source")
    assert isinstance(panel, Source)
    return panel


def beside(panel: Source, name: str) -> None:
    """Click beside the line that makes a value."""
    assert panel.code is not None
    panel.view.show_line(panel.code.of_value[name])
    place = panel.view.place(panel.code.of_value[name])
    QTest.mouseClick(panel.view.gutter, Qt.MouseButton.LeftButton, pos=QPoint(8, place.center().y()))
    window = panel.window()
    assert isinstance(window, Window)
    settle(window)


def test_the_panel_is_hidden_at_first_and_comes_and_goes_by_its_command(window) -> None:
    assert not window.docks.shown("source")
    for shown in (True, False):
        window.orders.start("panel_source")
        assert window.docks.shown("source") is shown


def test_a_run_stops_before_the_line_that_was_clicked_on_the_way_there_and_back(window, source) -> None:
    beside(source, "h")
    assert source.view.marks.stops == {source.code.of_value["h"]}
    press(window, Qt.Key.Key_F5)
    assert (position(window), source.view.marks.ahead) == (4, source.code.of_node["h"])
    press(window, Qt.Key.Key_F5)
    assert (position(window), source.view.marks.ahead) == (12, source.code.of_node["h"])
    press(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert position(window) == 4


def test_a_second_click_takes_the_breakpoint_away(window, source) -> None:
    beside(source, "h")
    beside(source, "h")
    assert source.view.marks.stops == frozenset()


def test_f9_in_the_code_means_its_line_and_not_the_selection(window, source) -> None:
    window.desk.selection.select("m2")
    source.view.setFocus()
    source.view.go_to(source.code.of_node["s1"])
    QTest.keyClick(source.view, Qt.Key.Key_F9)
    settle(window)
    assert source.view.marks.stops == {source.code.of_node["s1"]}


def test_a_breakpoint_that_was_set_in_the_graph_stands_beside_its_line(window, source) -> None:
    window.desk.selection.select("score")
    press(window, Qt.Key.Key_F9)
    assert source.view.marks.stops == {source.code.of_value["score"]}


def test_the_right_key_steps_while_the_code_has_the_keyboard(window, source) -> None:
    source.view.setFocus()
    for expected in (1, 2, 3):
        QTest.keyClick(source.view, Qt.Key.Key_Right)
        settle(window)
        assert position(window) == expected
    assert source.view.hasFocus()
