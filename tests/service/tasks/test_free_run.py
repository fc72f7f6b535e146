"""A free run tells how it comes on, at most 30 times a second, and where and why it ended."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np
import pytest

import graphscope as gs
from graphscope.backends.base import open_backend
from graphscope.debug.free_run import Goal
from graphscope.debug.session import Session
from graphscope.service.engine import LocalEngine
from graphscope.service.requests import Answer, Failed, Moved, Open
from graphscope.service.tasks.curves import AskCurves, CurvesTold, SeekIteration
from graphscope.service.tasks.free_run import FRAME, SHARE, FreeRun, Pace, Progress
from graphscope.service.worker import Worker


def worker(tick: float = 0.001, unwanted: Callable[[], bool] = lambda: False) -> Worker:
    """Has XOR open; every look at the clock takes ``tick`` seconds."""
    with gs.open("xor") as opened:
        model = opened.model
    ticks = count()
    made = Worker(lambda _: Session(model, open_backend("numpy"), clock=lambda: next(ticks) * tick), unwanted)
    list(made.answers(Open("xor")))
    return made


def session_of(made: Worker) -> Session:
    assert made.session is not None
    return made.session


def told(made: Worker, goal: Goal) -> list[Answer]:
    return list(made.answers(FreeRun(goal)))


def test_it_ends_with_where_it_is_and_why():
    *_, last = told(worker(), Goal(iterations=50))
    assert isinstance(last, Moved)
    assert last.moment.position == 50 * last.moment.length
    assert str(last.stopped) == "Stopped after 50 iterations, as asked."


def test_only_the_last_answer_says_that_it_has_stopped():
    *before, last = told(worker(), Goal(iterations=300))
    assert all(each.stopped is None for each in before if isinstance(each, Moved))
    assert isinstance(last, Moved)
    assert last.stopped is not None


def test_each_progress_brings_the_rows_that_are_new():
    made = worker()
    rows = [each.curves for each in told(made, Goal(iterations=300)) if isinstance(each, Progress)]
    assert len(rows) > 3
    assert [each.first for each in rows] == [0, *np.cumsum([len(each.loss) for each in rows])[:-1]]
    whole = session_of(made).curves()
    assert np.array_equal(np.concatenate([each.loss for each in rows]), whole.loss)
    assert np.array_equal(np.concatenate([each.norms["W1"] for each in rows]), whole.norms["W1"])


def test_progress_tells_how_far_it_is_and_how_fast():
    progress = [each for each in told(worker(), Goal(iterations=300)) if isinstance(each, Progress)]
    assert [each.done for each in progress] == sorted(each.done for each in progress)
    assert {each.target for each in progress} == {300}
    assert progress[-1].done == 300
    assert progress[-1].iteration == 299
    assert all(each.speed is not None and each.speed > 0 for each in progress)


def test_answers_come_at_most_thirty_times_a_second():
    made = worker()
    clock = session_of(made).history.machine.clock
    times = [clock() for each in made.answers(FreeRun(Goal(iterations=500))) if isinstance(each, Progress)]
    assert min(np.diff(times[:-1])) >= FRAME


def test_the_canvas_is_told_now_and_then_and_each_time_from_where_it_was():
    moved = [each for each in told(worker(), Goal(iterations=3000)) if isinstance(each, Moved)]
    assert len(moved) > 2
    assert [each.before for each in moved] == [0, *(each.moment.position for each in moved[:-1])]


def test_pictures_that_are_dear_come_less_often():
    now = [0.0]
    pace = Pace(lambda: now[0], SHARE)
    now[0] = 1.0
    assert pace.due()
    began, now[0] = 1.0, 1.1
    pace.spent(began)
    now[0] = 1.1 + 0.1 * (1 - SHARE) / SHARE - 1e-6
    assert not pace.due()
    now[0] += 2e-6
    assert pace.due()


def test_it_ends_soon_after_nobody_wants_it_any_more():
    asked = count()
    made = worker(unwanted=lambda: next(asked) >= 10)
    *_, last = told(made, Goal())
    assert isinstance(last, Moved)
    assert last.moment.iteration <= 11
    assert "as you asked" in str(last.stopped)


def test_a_problem_is_shown_where_it_happened():
    made = worker()
    session_of(made).iterate(3)
    session_of(made).set_value("W1", np.full((2, 4), 3e38))
    *_, last = told(made, Goal(iterations=100))
    assert isinstance(last, Moved)
    assert last.moment.problem is not None
    assert last.stopped == last.moment.problem.sentence


def test_a_condition_that_cannot_be_one_fails_and_moves_nothing():
    made = worker()
    (answer,) = told(made, Goal(until="los < 1"))
    assert isinstance(answer, Failed)
    assert "column 1" in str(answer.error)
    assert session_of(made).position == 0


def test_an_op_that_fails_on_the_way_leaves_the_iterations_before(monkeypatch):
    made = worker()
    iterate = session_of(made).iterate

    def fail(n: int) -> None:
        if session_of(made).position > 100:
            raise gs.GraphScopeError("no more")
        iterate(n)

    monkeypatch.setattr(session_of(made), "iterate", fail)
    moved, failed = told(made, Goal(iterations=100))[-2:]
    assert isinstance(moved, Moved)
    assert moved.moment.position > 100
    assert isinstance(failed, Failed)


def test_without_a_model_nothing_is_told():
    made = Worker(lambda _: pytest.fail("nothing is to be opened"))
    assert told(made, Goal(iterations=3)) == []
    assert list(made.answers(SeekIteration(0))) == []
    assert list(made.answers(AskCurves())) == []


def test_all_of_it_crosses_to_another_process():
    engine = LocalEngine(lambda _: gs.open("xor"))
    list(engine.answers(Open("xor")))
    progress, moved = list(engine.answers(FreeRun(Goal(iterations=20, until="loss < 0"))))[-2:]
    assert isinstance(progress, Progress)
    assert isinstance(moved, Moved)
    assert progress.curves.norms["W1"].shape == progress.curves.loss.shape == (20,)
    engine.close()


# ---- curves ------------------------------------------------------------------------------------------------


def test_only_the_rows_that_are_asked_for_are_told():
    made = worker()
    told(made, Goal(iterations=9))
    (answer,) = made.answers(AskCurves(6))
    assert isinstance(answer, CurvesTold)
    assert answer.curves.first == 6
    assert len(answer.curves.loss) == 3


@pytest.mark.parametrize(("asked", "iteration"), [(0, 0), (4, 4), (8, 8), (99, 8), (-3, 0)])
def test_seeking_an_iteration_goes_to_its_end(asked, iteration):
    made = worker()
    told(made, Goal(iterations=9))
    (moved,) = made.answers(SeekIteration(asked))
    assert isinstance(moved, Moved)
    assert moved.moment.iteration == iteration
    assert moved.moment.done == moved.moment.length


def test_before_the_first_iteration_is_done_the_start_is_all_that_can_be_gone_to():
    made = worker()
    session_of(made).step(4)
    (moved,) = made.answers(SeekIteration(0))
    assert isinstance(moved, Moved)
    assert moved.moment.position == 0
