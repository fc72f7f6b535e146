"""Breakpoints in the window: keys set them, the graph shows them, runs stop there and say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from graphscope.app.engine import start_process
from graphscope.app.settings import Settings
from graphscope.gui.bridge import Bridge
from graphscope.gui.window import Window
from graphscope.service.requests import Open, Restarted
from tests.gui.conftest import position, press, settle

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def texts(window: Window) -> list[str]:
    return [("" if told.enabled else "off ") + told.text for told in window.desk.breakpoints]


def toggle(window: Window, name: str, role: str = "value") -> None:
    window.canvas.select(name, role)  # type: ignore[arg-type]
    press(window, Qt.Key.Key_F9)


def test_the_one_on_nan_is_there_from_the_start(window) -> None:
    assert texts(window) == ["nan"]
    assert window.orders["break_on_nan"].isChecked()


def test_f9_sets_a_breakpoint_on_the_selection_and_takes_it_away(window) -> None:
    toggle(window, "h")
    assert texts(window) == ["nan", "node:h"]
    assert window.canvas.stage.stops.values == {"h": "plain"}
    toggle(window, "h")
    assert texts(window) == ["nan"]
    assert window.canvas.stage.stops.values == {}


def test_what_the_selection_is_decides_what_the_breakpoint_is_on(window) -> None:
    toggle(window, "W1")
    toggle(window, "m2", "gradient")
    window.canvas.select("h")
    press(window, Qt.Key.Key_F9, SHIFT)
    assert texts(window)[1:] == ["value:W1", "node:m2@backward", "group:hidden"]


def test_a_folded_group_gets_a_breakpoint_of_its_own(window) -> None:
    window.canvas.set_collapsed({("hidden",)})
    settle(window)
    toggle(window, "h")
    assert texts(window)[1:] == ["group:hidden"]


def test_a_run_stops_there_and_the_message_says_where(window) -> None:
    toggle(window, "h")
    press(window, Qt.Key.Key_F5)
    assert position(window) == 4
    assert window.message.isVisible()
    assert window.message.sentence.text() == "Stopped at the breakpoint node:h."
    press(window, Qt.Key.Key_F5)
    assert position(window) == 12
    press(window, Qt.Key.Key_F5, SHIFT)
    assert position(window) == 4
    press(window, Qt.Key.Key_F10)
    assert not window.message.isVisible()


def test_control_f9_switches_it_off_and_on(window) -> None:
    toggle(window, "h")
    press(window, Qt.Key.Key_F9, CONTROL)
    assert texts(window)[1:] == ["off node:h"]
    assert window.canvas.stage.stops.values == {"h": "off"}
    press(window, Qt.Key.Key_F5)
    assert position(window) == 19
    press(window, Qt.Key.Key_F9, CONTROL)
    assert texts(window)[1:] == ["node:h"]


def test_where_there_is_none_to_switch_the_key_that_sets_one_is_told(window) -> None:
    window.canvas.select("h")
    press(window, Qt.Key.Key_F9, CONTROL)
    assert "F9" in window.message.sentence.text()


def test_one_that_is_set_later_tells_where_it_would_have_stopped(window) -> None:
    press(window, Qt.Key.Key_F5)
    toggle(window, "m2")
    told = "The breakpoint node:m2 would have stopped at 5, 11 (2 of 19 steps)."
    assert window.message.sentence.text() == told


def test_a_run_to_a_breakpoint_crosses_iterations_both_ways(window) -> None:
    window.desk.breakpoint_wanted.emit("iteration:30")
    settle(window)
    press(window, Qt.Key.Key_F5, ALT)
    assert position(window) == 30 * 19
    press(window, Qt.Key.Key_F5, ALT | SHIFT)
    assert position(window) == 0


def test_escape_ends_a_run_that_no_breakpoint_stops(window, qtbot) -> None:
    window.orders.start("continue")
    qtbot.waitUntil(window.orders["stop"].isEnabled)

    def stopped() -> bool:
        """Esc again where what was being done was not the run yet."""
        window.orders.start("stop")
        return window.bridge.idle

    qtbot.waitUntil(stopped)
    settle(window)
    assert position(window) % 19 == 0
    assert position(window) > 0
    assert str(window.desk.moved.stopped).startswith("Stopped as you asked")


def test_breakpoints_outlive_another_precision_but_not_another_model(window) -> None:
    toggle(window, "h")
    window.desk.breakpoint_switched.emit("nan", False)
    settle(window)
    window.bridge.ask(Open("xor", dtype="float64"))
    settle(window)
    assert texts(window) == ["off nan", "node:h"]
    assert window.canvas.stage.stops.values == {"h": "plain"}
    press(window, Qt.Key.Key_F5)
    assert position(window) == 4
    window.bridge.ask(Open("apple_shop"))
    settle(window)
    assert texts(window) == ["nan"]


def test_one_that_the_model_has_no_place_for_is_told_and_stays_listed(window) -> None:
    window.desk.breakpoint_wanted.emit("node:nobody")
    settle(window)
    assert "did you mean" in window.message.sentence.text()
    assert [told.problem is None for told in window.desk.breakpoints] == [True, False]
    window.desk.breakpoint_wanted.emit("node:nobody")
    settle(window)
    assert texts(window) == ["nan"]


def test_one_that_cannot_be_read_is_told(window) -> None:
    window.desk.breakpoint_wanted.emit("nonsense")
    settle(window)
    assert "is no breakpoint" in window.message.sentence.text()
    assert texts(window) == ["nan"]


def test_an_operation_written_twice_is_listed_once(window) -> None:
    for text in ("op:tanh", "op:TANH"):
        window.desk.breakpoint_wanted.emit(text)
        settle(window)
    assert texts(window)[1:] == ["op:Tanh"]


def test_all_can_be_removed_but_the_one_on_nan(window) -> None:
    toggle(window, "h")
    window.orders.start("break_on_nan")
    settle(window)
    window.orders.start("clear_breakpoints")
    settle(window)
    assert texts(window) == ["off nan"]
    assert not window.orders["break_on_nan"].isChecked()


def test_the_strongest_of_several_is_drawn(window) -> None:
    for text in ("off op:Tanh", "node:h if loss > 1"):
        window.desk.breakpoint_wanted.emit(text)
        settle(window)
    assert window.canvas.stage.stops.values == {"h": "conditional"}


@pytest.mark.parametrize("shown", [True, False])
def test_the_panel_follows_hits_only_while_it_is_seen(window, shown) -> None:
    toggle(window, "h")
    window.docks.show("breakpoints", shown=shown)
    settle(window)
    press(window, Qt.Key.Key_F5)
    assert [told.hits for told in window.desk.breakpoints] == [0, 1 if shown else 0]


def test_a_typed_condition_stops_the_run_where_it_holds(window) -> None:
    window.docks.show("breakpoints")
    settle(window)
    panel = window.docks.panel("breakpoints")
    QTest.keyClicks(panel.line, "if loss < 0.8")
    QTest.keyClick(panel.line, Qt.Key.Key_Return)
    settle(window)
    press(window, Qt.Key.Key_F5, ALT)
    assert window.desk.moved.moment.loss < 0.8
    assert [row.hits.text() for row in panel.rows] == ["", "1 hit"]


@pytest.fixture
def apart(qtbot, tmp_path) -> Iterator[Window]:
    """A window whose engine has a process of its own."""
    settings = Settings(tmp_path / "settings")
    settings["motion"], settings["language"] = "reduced", "en"
    made = Window(settings, Bridge(start_process))
    made.show()
    made.bridge.ask(Open("xor"))
    settle(made)
    yield made
    made.close()
    made.deleteLater()


def test_breakpoints_outlive_the_process_of_the_engine(apart, qtbot) -> None:
    toggle(apart, "h")
    restarted: list[Restarted] = []
    apart.bridge.listen(Restarted, restarted.append)
    apart.bridge.end()
    qtbot.waitUntil(lambda: bool(restarted), timeout=60_000)
    settle(apart)
    press(apart, Qt.Key.Key_F5)
    assert position(apart) == 4


def hits(window: Window) -> dict[str, int]:
    """As the panel tells them."""
    window.docks.show("breakpoints")
    settle(window)
    return {told.text: told.hits for told in window.desk.breakpoints}


@pytest.mark.parametrize("shown", [True, False])
def test_how_often_a_run_has_stopped_outlives_the_process_of_the_engine(apart, qtbot, shown) -> None:
    toggle(apart, "h")
    apart.docks.show("breakpoints", shown=shown)
    for _ in range(2):
        press(apart, Qt.Key.Key_F5)
    restarted: list[Restarted] = []
    apart.bridge.listen(Restarted, restarted.append)
    apart.bridge.end()
    qtbot.waitUntil(lambda: bool(restarted), timeout=60_000)
    settle(apart)
    assert hits(apart) == {"nan": 0, "node:h": 2}
    press(apart, Qt.Key.Key_F5, SHIFT)
    assert hits(apart) == {"nan": 0, "node:h": 3}
