"""The window tells the engine its breakpoints by their texts, and is told what became of them."""

from __future__ import annotations

import pytest

import graphscope as gs
from graphscope.backends.base import open_backend
from graphscope.debug.session import Session
from graphscope.service import codec
from graphscope.service.requests import Answer, Failed, Move, Moved, Open
from graphscope.service.tasks.breakpoints import (
    AskBreakpoints,
    BreakpointsTold,
    BreakpointTold,
    Continue,
    SetBreakpoints,
)
from graphscope.service.worker import Worker


@pytest.fixture
def worker() -> Worker:
    with gs.open("xor") as opened:
        model = opened.model
    made = Worker(lambda _: Session(model, open_backend("numpy")))
    list(made.answers(Open("xor")))
    return made


def told(worker: Worker, *texts: str, ask: bool = False) -> tuple[BreakpointTold, ...]:
    request = AskBreakpoints(texts) if ask else SetBreakpoints(texts)
    (answer,) = worker.answers(request)
    assert isinstance(answer, BreakpointsTold)
    assert answer.request == request
    return answer.breakpoints


def moved(worker: Worker, request: Move | Continue) -> Moved:
    *_, answer = worker.answers(request)
    assert isinstance(answer, Moved)
    return answer


def placed(worker: Worker) -> list[str]:
    assert worker.session is not None
    return [str(point) for point in worker.session.breakpoints]


def test_what_is_set_is_told_with_where_it_is(worker: Worker) -> None:
    plain, off, conditional = told(worker, "node:m2", "off op:tanh", "group:hidden if loss > 1")
    assert (plain.text, plain.enabled, plain.values, plain.hits) == ("node:m2", True, ("m2",), 0)
    assert (off.text, off.enabled, off.values) == ("op:Tanh", False, ("h",))
    assert (conditional.condition, conditional.groups) == ("loss > 1", (("hidden",),))
    assert {each.past for each in (plain, off, conditional)} == {None}


def test_setting_others_takes_away_those_that_are_not_wanted(worker: Worker) -> None:
    told(worker, "nan", "node:m2", "op:Tanh")
    told(worker, "off nan", "op:Tanh", "node:h")
    assert placed(worker) == ["off nan", "op:Tanh", "node:h"]


def test_hits_stay_while_others_come_and_go(worker: Worker) -> None:
    told(worker, "node:m2")
    assert str(moved(worker, Move("run")).stopped) == "Stopped at the breakpoint node:m2."
    (kept, _) = told(worker, "node:m2", "node:h")
    assert kept.hits == 1
    assert str(kept.past) == "would have stopped at 5 (1 of 5 steps)"


def test_one_without_a_place_is_told_with_the_reason_and_the_others_are_set(worker: Worker) -> None:
    lost, unread, kept = told(worker, "node:m9", "nonsense", "node:m2")
    assert "did you mean" in str(lost.problem)
    assert "is no breakpoint" in str(unread.problem)
    assert kept.problem is None
    assert placed(worker) == ["nan", "node:m2"]


def test_asking_sets_nothing(worker: Worker) -> None:
    (only,) = told(worker, "node:m2", ask=True)
    assert only.hits == 0
    assert placed(worker) == ["nan"]


def test_going_on_crosses_iterations(worker: Worker) -> None:
    told(worker, "iteration:40")
    answer = moved(worker, Continue())
    assert (answer.moment.position, str(answer.stopped)) == (
        40 * 19,
        "Stopped at the breakpoint iteration:40.",
    )
    back = moved(worker, Continue(backward=True))
    assert (back.moment.position, str(back.stopped)) == (0, "Stopped at the start of the iteration.")


def test_going_on_ends_when_nobody_wants_it_any_more() -> None:
    with gs.open("xor") as opened:
        model = opened.model
    worker = Worker(lambda _: Session(model, open_backend("numpy")), unwanted=lambda: True)
    list(worker.answers(Open("xor")))
    answer = moved(worker, Continue())
    assert answer.moment.position % 19 == 0
    assert answer.moment.position > 0
    assert str(answer.stopped).startswith("Stopped as you asked")


def test_a_condition_that_fails_on_the_way_leaves_the_run_where_it_failed() -> None:
    from tests.engine.examples import shuffled

    worker = Worker(lambda _: Session(shuffled(), open_backend("numpy")))
    list(worker.answers(Open("shuffled")))
    told(worker, "node:dropped if dropped[2, 0] > 1000")
    where, failed = worker.answers(Continue())
    assert isinstance(where, Moved)
    assert isinstance(failed, Failed)
    assert "no element" in str(failed.error)


@pytest.mark.parametrize("texts", [(), ("nan", "node:m2 if loss > 1", "node:m9", "group:hidden")])
def test_everything_crosses_to_another_process(worker: Worker, texts: tuple[str, ...]) -> None:
    list(worker.answers(Move("run")))
    answers: list[Answer] = [*worker.answers(SetBreakpoints(texts))]
    for value in (SetBreakpoints(texts), AskBreakpoints(texts), Continue(backward=True), *answers):
        body, arrays = codec.encode(value)
        assert codec.decode(body, bytearray(b"".join(arrays))) == value


def test_nothing_is_told_where_no_model_is_open() -> None:
    worker = Worker(lambda _: pytest.fail("nothing is opened"))
    for request in (SetBreakpoints(("nan",)), AskBreakpoints(("nan",)), Continue()):
        assert list(worker.answers(request)) == []
