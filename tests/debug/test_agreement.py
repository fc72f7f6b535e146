"""A captured run is held to the numbers of its own framework."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope.model.captured import Captured


def model(loss=None, **gradients):
    g = gs.Builder("line", dtype="float64")
    x = g.input("x", (2, 1), gradient=False)
    w = g.parameter("w", [[3.0]])
    g.loss(g.call(gs.ops.ReduceSum(), x @ w))
    g.optimizer("sgd:0.1")
    g.feed({"x": [[1.0], [2.0]]})
    told = {"w": [[3.0]], **gradients}
    arrays = {name: np.asarray(each) for name, each in told.items()}
    return replace(g.build(), captured=Captured("PyTorch 9", 9.0 if loss is None else loss, arrays))


def told(made) -> Any:
    with gs.open(made) as session:
        session.step(3)
        found = session.agreement()
        assert session.position == 3
        return found


def test_equal_numbers_agree_and_the_session_stays_where_it_is():
    found = told(model())
    assert found.agrees
    assert str(found.sentence) == "This run agrees with PyTorch 9: the loss to 0, 1 gradients to 0."


def test_rounding_agrees_and_says_how_far():
    found = told(model(w=[[3.0 + 3e-9]]))
    assert found.agrees
    assert "1 gradients to 1e-09" in str(found.sentence)


@pytest.mark.parametrize("wrong", [[[3.1]], [[np.nan]], [[3.0, 3.0]]])
def test_a_gradient_that_differs_is_named(wrong):
    found = told(model(w=wrong))
    assert not found.agrees
    assert str(found.sentence) == "This run differs from PyTorch 9 in 1 of 1 gradients: w."


def test_a_loss_that_differs_is_told_with_both_numbers():
    found = told(model(loss=9.5))
    assert not found.agrees
    assert "the loss is 9 here and 9.5 there" in str(found.sentence)


def test_a_run_that_was_not_captured_has_nothing_to_agree_with():
    with gs.open("xor") as session:
        assert session.agreement() is None


def test_another_loss_or_other_data_are_not_held_to_what_was_captured():
    changes: list[dict[str, Any]] = [{"loss": "sum"}, {"inputs": {"x": [[5.0], [6.0]]}}]
    for changed in changes:
        with gs.open(model(), **changed) as session:
            assert session.agreement() is None
