"""A free run in the window: asked for in a dialog, told while it goes on, and stopped by whatever one does next."""

from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from graphscope.app.settings import Settings
from graphscope.debug.free_run import Goal
from graphscope.gui.application import application
from graphscope.gui.conductors.free_run import FreeRunning
from graphscope.gui.dialogs.free_run import FreeRunDialog
from graphscope.gui.window import Window
from graphscope.service.requests import Assign, Move, Open, Restarted
from graphscope.service.tasks.free_run import FreeRun, Progress
from tests.gui.conftest import engine_process, position, settle

STEPS = 19
CONTROL = Qt.KeyboardModifier.ControlModifier


def running(window: Window) -> FreeRunning:
    found = window.findChild(FreeRunning)
    assert found is not None
    return found


def dialog(window: Window) -> FreeRunDialog:
    """The dialog, opened by its key."""
    window.canvas.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F5, CONTROL)
    found = window.findChild(FreeRunDialog)
    assert found is not None
    return found


def begin(window: Window, qtbot) -> list[Progress]:
    """Start a run without an end, and wait until it tells how it comes on."""
    told: list[Progress] = []
    window.bridge.listen(Progress, told.append)
    window.do("free_run_on")
    qtbot.waitUntil(lambda: len(told) > 2, timeout=20_000)
    return told


def test_a_number_of_iterations_is_run(window):
    asked = dialog(window)
    QTest.keyClicks(asked.iterations, "25")
    QTest.keyClick(asked.iterations, Qt.Key.Key_Return)
    settle(window)
    assert position(window) == 25 * STEPS
    assert "25" in window.message.sentence.text()


def test_a_condition_is_run_to(window):
    asked = dialog(window)
    asked.iterations.clear()
    QTest.keyClicks(asked.until, "loss < 0.6")
    QTest.keyClick(asked.until, Qt.Key.Key_Return)
    settle(window)
    assert window.desk.moved.moment.loss < 0.6
    assert "loss < 0.6 holds" in window.message.sentence.text()


def test_the_dialog_remembers_what_was_asked_for(window):
    asked = dialog(window)
    asked.iterations.setText("3")
    QTest.keyClicks(asked.until, "loss < 0")
    asked.start.click()
    settle(window)
    again = dialog(window)
    assert (again.iterations.text(), again.until.text()) == ("3", "loss < 0")


@pytest.mark.parametrize(
    ("typed", "column", "word"),
    [("loss <", 7, "expected"), ("1 < los", 5, "los"), ("W1 > 0", 1, "any"), ("loss = 1", 6, "==")],
)
def test_what_is_wrong_with_a_condition_stands_below_the_place(window, typed, column, word):
    asked = dialog(window)
    QTest.keyClicks(asked.until, typed)
    settle(window)
    assert word in asked.trouble.text()
    assert f"column {column}" in asked.trouble.text()
    assert asked.caret.text().index("▲") == column - 1
    assert not asked.start.isEnabled()
    QTest.keyClick(asked.until, Qt.Key.Key_Return)
    settle(window)
    assert position(window) == 0


def test_a_condition_that_is_put_right_can_be_run(window):
    asked = dialog(window)
    QTest.keyClicks(asked.until, "los < 1")
    settle(window)
    asked.until.setText("loss < 1")
    settle(window)
    assert asked.start.isEnabled()
    assert not asked.trouble.isVisible()


def test_every_example_fits_the_model(window):
    asked = dialog(window)
    assert len(asked.presets) >= 3
    for chip in asked.presets:
        chip.click()
        settle(window)
        assert asked.until.text() == chip.text()
        assert asked.start.isEnabled()


def test_the_status_bar_tells_how_it_comes_on_and_nothing_afterwards(window, qtbot):
    begin(window, qtbot)
    strip = running(window).strip
    assert strip.isVisible()
    assert "a second" in strip.told.text()
    assert "loss" in strip.told.text()
    window.bridge.stop()
    settle(window)
    assert not strip.isVisible()
    assert "as you asked" in window.message.sentence.text()


