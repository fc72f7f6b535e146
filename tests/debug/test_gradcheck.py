"""Gradients compared with differences of the loss: right ones agree, wrong ones and kinks are told apart."""

from __future__ import annotations

from typing import Any

import pytest

import graphscope as gs
from graphscope import ops
from graphscope.debug.gradcheck import ACCEPTABLE, check_gradients
from graphscope.model.adapt import with_dtype
from graphscope.model.model import Model
from graphscope.ops.functions import Unary
from tests.engine.examples import ADAM, session, shuffled, xor


class Wrong(Unary, abstract=True):
    """out = x², with a gradient that lacks the 2."""

    def forward(self, xp: Any, x: Any) -> Any:
        return x * x

    def vjp(self, xp: Any, g: Any, out: Any, x: Any) -> tuple[Any]:
        return (g * x,)


def through(op: Any, values: list[float]) -> Model:
    g = gs.Builder("through", dtype="float64")
    g.loss(g.call(ops.ReduceSum(), g.call(op, g.parameter("p", values))))
    return g.build()


@pytest.mark.parametrize("model", [xor(), shuffled(ADAM)])
def test_right_gradients_agree(model: Model) -> None:
    run = session(with_dtype(model, "float64"))
    checks = check_gradients(run)
    assert {check.name for check in checks} == {*model.graph.parameters, "x"}
    assert all(check.error <= ACCEPTABLE and check.elements for check in checks)


def test_a_wrong_gradient_is_found_with_its_element() -> None:
    (check,) = check_gradients(session(through(Wrong(), [0.1, 2.0])))
    assert check.error == pytest.approx(0.5, rel=1e-3)
    assert (check.analytic, check.numeric) in [
        (pytest.approx(value), pytest.approx(2 * value, rel=1e-3)) for value in (0.1, 2.0)
    ]


def test_a_slope_that_drowns_in_the_rounding_of_the_loss_is_no_error() -> None:
    g = gs.Builder("drowning", dtype="float64")
    small = g.call(ops.Sigmoid(), g.parameter("p", [0.3, -1.2])) * 1e-9
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Exp(), small)))
    (check,) = check_gradients(session(g.build()))
    assert abs(check.analytic - check.numeric) > ACCEPTABLE * abs(check.analytic)
    assert check.right


def test_a_small_slope_that_is_wrong_is_found_all_the_same() -> None:
    g = gs.Builder("small", dtype="float64")
    small = g.call(Wrong(), g.parameter("p", [0.3, -1.2])) * 1e-7
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Exp(), small)))
    (check,) = check_gradients(session(g.build()))
    assert not check.right


def test_a_kink_is_no_error() -> None:
    (check,) = check_gradients(session(through(ops.Relu(), [0.0, 1.0, -1.0])))
    assert (check.elements, check.kinks) == (2, 1)
    assert check.error <= ACCEPTABLE


def test_the_session_is_where_and_what_it_was() -> None:
    run = session(with_dtype(xor(), "float64"))
    run.seek(7)
    before = run.fingerprint()
    check_gradients(run)
    assert run.position == 7
    assert run.fingerprint() == before
    assert not run.undo()
