"""The whole window, with settings of its own and a sample open."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from graphscope.app.engine import start_here
from graphscope.app.settings import Settings
from graphscope.gui.application import application, wait
from graphscope.gui.bridge import Bridge
from graphscope.gui.window import Window
from graphscope.service.process import EngineProcess
from graphscope.service.requests import Open

Opener = Callable[..., Window]


@pytest.fixture
def opened(qtbot, tmp_path) -> Iterator[Opener]:
    """Opens windows; nothing moves in them unless asked."""
    made: list[Window] = []

    def make(source: object = "xor", *, trust: bool = False, **answers: str | bool) -> Window:
        application()
        settings = Settings(tmp_path / "settings")
        for key, answer in {"motion": "reduced", "language": "en", "theme": "light", **answers}.items():
            settings[key] = answer
        window = Window(settings, Bridge(start_here))
        made.append(window)
        window.resize(1440, 900)
        with qtbot.waitExposed(window):
            window.show()
        if source is not None:
            window.bridge.ask(Open(source, trust=trust))  # type: ignore[arg-type]
        settle(window)
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(opened: Opener) -> Window:
    return opened()


def engine_process(window: Window) -> int:
    """The process of a window's engine, where that is one of its own."""
    keeper = window.bridge._engine
    assert isinstance(keeper._engine, EngineProcess)
    assert keeper._engine.hello is not None
    return keeper._engine.hello.process


def settle(window: Window) -> None:
    wait(window)


def press(
    window: Window, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key where the graph has the focus, and wait for what it does."""
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, key, modifiers)
    settle(window)


def position(window: Window) -> int:
    return window.desk.moved.moment.position if window.desk.moved else -1
