"""A free run goes on until it has gone far enough, a condition holds, or something goes wrong, and says which."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

import graphscope as gs
from graphscope.backends.base import open_backend
from graphscope.debug import free_run
from graphscope.debug.free_run import FreeRun, Goal
from graphscope.debug.session import Session
from graphscope.errors import ExpressionError, InputError


@pytest.fixture
def xor():
    with gs.open("xor") as session:
        yield session


def growing(rate: float = 3.0, *, memory: int = 2**20) -> Session:
    """w doubles its distance from 0 again and again, until it overflows."""
    g = gs.Builder("growing")
    w = g.parameter("w", np.array(1.0, dtype="float32"))
    g.loss(g.call(gs.ops.Mul(), w, w))
    g.optimizer(gs.optimizers.SGD(lr=rate))
    ticks = count()
    return Session(g.build(), open_backend("numpy"), memory=memory, clock=lambda: next(ticks) * 1e-4)


def batches(samples: int = 10, batch: int = 4) -> Session:
    """A model whose data takes three iterations."""
    g = gs.Builder("batches")
    x = g.input("x", ("batch",), gradient=False)
    w = g.parameter("w", np.array(1.0))
    g.loss(g.call(gs.ops.ReduceMean(), (x - w) * (x - w)))
    g.optimizer(gs.optimizers.SGD(lr=0.1))
    g.feed({"x": np.arange(float(samples))}, batch=batch)
    return gs.open(g.build())


def test_it_goes_as_many_iterations_as_are_asked_for(xor):
    ending = xor.free_run(25)
    assert (ending.reason, ending.iterations) == ("iterations", 25)
    assert xor.position == ending.position == 25 * len(xor.iteration_steps)
    assert str(ending.told) == "Stopped after 25 iterations, as asked."


def test_it_computes_what_iterations_one_by_one_compute(xor):
    xor.free_run(30)
    with gs.open("xor") as other:
        other.iterate(30)
        assert xor.fingerprint() == other.fingerprint()


def test_it_stops_at_the_end_of_the_first_iteration_where_the_condition_holds(xor):
    ending = xor.free_run(until="loss < 0.5")
    losses = xor.losses()
    assert ending.reason == "condition"
    assert losses[-1] < 0.5 <= min(losses[:-1])
    assert xor.loss == losses[-1]
    assert "loss < 0.5 holds" in str(ending.told)


def test_a_condition_may_ask_for_values_and_gradients(xor):
    ending = xor.free_run(1000, until="norm(grad(W1)) < 0.1 and iteration >= 2")
    assert ending.reason == "condition"
    assert np.linalg.norm(xor.gradient("W1")) < 0.1
    assert xor.last.iteration == 3


def test_the_number_of_iterations_bounds_a_condition_that_never_holds(xor):
    ending = xor.free_run(7, until="loss < 0")
    assert (ending.reason, ending.iterations) == ("iterations", 7)


@pytest.mark.parametrize("text", ["loss <", "los < 1", "loss = 1", "W1 > 0"])
def test_a_condition_that_cannot_be_one_is_refused_before_anything_runs(xor, text):
    with pytest.raises(ExpressionError, match="column"):
        xor.free_run(3, until=text)
    assert xor.position == xor.reached == 0


def test_fewer_than_no_iterations_are_refused(xor):
    with pytest.raises(InputError, match="number of iterations"):
        xor.free_run(-1)


def test_no_iterations_are_none(xor):
    assert xor.free_run(0).iterations == xor.position == 0


def test_in_the_middle_of_an_iteration_its_rest_counts_as_one(xor):
    xor.step(5)
    xor.free_run(2)
    assert xor.position == 2 * len(xor.iteration_steps)


def test_what_has_been_computed_is_walked_through_again(xor):
    xor.iterate(9)
    losses = xor.losses()
    xor.seek(0)
    ending = xor.free_run(until=f"loss <= {losses[4]!r}")
    assert xor.last.iteration == next(i for i, loss in enumerate(losses) if loss <= losses[4])
    assert xor.losses() == losses
    assert ending.iterations == xor.last.iteration + 1


def test_it_goes_to_the_end_of_the_data():
    session = batches()
    ending = session.free_run(data=True)
    assert (ending.reason, ending.iterations) == ("end of the data", 3)
    session.iterate()
    assert session.free_run(data=True).iterations == 2
    assert session.last is not None
    assert session.last.iteration == 5


def test_data_that_is_used_whole_ends_with_each_iteration(xor):
    assert xor.free_run(data=True).iterations == 1


def test_fewer_iterations_than_the_data_has_batches_come_first():
    ending = batches().free_run(2, data=True)
    assert (ending.reason, ending.iterations) == ("iterations", 2)


# ---- what goes wrong ---------------------------------------------------------------------------------------


def first_problem(session: Session) -> int:
    """Where steps one by one meet the first problem."""
    while session.problem() is None:
        session.step()
    return session.position


@pytest.mark.parametrize("rate", [3.0, 0.9e38, 1e30])
def test_it_ends_at_the_very_step_that_made_the_first_number_that_is_not_finite(rate):
    session = growing(rate)
    ending = session.free_run(1000)
    assert ending.reason == "problem"
    assert ending.position == session.position == first_problem(growing(rate))
    assert session.problem() == ending.problem
    assert ending.problem is not None
    assert ending.told == ending.problem.sentence


def test_it_finds_the_first_step_though_the_arrays_of_that_time_were_dropped():
    session = growing(3.0, memory=100)
    assert session.free_run(1000).position == first_problem(growing(3.0))


def test_what_is_not_finite_is_passed_by_where_that_is_wished():
    session = growing(3.0)
    ending = session.free_run(300, problems=False)
    assert (ending.reason, ending.iterations) == ("iterations", 300)
    assert session.loss is not None
    assert np.isnan(session.loss)


def test_what_was_wrong_before_does_not_end_it():
    session = growing(3.0)
    session.free_run(300, problems=False)
    assert session.free_run(70).reason == "iterations"
    assert session.position == 370 * len(session.iteration_steps)


def test_a_condition_that_holds_after_a_problem_comes_second():
    session = growing(3.0)
    assert session.free_run(until="isnan(loss)").reason == "problem"


def test_a_condition_that_asks_for_nan_is_met_where_problems_are_passed_by():
    session = growing(3.0)
    assert session.free_run(until="isnan(loss)", problems=False).reason == "condition"
    assert session.loss is not None
    assert np.isnan(session.loss)


# ---- driving it --------------------------------------------------------------------------------------------


def test_progress_is_told_after_each_iteration(xor):
    told: list[int] = []
    xor.free_run(4, progress=told.append)
    assert told == [1, 2, 3]


def test_whoever_drives_it_can_stop_it(xor):
    run = FreeRun(xor, Goal())
    for _ in range(12):
        assert run.advance() is None
    ending = run.stop()
    assert (ending.reason, ending.iterations) == ("stopped", 12)
    assert run.target is None


def test_many_iterations_can_be_done_at_a_time_and_never_too_many(xor):
    run = FreeRun(xor, Goal(iterations=25))
    assert run.advance(10) is None
    assert run.done == 10
    assert run.advance(10) is None
    ending = run.advance(10)
    assert ending is not None
    assert (ending.reason, ending.iterations) == ("iterations", 25)


def test_a_condition_is_asked_after_each_iteration_however_many_are_done_at_a_time(xor):
    run = FreeRun(xor, Goal(until="iteration >= 7"))
    while (ending := run.advance(10)) is None:
        continue
    assert ending.iterations == 8


def test_it_looks_for_problems_often_where_iterations_are_slow(monkeypatch):
    session = growing(3.0)
    session.history.machine.clock = lambda: session.position * 0.05
    run = FreeRun(session, Goal())
    looks: list[int] = []
    look = run.look
    monkeypatch.setattr(run, "look", lambda: looks.append(run.done) or look())
    for _ in range(5):
        run.advance()
    assert looks == [1, 2, 3, 4, 5]


def test_a_model_without_a_loss_runs_freely_too():
    g = gs.Builder("forward")
    x = g.input("x", (3,))
    g.output(g.call(gs.ops.Exp(), x))
    g.feed({"x": [1.0, 2.0, 3.0]})
    with gs.open(g.build()) as session:
        assert free_run.run(session, Goal(iterations=70)).reason == "iterations"


# ---- breakpoints -------------------------------------------------------------------------------------------


def test_a_breakpoint_on_the_way_ends_it(xor):
    xor.breakpoints.add("node:m2@backward if iteration >= 3")
    ending = xor.free_run(10)
    assert (ending.reason, ending.iterations) == ("breakpoint", 3)
    assert xor.last.iteration == 3
    assert xor.last.node == "m2"
    assert "m2" in str(ending.told)


def test_it_goes_on_from_a_breakpoint(xor):
    xor.breakpoints.add("iteration:2")
    assert xor.free_run(10).reason == "breakpoint"
    assert xor.free_run(10).reason == "iterations"
    assert xor.last.iteration == 11


def test_a_breakpoint_that_is_off_is_passed_by(xor):
    xor.breakpoints.add("off node:m2")
    assert xor.free_run(3).reason == "iterations"


def test_whether_nan_ends_it_is_left_to_the_breakpoint_on_nan():
    session = growing(3.0)
    session.breakpoints.enable("nan", enabled=False)
    assert session.free_run(200).reason == "iterations"
    other = growing(3.0)
    assert other.free_run(200).reason == "problem"


def test_nan_ends_it_at_the_same_step_where_there_are_other_breakpoints():
    session = growing(3.0)
    session.breakpoints.add("iteration:900")
    assert session.free_run(1000).position == first_problem(growing(3.0))
    other = growing(3.0)
    other.breakpoints.add("iteration:200")
    assert other.free_run(1000, problems=False).reason == "breakpoint"
