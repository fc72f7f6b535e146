"""A whole iteration of XOR and back with the keys and the mouse of a real X server."""

# pyright: reportArgumentType=false

from __future__ import annotations

import shutil
import subprocess
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from graphscope.view.picture.halfway import at_level
from graphscope.view.picture.hit import cell_rect
from tests.gui.conftest import position, settle

pytestmark = pytest.mark.xvfb
needs_xdotool = pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed")


def x(*words: object) -> None:
    subprocess.run(["xdotool", *map(str, words)], check=True)


@pytest.fixture
def on_screen(window, qtbot):
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("Qt does not run on the X server")
    window.move(0, 0)
    window.activateWindow()
    if shutil.which("xdotool"):
        x("windowfocus", int(window.winId()))
    window.canvas.setFocus()
    settle(window)
    return window


def press_by_server(window, key: str) -> None:
    x("key", key)


def press_by_qt(window, key: str) -> None:
    QTest.keyClick(window.canvas, Qt.Key[f"Key_{key}"])


@pytest.mark.parametrize("press", [pytest.param(press_by_server, marks=needs_xdotool), press_by_qt])
@pytest.mark.parametrize(("forth", "back"), [("Right", "Left"), ("period", "comma")])
def test_keys_step_through_the_iteration_and_back(on_screen, qtbot, press, forth, back) -> None:
    window = on_screen
    seen = [window.canvas.grab().toImage()]
    for expected in range(1, 20):
        press(window, forth if press is press_by_server else forth.capitalize())
        qtbot.waitUntil(lambda expected=expected: position(window) == expected)
        settle(window)
        seen.append(window.canvas.grab().toImage())
    assert all(before != after for before, after in pairwise(seen))
    for expected in range(18, -1, -1):
        press(window, back if press is press_by_server else back.capitalize())
        qtbot.waitUntil(lambda expected=expected: position(window) == expected)
        settle(window)


@needs_xdotool
def test_a_click_on_a_number_explains_it(on_screen, qtbot) -> None:
    window = on_screen
    window.running.seek(12)
    settle(window)
    window.canvas.centre("h")
    settle(window)
    picture = window.canvas.stage.picture
    home = at_level(picture.home("h"), window.canvas.look().level)
    row = home.row("gradient", "h")
    cell, box = cell_rect(row, (1, 2)), picture.boxes[home.key]
    assert cell is not None
    place = window.canvas.camera.to_screen(box.x + cell.center[0], box.y + cell.center[1])
    spot = window.canvas.mapToGlobal(QPoint(round(place[0]), round(place[1])))
    x("mousemove", spot.x(), spot.y(), "click", 1)
    qtbot.waitUntil(lambda: window.desk.selection.index == (1, 2))
    assert (window.desk.selection.name, window.desk.selection.role) == ("h", "gradient")
