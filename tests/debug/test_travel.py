"""Stepping over and out of scopes, and running to the next stop in both directions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphscope as gs
from graphscope import ops
from graphscope.debug.session import Session
from graphscope.model.model import Model
from tests.engine.examples import Failing, failing, nested, session, xor


def told(steps: tuple[Any, ...]) -> list[str]:
    return [f"{step.kind} {step.node or step.value or ''}".strip() for step in steps]


def test_over_runs_to_the_end_of_the_outermost_scope_that_the_next_step_opens() -> None:
    run = session(nested())
    assert told(run.over()) == ["data"]
    assert told(run.over()) == ["zero"]
    assert told(run.over()) == [
        "forward block1.a.mul",
        "forward block1.a.tanh",
        "forward block1.b.mul",
        "forward block1.b.tanh",
        "forward block1.square",
    ]
    assert told(run.over()) == ["forward block2.tanh"]
    assert told(run.over()) == ["forward reduce_sum"]
    assert told(run.over()) == ["seed reduce_sum"]
    assert told(run.over()) == ["backward reduce_sum"]
    assert told(run.over()) == ["backward block2.tanh"]
    assert len(run.over()) == 5


def test_inside_a_scope_over_goes_past_the_scopes_in_it_only() -> None:
    run = session(nested())
    run.step(3)
    assert run.last is not None
    assert run.last.node == "block1.a.mul"
    assert told(run.over()) == ["forward block1.a.tanh"]
    assert told(run.over()) == ["forward block1.b.mul", "forward block1.b.tanh"]
    assert told(run.over()) == ["forward block1.square"]


def test_over_spares_exactly_the_inner_steps_of_a_scope_but_one() -> None:
    single, over = session(xor()), session(xor())
    single.seek(2)
    over.seek(2)
    presses = 0
    while over.next.phase == "forward":
        over.over()
        presses += 1
    inner = sum(step.scope == ("hidden",) and step.kind == "forward" for step in over.iteration_steps)
    other = sum(step.scope == ("output",) and step.kind == "forward" for step in over.iteration_steps)
    assert presses == 6 - (inner - 1) - (other - 1)


def test_out_ends_after_the_last_step_of_the_innermost_scope() -> None:
    run = session(nested())
    run.step(3)
    assert told(run.out()) == ["forward block1.a.tanh"]
    assert told(run.out()) == ["forward block1.b.mul", "forward block1.b.tanh", "forward block1.square"]


def test_out_moves_nothing_where_there_is_no_scope_or_the_phase_ends() -> None:
    run = session(nested())
    assert run.out() == ()
    run.step(2)
    assert run.out() == ()
    run.seek(len([step for step in run.iteration_steps if step.phase in ("prepare", "forward")]))
    assert run.out() == ()


def test_into_a_primitive_moves_nothing() -> None:
    run = session(xor())
    run.step(2)
    assert run.into() == ()
    assert run.position == 2


def test_over_stays_within_the_phase() -> None:
    run = session(xor())
    run.seek([step.node for step in run.iteration_steps].index("W1"))
    assert told(run.over()) == ["update W1", "update b1"]
    assert told(run.over()) == ["update W2", "update b2"]
    assert told(run.over()) == ["data"]


def test_a_failure_on_the_way_keeps_what_was_done() -> None:
    g = gs.Builder("scoped")
    p = g.parameter("p", [1.0])
    with g.scope("block"):
        h = g.call(Failing(), g.call(ops.Tanh(), p))
    g.loss(g.call(ops.ReduceSum(), h))
    run = session(g.build())
    run.step(2)
    with failing("forward"), pytest.raises(gs.GraphScopeError):
        run.over()
    assert run.position == 3
    assert told(run.over()) == ["forward block.failing"]


# ---- running ----------------------------------------------------------------------------------------------


def chain(values: list[float]) -> Model:
    """exp, log, division and a sum of numbers chosen so that some are not finite."""
    g = gs.Builder("chain")
    p = g.parameter("p", values)
    e = g.call(ops.Exp(), p)
    quotient = e / (e - e + p)
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Tanh(), g.call(ops.Log(), quotient))))
    g.optimizer(ops.SGD(0.1))
    return g.build()


def stops_forward(run: Session, end: int) -> list[int]:
    found = []
    while run.position < end:
        found.append(run.run().position)
    return found


def stops_back(run: Session) -> list[int]:
    found = []
    while run.position > 0:
        found.append(run.run_back().position)
    return found


SOME = st.sampled_from([0.5, 1.0, -1.0, 0.0, 800.0, -800.0, np.nan, np.inf])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(SOME, min_size=1, max_size=4), st.integers(0, 20), SOME)
def test_running_back_stops_where_running_stops(values: list[float], where: int, injected: float) -> None:
    run = session(chain(values))
    run.seek(where)
    run.set_value("p", np.full(len(values), injected))
    end = 3 * len(run.iteration_steps)
    run.seek(0)
    forward = stops_forward(run, end)
    run.seek(end)
    backward = stops_back(run)
    assert forward[-1] == end
    assert backward == [*reversed(forward[:-1]), 0]


def test_a_run_says_why_it_stopped() -> None:
    run = session(chain([800.0]))
    stop = run.run()
    assert (stop.reason, stop.position) == ("problem", run.position)
    assert stop.problem is not None
    assert run.last is not None
    assert run.last.node == "exp"
    clean = session(xor())
    assert clean.run().reason == "end of the iteration"
    assert clean.position == 19
    clean.step()
    assert clean.run_back().reason == "end of the iteration"
    assert clean.position == 19
    assert clean.run_back().reason == "start of the iteration"
    assert clean.position == 0
