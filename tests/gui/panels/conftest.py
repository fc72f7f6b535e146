"""A desk with a real bridge, and panels shown on it: what a window would do, without the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from graphscope.app.engine import start_here
from graphscope.app.settings import Settings
from graphscope.gui import fonts
from graphscope.gui.bridge import Bridge
from graphscope.gui.desk import Desk
from graphscope.gui.panel import Panel
from graphscope.service.requests import Move, Moved, Open, Request, Seek
from graphscope.view.palette import THEMES, ThemeName
from graphscope.view.text import Language, Text


class Stage:
    """Opens, moves, and waits for what that brings, as the window does."""

    def __init__(self, qtbot, desk: Desk) -> None:
        self.qtbot, self.desk, self.bridge = qtbot, desk, desk.bridge
        self.settles = True
        self.errors: list[object] = []
        self.bridge.opened.connect(desk.set_opened)
        self.bridge.closed.connect(lambda: desk.set_opened(None))
        self.bridge.moved.connect(self._moved)
        self.bridge.failed.connect(self.errors.append)

    def _moved(self, moved: Moved) -> None:
        self.desk.set_moved(moved)
        if self.settles:
            self.desk.settled.emit()

    @property
    def position(self) -> int:
        return self.desk.moved.moment.position if self.desk.moved else -1

    def ask(self, request: Request) -> None:
        self.bridge.ask(request)
        self.wait()

    def wait(self) -> None:
        """Until everything that was asked is answered, and what that led to be asked as well."""
        self.qtbot.waitUntil(lambda: self.bridge.idle)
        QApplication.processEvents()
        self.qtbot.waitUntil(lambda: self.bridge.idle)

    def open(self, sample: str = "xor") -> None:
        self.ask(Open(sample))

    def step(self, times: int = 1) -> None:
        for _ in range(times):
            self.ask(Move("step"))

    def seek(self, position: int) -> None:
        self.ask(Seek(position))

    def look(self, *, language: Language = "en", theme: ThemeName = "light") -> None:
        self.desk.set_look(Text(language), THEMES[theme])
        self.wait()

    def show(self, kind: type[Panel], width: int = 360, height: int = 700) -> Panel:
        panel = kind(self.desk)
        self.qtbot.addWidget(panel)
        panel.resize(QSize(width, height))
        with self.qtbot.waitExposed(panel):
            panel.show()
        self.wait()
        return panel


@pytest.fixture
def stage(qtbot, tmp_path) -> Iterator[Stage]:
    fonts.load_fonts()
    bridge = Bridge(start_here)
    made = Stage(qtbot, Desk(bridge, Settings(tmp_path)))
    yield made
    bridge.close(patience=5)


@pytest.fixture
def turn() -> Callable[..., None]:
    """Turns the wheel over a place of a widget; one notch up or down."""

    def made(widget: QWidget, place: QPoint, notches: int, keys=Qt.KeyboardModifier.NoModifier) -> None:
        event = QWheelEvent(
            place.toPointF(),
            widget.mapToGlobal(place).toPointF(),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    return made


def named(widget: QWidget) -> list[str]:
    """The controls of a panel that the keyboard reaches but no screen reader can tell."""
    kinds = [
        each
        for each in widget.findChildren(QWidget)
        if type(each) is not QWidget
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus  # a plain one does nothing
    ]
    return [
        type(each).__name__
        for each in kinds
        if not each.accessibleName() and not each.objectName().startswith("qt_") and each.isVisible()
    ]


@pytest.fixture
def unnamed() -> Callable[[QWidget], list[str]]:
    return named


def press(widget: QWidget, key: Qt.Key, times: int = 1) -> None:
    for _ in range(times):
        QTest.keyClick(widget, key)
