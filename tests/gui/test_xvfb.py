"""A whole iteration of XOR and back with the keys and the mouse of a real X server."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication

from graphscope.view.picture.hit import cell_rect
from tests.gui.conftest import position, settle

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed"),
]


def x(*words: object) -> None:
    subprocess.run(["xdotool", *map(str, words)], check=True)


@pytest.fixture
def on_screen(window, qtbot):
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("Qt does not run on the X server")
    window.move(0, 0)
    window.activateWindow()
    x("windowfocus", int(window.winId()))
    window.canvas.setFocus()
    settle(window)
    return window


def test_keys_step_through_the_iteration_and_back(on_screen, qtbot) -> None:
    window = on_screen
    for key, positions in (("Right", range(1, 20)), ("Left", range(18, -1, -1))):
        for expected in positions:
            x("key", key)
            qtbot.waitUntil(lambda expected=expected: position(window) == expected)
            settle(window)


def test_a_click_on_a_number_explains_it(on_screen, qtbot) -> None:
    window = on_screen
    window.running.seek(12)
    settle(window)
    window.canvas.centre("h")
    settle(window)
    picture = window.canvas.stage.picture
    home = picture.home("h")
    row = home.row("gradient", "h")
    cell, box = cell_rect(row, (1, 2)), picture.boxes[home.key]
    assert cell is not None
    place = window.canvas.camera.to_screen(box.x + cell.center[0], box.y + cell.center[1])
    spot = window.canvas.mapToGlobal(QPoint(round(place[0]), round(place[1])))
    x("mousemove", spot.x(), spot.y(), "click", 1)
    qtbot.waitUntil(lambda: window.desk.selection.index == (1, 2))
    assert (window.desk.selection.name, window.desk.selection.role) == ("h", "gradient")
