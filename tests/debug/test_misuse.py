"""What people ask of a session that cannot be: told in one sentence, and the session is as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope.debug.session import Session
from graphscope.errors import GraphScopeError
from tests.engine.examples import session, xor

WRONG: list[tuple[str, Callable[[Session], Any], str]] = [
    ("steps forward by a negative number", lambda run: run.step(-1), "a number of steps is a whole number"),
    ("half a step", lambda run: run.step(0.5), "a number of steps is a whole number from 0 up, not 0.5"),  # type: ignore[arg-type]
    ("steps back by a negative number", lambda run: run.back(-1), "a number of steps"),
    ("half a step back", lambda run: run.back(1.5), "a number of steps"),  # type: ignore[arg-type]
    ("a negative iteration", lambda run: run.iterate(-1), "a number of iterations"),
    ("a negative position", lambda run: run.seek(-1), "a position is a whole number from 0 up, not -1"),
    ("half a position", lambda run: run.seek(1.5), "a position is a whole number from 0 up, not 1.5"),  # type: ignore[arg-type]
    ("a position in words", lambda run: run.seek("end"), "a position is a whole number from 0 up, not 'end'"),  # type: ignore[arg-type]
    ("an unknown value", lambda run: run.value("hh"), "no value named “hh”; did you mean h"),
    ("an unknown gradient", lambda run: run.gradient("hh"), "no value named “hh”"),
    ("no name", lambda run: run.value(None), "no value named “None”"),  # type: ignore[arg-type]
    ("a gradient of no name", lambda run: run.gradient(["h"]), "no value named"),  # type: ignore[arg-type]
    ("nothing as a number", lambda run: run.set_value("b2", None), "b2 takes numbers.*not None"),
    ("complex numbers", lambda run: run.set_value("b2", [1j]), "b2 takes numbers"),
    ("ragged numbers", lambda run: run.set_value("W1", [[1], [2, 3]]), "W1 takes numbers"),
]


@pytest.mark.parametrize(("ask", "told"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_cannot_be_is_told_and_changes_nothing(ask: Callable[[Session], Any], told: str) -> None:
    run = session(gs.open("xor").model)
    run.seek(12)
    before = run.fingerprint()
    with pytest.raises(GraphScopeError, match=told):
        ask(run)
    assert (run.position, run.fingerprint()) == (12, before)


def test_a_number_of_steps_may_be_numpys() -> None:
    run = session(xor())
    assert len(run.step(np.int64(3))) == 3  # type: ignore[arg-type]
    run.seek(np.int64(7))  # type: ignore[arg-type]
    assert type(run.position) is int


def test_a_label_is_not_rounded_to_a_whole_number() -> None:
    run = session(gs.open("digits_softmax").model)
    run.step()
    with pytest.raises(GraphScopeError, match="y takes numbers"):
        run.set_value("y", np.full(32, 0.5))


@pytest.mark.parametrize("kind", ["parameter", "input"])
def test_a_loss_that_nothing_computes_has_a_gradient_of_1(kind: str) -> None:
    g = gs.Builder("leaf")
    g.loss(g.parameter("p", 3.0) if kind == "parameter" else g.input("p"))
    if kind == "input":
        g.feed({"p": 3.0})
    g.optimizer(gs.optimizers.SGD(lr=0.5))
    run = session(g.build())
    run.iterate()
    assert run.gradient("p") == 1.0
    assert run.value("p") == (2.5 if kind == "parameter" else 3.0)


@pytest.mark.parametrize("loss", list(gs.losses.BY_NAME))
def test_the_loss_of_an_empty_batch_is_nan(loss: str) -> None:
    g = gs.Builder("empty")
    scores = g.input("x", ("batch", 3))
    classes = loss in ("cross_entropy", "nll")
    labels = g.input("y", ("batch",), dtype="int64") if classes else g.input("y", ("batch", 3))
    g.loss(loss, scores, labels)
    g.feed({"x": np.zeros((0, 3)), "y": np.zeros((0,) if classes else (0, 3))})
    run = session(g.build())
    run.iterate()
    assert np.isnan(run.loss)  # type: ignore[arg-type]
