"""The window has as much of a run kept as the settings say."""

from __future__ import annotations

from typing import Any

from graphscope.service.requests import Open
from graphscope.service.tasks.memory import MemoryLimited
from tests.gui.conftest import settle


def told(window: Any) -> list[MemoryLimited]:
    """What the engine says from now on of how much it keeps."""
    found: list[MemoryLimited] = []
    window.bridge.listen(MemoryLimited, found.append)
    return found


def test_a_model_is_opened_with_the_memory_of_the_settings(opened) -> None:
    window = opened(None, memory="128 MB")
    answers = told(window)
    window.bridge.ask(Open("xor"))
    settle(window)
    assert [answer.limit for answer in answers] == [128 * 2**20]


def test_a_new_setting_holds_for_the_run_that_is_open(opened) -> None:
    window = opened("xor")
    answers = told(window)
    window.settings["memory"] = "2 GB"
    settle(window)
    assert [answer.limit for answer in answers] == [2 * 2**30]


def test_a_size_that_was_given_with_the_model_stays_until_the_setting_is_changed(opened) -> None:
    window = opened(None, memory="128 MB")
    answers = told(window)
    window.bridge.ask(Open("xor", options={"memory": "1 MB"}))
    settle(window)
    assert answers == []
    window.settings["memory"] = "8 GB"
    settle(window)
    assert [answer.limit for answer in answers] == [8 * 2**30]
