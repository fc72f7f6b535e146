"""What opens when the program starts, and what is there when it cannot be opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from graphscope.app import cli
from graphscope.app.settings import Settings
from graphscope.gui import application
from graphscope.gui.window import Window


@pytest.fixture
def started(qapp) -> Iterator[Callable[..., Window]]:
    """Starts the program with these words, waits until it stands still, and ends it."""
    qapp.setQuitOnLastWindowClosed(False)  # the request to quit would reach the next test

    def start(*words: str) -> Window:
        seen: list[Window] = []

        def look() -> None:
            shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
            seen.extend(each for each in shown if isinstance(each, Window))
            application.wait(seen[0])
            seen[0].close()
            QApplication.exit()

        QTimer.singleShot(0, look)
        assert application.run(cli.parse(words)) == 0
        return seen[0]

    yield start
    qapp.setQuitOnLastWindowClosed(True)


def name(window: Window) -> str:
    return window.desk.opened.model.name if window.desk.opened else ""


def test_the_apple_shop_opens_where_nothing_is_named(started) -> None:
    window = started()
    assert name(window) == "apple shop"
    assert window.windowTitle() == "apple shop – GraphScope"
    assert window.desk.moved.moment.position == 0


def test_what_the_command_line_asks_for_reaches_the_run(started) -> None:
    window = started("xor", "--dtype", "float64", "--seed", "3", "--optimizer", "adam")
    assert window.desk.opened.floating == "float64"
    assert window.desk.opened.model.optimizer.name == "Adam"
    assert window.desk.opened.request.options["seed"] == 3


def test_the_last_model_opens_again_where_that_is_wished(started) -> None:
    started("fan_out")
    assert name(started()) == "apple shop"
    Settings()["reopen"] = True
    started("fan_out")
    assert name(started()) == "fan-out"


def test_a_model_that_cannot_be_opened_leaves_the_samples_and_a_sentence(started) -> None:
    window = started("no_such_model")
    assert name(window) == ""
    assert window._stack.currentWidget() is window._samples
    assert "no_such_model" in window.message.sentence.text()
