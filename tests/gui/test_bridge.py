"""What takes long can be stopped, and what fails on the way keeps what was done before it."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt

import graphscope as gs
from graphscope.service import motions
from graphscope.service.requests import AskExplanation, Assign, Seek
from tests.gui.conftest import position, press, settle


def test_a_long_jump_is_stopped_by_escape_at_the_end_of_an_iteration(window, qtbot) -> None:
    window.bridge.ask(Seek(10_000_000))
    qtbot.waitUntil(window.orders["stop"].isEnabled, timeout=10_000)
    assert "Esc" in window.statusBar().currentMessage()
    press(window, Qt.Key.Key_Escape)
    assert 0 < position(window) < 10_000_000
    assert position(window) % 19 == 0
    assert "Stopped on the way to position 10000000." in window.header._words.text()
    assert not window.orders["stop"].isEnabled()
    assert not window.statusBar().currentMessage()


def test_a_window_that_closes_waits_for_no_jump(opened) -> None:
    window = opened("xor")
    window.bridge.ask(Seek(10_000_000))
    window.close()
    assert not window.bridge._thread.is_alive()


def test_a_jump_goes_exactly_where_it_is_sent_both_ways() -> None:
    with gs.open("xor") as session:
        for target in (7, 19, 20, 95, 38, 40, 0):
            assert motions.jump(session, target, lambda: False)
            assert session.position == target


def test_a_request_after_a_stop_is_done_in_full(window) -> None:
    window.bridge.stop()
    window.running.seek(200)
    settle(window)
    assert position(window) == 200


@pytest.fixture
def long_over(monkeypatch) -> None:
    """“Over” takes a second and moves nothing."""
    monkeypatch.setitem(motions.MOTIONS, "over", lambda session, folded: time.sleep(1))  # type: ignore[arg-type]


def test_of_many_steps_that_are_asked_for_while_one_is_done_one_waits(window, long_over, qtbot) -> None:
    window.do("over")
    qtbot.wait(100)
    for _ in range(50):
        window.do("step")
    settle(window)
    assert position(window) == 1


def test_of_edits_that_are_asked_for_while_one_is_done_none_is_lost(window, long_over) -> None:
    window.do("over")
    for column in range(4):
        window.bridge.ask(Assign("W1", (0, column), 3.0))
    settle(window)
    assert window.desk.moved.edits == 4
    assert window.desk.moved.moment.values["W1"].cells[0].tolist() == [3.0, 3.0, 3.0, 3.0]


def test_the_window_says_that_it_computes_although_keys_are_pressed(window, long_over, qtbot) -> None:
    window.do("over")
    for _ in range(10):
        qtbot.wait(50)
        window.do("step")
    assert "Computing" in window.statusBar().currentMessage()
    settle(window)
    assert not window.statusBar().currentMessage()


@pytest.mark.parametrize("patience", [1, 2, 3, 10])
def test_a_jump_that_is_stopped_ends_with_an_iteration_whenever_that_is(patience) -> None:
    asked = iter(range(patience))
    with gs.open("xor") as session:
        assert not motions.jump(session, 1000, lambda: next(asked, None) is None)
        assert session.position == 19 * patience


def test_a_step_that_is_asked_for_comes_before_what_explains_the_last_one(window, long_over, qtbot) -> None:
    told: list[str] = []
    window.bridge.moved.connect(lambda moved: told.append(f"at {moved.moment.position}"))
    window.bridge.explained.connect(lambda explained: told.append(f"explained {explained.position}"))
    window.do("over")
    qtbot.wait(100)
    window.bridge.ask(AskExplanation("en", "kernel"))
    window.do("step")
    settle(window)
    assert told[:2] == ["at 0", "at 1"]
    assert set(told[2:]) == {"explained 1"}
