"""What went wrong while nobody looked is found at the step that did it, also where the loss shows nothing of it."""

from __future__ import annotations

import numpy as np
import pytest

import graphscope as gs
from graphscope.debug.lookout import Lookout, not_finite
from graphscope.debug.session import Session
from graphscope.engine.step import Ref


def masked(limit: float = 1.0) -> Session:
    """w grows until its cube overflows, which a minimum hides from the loss and the gradient."""
    g = gs.Builder("masked")
    w = g.parameter("w", np.array(1e12, dtype="float32"))
    cube = g.call(gs.ops.Mul(), w, g.call(gs.ops.Mul(), w, w), name="cube")
    hidden = g.call(gs.ops.Minimum(), cube, g.constant("limit", np.array(limit, dtype="float32")))
    g.loss(hidden - w * 1e-6)
    g.optimizer(gs.optimizers.SGD(lr=1e16))
    return gs.open(g.build())


def test_what_is_hidden_from_the_loss_is_found_where_it_began():
    with masked() as session, masked() as slow:
        while slow.problem() is None:
            slow.step()
        lookout = Lookout(session)
        assert slow.last is not None
        first = slow.last.iteration
        session.iterate(first + 20)
        assert session.loss is not None
        assert np.isfinite(session.loss)
        problem = lookout.look(first + 20)
        assert problem is not None
        assert session.position == problem.position == slow.position
        assert "cube" in str(problem.sentence)


def test_a_mask_of_infinities_is_no_problem_and_stops_nothing():
    g = gs.Builder("mask")
    w = g.parameter("w", np.zeros(3))
    hidden = w + g.constant("mask", np.array([0.0, -np.inf, 0.0]))
    g.loss(g.call(gs.ops.ReduceSum(), g.call(gs.ops.Exp(), hidden)))
    g.optimizer(gs.optimizers.SGD(lr=0.1))
    with gs.open(g.build()) as session:
        assert not_finite_names(session) >= {"mask"}
        assert session.free_run(200).reason == "iterations"


def not_finite_names(session: Session) -> set[str]:
    session.iterate()
    return {ref.name for ref in not_finite(session, 0)}


def test_large_numbers_whose_squares_overflow_are_finite():
    g = gs.Builder("large")
    w = g.parameter("w", np.array([3e38, 1.0], dtype="float32"))
    g.loss(g.call(gs.ops.ReduceMax(), w))
    g.optimizer(gs.optimizers.SGD(lr=0.0))
    with gs.open(g.build()) as session:
        session.iterate()
        assert not_finite(session, 0) == frozenset()


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_named(number):
    with gs.open("xor") as session:
        session.iterate()
        session.set_value("W1", np.full((2, 4), number))
        session.iterate()
        assert Ref("value", "W1") in not_finite(session, 1)


def test_looking_twice_at_the_same_finds_nothing_new():
    with gs.open("xor") as session:
        lookout = Lookout(session)
        session.iterate(3)
        assert lookout.look(3) is None
        assert lookout.look(3) is None
        assert session.position == session.reached
