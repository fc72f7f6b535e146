"""The window is told where breakpoints would have stopped, position by position."""

from __future__ import annotations

import pytest

import graphscope as gs
from graphscope.backends.base import open_backend
from graphscope.debug.session import Session
from graphscope.debug.stops import KEPT
from graphscope.service import codec
from graphscope.service.requests import Move, Open, Seek
from graphscope.service.tasks.past_stops import AskPastStops, PastStopsTold
from graphscope.service.worker import Worker


@pytest.fixture
def worker() -> Worker:
    with gs.open("xor") as opened:
        model = opened.model
    made = Worker(lambda _: Session(model, open_backend("numpy")))
    list(made.answers(Open("xor")))
    return made


def asked(worker: Worker, *texts: str) -> tuple[tuple[int, ...], ...]:
    request = AskPastStops(texts)
    (answer,) = worker.answers(request)
    assert isinstance(answer, PastStopsTold)
    assert answer.request == request
    body, arrays = codec.encode(answer)
    assert codec.decode(body, bytearray(b"".join(arrays))) == answer
    return answer.positions


def test_nothing_is_told_before_anything_has_run(worker: Worker) -> None:
    assert asked(worker, "node:m1") == ((),)


def test_each_breakpoint_has_the_positions_at_which_it_would_have_stopped(worker: Worker) -> None:
    list(worker.answers(Seek(38)))
    assert asked(worker, "node:m2@backward", "iteration:1", "if loss > 1000") == ((11, 30), (19,), ())


def test_the_run_stays_where_it_is(worker: Worker) -> None:
    list(worker.answers(Seek(5)))
    asked(worker, "node:m1 if norm(m1) > 0")
    assert worker.session is not None
    assert worker.session.position == 5


def test_what_the_model_has_no_place_for_has_no_positions(worker: Worker) -> None:
    list(worker.answers(Move("step")))
    assert asked(worker, "node:nowhere", "op:Tanh") == ((), ())


def test_of_very_many_positions_the_first_are_told(worker: Worker) -> None:
    list(worker.answers(Seek(19 * 600)))
    (found,) = asked(worker, "node:m1")
    assert len(found) == KEPT
    assert found[:2] == (2, 14)
