"""The window with the engine in its own process: it stays, says why the engine ended, and is where it was."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from graphscope.app.engine import start_process, start_with
from graphscope.app.settings import Settings
from graphscope.gui.application import application
from graphscope.gui.application import settle as come_to_rest
from graphscope.gui.bridge import Bridge
from graphscope.gui.conductors import engine as watch
from graphscope.gui.window import Window
from graphscope.service.requests import Open, Seek
from graphscope.service.tasks.calling import Call, Returned
from graphscope.service.tasks.free_run import FreeRun
from tests.gui.conftest import engine_process, position, press, settle
from tests.service.evil import PROGRAM, evil
from tests.service.test_process import EVIL_STEP


@pytest.fixture
def apart(qtbot, tmp_path) -> Iterator[Any]:
    """Opens windows whose engine has a process of its own."""
    made: list[Window] = []

    def make(source: object = "xor", *, language: str = "en") -> Window:
        application()
        settings = Settings(tmp_path / "settings")
        for key, answer in (("motion", "reduced"), ("language", language), ("theme", "light")):
            settings[key] = answer
        window = Window(settings, Bridge(start_process))
        made.append(window)
        window.resize(1440, 900)
        window.show()
        window.bridge.ask(Open(source, trust=True))  # type: ignore[arg-type]
        settle(window)
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()


def fingerprint(window: Window) -> str:
    found: list[Any] = []
    window.bridge.listen(Returned, found.append)
    window.bridge.ask(Call("fingerprint"))
    settle(window)
    return found[-1].value


def picture(window: Window) -> bytes:
    window.canvas.fit()  # a message above the canvas moves the view
    come_to_rest(window)
    image = window.canvas.grab().toImage()
    return bytes(image.constBits())


def test_an_engine_that_dies_while_nothing_is_asked_is_replaced_at_once(apart, qtbot) -> None:
    window = apart()
    for _ in range(9):
        press(window, Qt.Key.Key_Right)
    before, seen = fingerprint(window), picture(window)
    os.kill(engine_process(window), signal.SIGKILL)
    qtbot.waitUntil(lambda: "started again" in window.message.sentence.text(), timeout=10_000)
    settle(window)
    assert "led back to position 9" in window.message.sentence.text()
    assert position(window) == 9
    assert fingerprint(window) == before
    press(window, Qt.Key.Key_Right)
    assert not window.message.isVisible(), "it speaks of a position that the run has left"
    press(window, Qt.Key.Key_Left)
    settle(window)
    assert picture(window) == seen
    press(window, Qt.Key.Key_Right)
    assert position(window) == 10


def test_a_kernel_that_crashes_leaves_the_window_where_it_was(apart, tmp_path: Path) -> None:
    window = apart(evil(tmp_path, "segfault"))
    window.running.seek(EVIL_STEP)
    settle(window)
    press(window, Qt.Key.Key_Right)
    assert "signal 11, a kernel touched memory that is not its own" in window.message.sentence.text()
    assert window.message.details_button.isVisible()
    assert position(window) == EVIL_STEP
    press(window, Qt.Key.Key_Left)
    assert position(window) == EVIL_STEP - 1


def test_a_kernel_that_never_ends_can_be_ended_from_the_message(
    apart, tmp_path: Path, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PATIENCE", 200)
    window = apart(evil(tmp_path, "loop"))
    window.running.seek(EVIL_STEP)
    settle(window)
    window.do("step")
    qtbot.waitUntil(window.orders["stop"].isEnabled, timeout=10_000)
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(window.message.offer.isVisible, timeout=10_000)
    assert "nobody can interrupt a kernel" in window.message.sentence.text()
    assert window.message.offer.text() == f"End it, back to position {EVIL_STEP}"
    QTest.mouseClick(window.message.offer, Qt.MouseButton.LeftButton)
    settle(window)
    assert position(window) == EVIL_STEP
    assert (
        window.message.sentence.text()
        == f"The computation was ended, and the run was led back to position {EVIL_STEP}."
    )


def test_an_offer_goes_when_the_computation_has_stopped_by_itself(
    apart, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PATIENCE", 0)
    window = apart()
    window.bridge.ask(Seek(2_000_000))
    qtbot.waitUntil(window.orders["stop"].isEnabled, timeout=10_000)
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    settle(window)
    assert not window.message.isVisible()


def test_the_message_is_told_in_korean(apart, qtbot) -> None:
    window = apart(language="ko")
    os.kill(engine_process(window), signal.SIGKILL)
    qtbot.waitUntil(lambda: "다시 시작해서" in window.message.sentence.text(), timeout=10_000)
    settle(window)
    assert "위치 0" in window.message.sentence.text()


def test_a_window_that_closes_waits_for_no_kernel(apart, tmp_path: Path, qtbot) -> None:
    window = apart(evil(tmp_path, "hold"))
    window.running.seek(EVIL_STEP)
    settle(window)
    window.do("step")
    qtbot.wait(300)
    window.close()
    assert not window.bridge._thread.is_alive()


def test_an_engine_that_cannot_be_started_is_told_in_the_window(qtbot, tmp_path: Path) -> None:
    application()
    window = Window(Settings(tmp_path), Bridge(start_with("no-such-engine --now")))
    try:
        window.show()
        window.bridge.ask(Open("xor"))
        settle(window)
        assert "cannot be started with “no-such-engine --now”" in window.message.sentence.text()
    finally:
        window.close()
        window.deleteLater()


def test_a_program_that_ends_at_once_is_not_started_over_and_over(qtbot, tmp_path: Path) -> None:
    application()
    starts = tmp_path / "starts"
    bridge = Bridge(start_with(f"sh -c 'echo once >> {starts}; exit 255'"))
    try:
        bridge.warm()
        qtbot.wait(1000)
        assert starts.read_text() == "once\n"
        failures: list[Any] = []
        bridge.failed.connect(failures.append)
        bridge.ask(Open("xor"))
        qtbot.waitUntil(lambda: bool(failures), timeout=10_000)
        qtbot.wait(500)
        assert "it left with status 255" in str(failures[0].error)
        assert starts.read_text() == "once\n" * 2
    finally:
        bridge.close()


def test_a_window_that_closes_waits_for_no_engine_that_does_not_say_hello(qtbot, tmp_path: Path) -> None:
    application()
    window = Window(Settings(tmp_path), Bridge(start_with("sh -c 'sleep 1000; true'")))
    window.show()
    window.bridge.ask(Open("xor"))
    qtbot.wait(200)
    window.close()
    window.deleteLater()
    assert not window.bridge._thread.is_alive()


def test_a_window_that_closes_leads_no_engine_back(apart, tmp_path: Path, qtbot) -> None:
    starts = tmp_path / "starts"
    deed = "time.sleep(3600)"
    path = tmp_path / "slow.py"
    program = f"open({str(starts)!r}, 'a').write('once ')\n" + PROGRAM.format(deed=deed)
    path.write_text(program, encoding="utf-8")
    window = apart(path)
    before = starts.read_text()
    window.running.seek(EVIL_STEP)
    settle(window)
    window.do("step")
    qtbot.wait(200)
    window.close()
    assert not window.bridge._thread.is_alive()
    assert starts.read_text() == before


def test_a_free_run_stops_for_what_is_asked_the_moment_it_begins(qtbot) -> None:
    application()
    bridge = Bridge(start_process)
    moved: list[Any] = []
    bridge.moved.connect(moved.append)
    try:
        bridge.ask(Open("xor"))
        qtbot.waitUntil(lambda: bridge.idle, timeout=20_000)
        for _ in range(40):
            bridge.ask(FreeRun())
            while not isinstance(bridge.doing, FreeRun):
                pass
            bridge.ask(Seek(0))
            qtbot.waitUntil(lambda: bridge.idle, timeout=10_000)
            assert moved[-1].moment.position == 0
    finally:
        bridge.close()


def test_an_offer_is_not_made_for_what_is_done_after_what_was_to_stop(
    apart, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PATIENCE", 300)
    window = apart()
    window.bridge.ask(Seek(2_000_000_000))
    qtbot.waitUntil(window.orders["stop"].isEnabled, timeout=10_000)
    window.bridge.ask(Seek(1_000_000_000))
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    qtbot.wait(1000)
    assert not window.bridge.idle
    assert not window.message.isVisible()
    window.bridge.stop()
    settle(window)


def test_an_engine_that_dies_over_and_over_is_given_up_in_the_window(apart, qtbot) -> None:
    window = apart()
    press(window, Qt.Key.Key_Right)
    lost: set[int] = set()

    def given_up() -> bool:
        engine = window.bridge._engine._engine
        hello = getattr(engine, "hello", None)
        if window.bridge.idle and hello is not None and hello.process not in lost:
            lost.add(hello.process)
            os.kill(hello.process, signal.SIGKILL)
        return window.desk.opened is None

    qtbot.waitUntil(given_up, timeout=30_000)
    settle(window)
    assert "4 times in a row" in window.message.sentence.text()
    assert len(lost) == 4
    window.bridge.ask(Open("xor"))
    settle(window)
    assert position(window) == 0


def test_the_menu_of_a_window_lists_the_backends_of_the_engines_computer(
    qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphscope.gui.runtime.survey", lambda **_: pytest.fail("asked this computer"))
    application()
    window = Window(
        Settings(tmp_path), Bridge(start_with(f"{sys.executable} -m graphscope.app.engine"), far=True)
    )
    try:
        window.show()
        window.bridge.ask(Open("xor"))
        window.runtime.look()
        qtbot.waitUntil(lambda: window.desk.survey is not None, timeout=30_000)
        assert {each.name: each.available for each in window.desk.survey or ()}["numpy"]
    finally:
        window.close()
        window.deleteLater()


def test_a_window_that_closes_waits_for_no_survey_elsewhere(qtbot, tmp_path: Path) -> None:
    application()
    window = Window(
        Settings(tmp_path), Bridge(start_with(f"{sys.executable} -m graphscope.app.engine"), far=True)
    )
    window.show()
    window.runtime.look()
    qtbot.wait(200)
    window.close()
    window.deleteLater()
    assert not (window.runtime._thread and window.runtime._thread.is_alive())
