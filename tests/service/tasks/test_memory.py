"""Changing how much memory a run may take while it is open."""

from __future__ import annotations

from graphscope.app.engine import open_session
from graphscope.service.requests import Move, Open
from graphscope.service.tasks.memory import LimitMemory, MemoryLimited
from graphscope.service.worker import Worker


def test_less_memory_drops_what_is_too_much_and_nothing_is_lost() -> None:
    worker = Worker(open_session)
    list(worker.answers(Open("xor")))
    session = worker.session
    assert session is not None
    session.iterate(100)
    session.seek(50)
    before, kept = session.fingerprint(), session.history.shelf.bytes
    answers = list(worker.answers(LimitMemory(10_000)))
    assert [type(answer) for answer in answers] == [MemoryLimited]
    assert isinstance(answers[0], MemoryLimited)
    assert answers[0].limit == session.memory == 10_000
    assert answers[0].kept < kept / 2
    assert session.fingerprint() == before
    list(worker.answers(Move("step")))
    worker.close()


def test_without_a_model_there_is_nothing_to_limit() -> None:
    assert list(Worker(open_session).answers(LimitMemory(10_000))) == []
