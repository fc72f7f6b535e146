"""The memory answers again without working, and forgets what was not asked for longest."""

from __future__ import annotations

from graphscope.view.layout.memory import Memory


def test_an_answer_is_worked_out_once() -> None:
    memory: Memory[str, str] = Memory(10, len)
    assert memory.get("question", lambda: "answer") == "answer"
    assert memory.get("question", lambda: "another") == "answer"


def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    memory: Memory[str, str] = Memory(10, len)
    memory.get("one", lambda: "1111")
    memory.get("two", lambda: "2222")
    memory.get("one", lambda: "worked out again")
    memory.get("three", lambda: "3333")
    assert memory.get("one", lambda: "worked out again") == "1111"
    assert memory.get("two", lambda: "worked out again") == "worked out again"


def test_an_answer_that_weighs_too_much_is_kept_until_the_next() -> None:
    memory: Memory[str, str] = Memory(3, len)
    memory.get("one", lambda: "1111")
    assert memory.get("one", lambda: "worked out again") == "1111"
    memory.get("two", lambda: "2")
    assert len(memory) == 1