def test_the_graph_moves_while_it_goes_on(window, qtbot):
    begin(window, qtbot)
    seen: list[int] = []
    window.bridge.moved.connect(lambda moved: seen.append(moved.moment.position))
    qtbot.waitUntil(lambda: len(seen) > 1, timeout=20_000)
    assert 0 < seen[0] < seen[1]
    window.bridge.stop()
    settle(window)


def test_its_button_stops_it(window, qtbot):
    begin(window, qtbot)
    qtbot.waitUntil(window.orders["stop"].isEnabled, timeout=20_000)
    QTest.mouseClick(running(window).strip.stop, Qt.MouseButton.LeftButton)
    settle(window)
    assert window.bridge.idle


@pytest.mark.parametrize("request_", [Move("back"), Assign("W1", (0, 0), 0.5)])
def test_whatever_is_asked_for_next_ends_it(window, qtbot, request_):
    told = begin(window, qtbot)
    window.bridge.ask(request_)
    settle(window)
    done = told[-1].done
    assert window.bridge.idle
    assert position(window) in (done * STEPS, done * STEPS - 1)


def test_another_free_run_takes_its_place(window, qtbot):
    begin(window, qtbot)
    window.bridge.ask(FreeRun(Goal(iterations=2)))
    settle(window)
    assert "2 iterations" in window.message.sentence.text()


def test_a_window_can_be_closed_while_it_goes_on(window, qtbot):
    begin(window, qtbot)
    window.close()
    assert not window.isVisible()


def test_a_problem_is_told_as_one(window):
    window.bridge.ask(Assign("W1", (0, 0), 3e38))
    settle(window)
    window.bridge.ask(Assign("W1", (1, 0), 3e38))
    settle(window)
    window.do("free_run_on")
    settle(window)
    assert window.desk.moved.moment.problem is not None
    assert window.message.property("kind") == "alarm"


def test_it_speaks_korean(opened):
    window = opened(language="ko")
    asked = dialog(window)
    assert asked.heading.text() == "자유 실행"
    QTest.keyClicks(asked.until, "loss <")
    assert "7번째 글자" in asked.trouble.text()
    asked.close()
    window.bridge.ask(FreeRun(Goal(iterations=3)))
    settle(window)
    assert "3번 반복하고 멈췄습니다" in window.message.sentence.text()


def test_no_old_numbers_are_explained_beside_a_graph_that_runs_on(window, qtbot) -> None:
    window.do("step")
    settle(window)
    window.docks.show("inspector")
    settle(window)
    page, inspector = window.docks.panel("explain")._page, window.docks.panel("inspector")
    before = page.plain_text()
    begin(window, qtbot)
    qtbot.waitUntil(lambda: "Running…" in page.plain_text(), timeout=20_000)
    qtbot.waitUntil(lambda: "when the run stands still" in inspector._empty.text(), timeout=20_000)
    window.do("stop")
    settle(window)
    qtbot.waitUntil(lambda: "Running…" not in page.plain_text(), timeout=20_000)
    qtbot.waitUntil(lambda: inspector._stack.currentIndex() == 0, timeout=20_000)
    assert "step 19 of 19" in page.plain_text()
    assert page.plain_text() != before


def test_an_engine_that_dies_on_the_way_is_led_back_to_what_was_shown_last(qtbot, tmp_path):
    application()
    settings = Settings(tmp_path / "settings")
    settings["language"] = "en"
    window = Window(settings)  # with an engine in a process of its own
    qtbot.addWidget(window)
    window.show()
    window.bridge.ask(Open("xor"))
    settle(window)
    begin(window, qtbot)
    restarted: list[Restarted] = []
    window.bridge.listen(Restarted, restarted.append)
    os.kill(engine_process(window), signal.SIGTERM)
    qtbot.waitUntil(lambda: bool(restarted), timeout=20_000)
    settle(window)
    assert not running(window).strip.isVisible()
    assert position(window) == restarted[0].position
    assert not window.desk.curves.live
    window.close()
