"""The first number that is not finite is found at the step that made it, and said in a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.debug.session import Session
from graphscope.engine.moment import Problem
from graphscope.engine.step import Ref
from graphscope.model.model import Model
from tests.engine.examples import session, xor


def problems(run: Session, iterations: int = 1) -> list[Problem]:
    """All problems that running finds."""
    found: list[Problem] = []
    for _ in range(iterations):
        while (stop := run.run()).problem is not None:
            found.append(stop.problem)
            if run.position == run.bounds[1]:
                break
    return found


def model(make: Any, **data: Any) -> Model:
    """A model whose loss ``make`` builds of the builder and its inputs."""
    g = gs.Builder("problem")
    inputs = [g.input(name, np.shape(array), gradient=False) for name, array in data.items()]
    g.loss(make(g, *inputs))
    g.optimizer(ops.SGD(0.1))
    g.feed(data)
    return g.build()


def test_a_healthy_run_has_none() -> None:
    assert problems(session(xor()), 3) == []


def test_bad_data_is_a_problem_of_the_data_step() -> None:
    run = session(
        model(lambda g, x: g.call(ops.ReduceSum(), x * g.parameter("p", [1.0, 1.0])), x=[1.0, np.nan])
    )
    first = problems(run)[0]
    assert (first.position, first.ref, first.index) == (1, Ref("value", "x"), (1,))
    assert str(first.sentence).startswith("the data of x[1] holds NaN (1 of 2 numbers are not finite)")


def test_a_parameter_that_is_not_finite_from_the_start_is_a_problem_of_the_first_step() -> None:
    run = session(
        model(lambda g, x: g.call(ops.ReduceSum(), x * g.parameter("p", [1.0, np.inf])), x=[1.0, 1.0])
    )
    first = problems(run)[0]
    assert (first.position, first.ref) == (1, Ref("value", "p"))
    assert str(first.sentence).startswith("p[1] holds +Inf before anything is computed")


def test_an_infinite_constant_is_a_mask_and_no_problem() -> None:
    def masked(g: gs.Builder, x: Any) -> Any:
        scores = x * g.parameter("p", [1.0, 1.0]) + g.constant("mask", np.array([0.0, -np.inf]))
        return g.call(ops.ReduceSum(), g.call(ops.Square(), g.call(ops.Softmax(), scores)))

    assert [
        problem for problem in problems(session(model(masked, x=[1.0, 1.0]))) if problem.position < 5
    ] == []


def test_the_op_that_makes_the_first_infinity_is_named_and_then_the_one_that_makes_the_first_nan() -> None:
    def naive(g: gs.Builder, x: Any) -> Any:
        e = g.call(ops.Exp(), x * g.parameter("p", [1.0, 1.0]), name="e")
        return g.call(ops.ReduceSum(), (e / g.call(ops.ReduceSum(), e)).named("share"))

    run = session(model(naive, x=[800.0, 1.0]))
    first, second = problems(run)[:2]
    assert str(first.sentence) == (
        "Exp made the first +Inf in e[0], which was not in what it read (1 of 2 numbers are not finite)"
    )
    assert (second.ref, second.index) == (Ref("value", "share"), (0,))
    assert "Div made the first NaN in share[0]" in str(second.sentence)


def test_a_problem_of_backward_names_the_value_whose_gradient_it_is() -> None:
    def root(g: gs.Builder, x: Any) -> Any:
        return g.call(ops.ReduceSum(), g.call(ops.Sqrt(), x * g.parameter("p", [0.0, 4.0]), name="root"))

    (first, *_) = problems(session(model(root, x=[1.0, 1.0])))
    assert str(first.sentence).startswith(
        "the backward of Sqrt made the first +Inf in the gradient of mul[0]"
    )


def test_a_sum_of_contributions_that_cancel_infinities_is_a_problem_of_its_own() -> None:
    def opposed(g: gs.Builder) -> Any:
        p = g.parameter("p", 0.0)
        root = g.call(ops.Sqrt(), p)
        return root - g.call(ops.Sqrt(), p)

    found = problems(session(model(opposed)))
    assert any(
        "adding up contributions made the first NaN in the gradient of p" in str(p.sentence) for p in found
    )


def test_an_update_that_overflows_is_a_problem_although_it_reads_the_parameter_it_replaces() -> None:
    def steep(g: gs.Builder) -> Any:
        return g.parameter("p", 1.0) * g.constant("c", 3e38) * g.constant("d", 1.0)

    g_model = model(steep)
    run = session(Model(g_model.graph, g_model.arrays, g_model.feed, g_model.loss, ops.SGD(100.0)))
    (problem,) = problems(run)
    assert str(problem.sentence) == (
        "SGD made the first −Inf in p, which was not in what it read (1 of 1 numbers are not finite)"
    )


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_numbers_whose_squares_overflow_are_no_problem(dtype: str) -> None:
    large = {"float16": 60000.0, "float32": 1e30, "float64": 1e200}[dtype]
    g = gs.Builder("large", dtype=dtype)
    x = g.input("x", (2,), gradient=False)
    g.call(ops.Neg(), x)
    g.feed({"x": [large, 1.0]})
    assert problems(session(g.build())) == []


def test_overflow_and_division_by_zero_are_values_and_not_warnings() -> None:
    run = session(model(lambda g, x: g.call(ops.ReduceSum(), g.parameter("p", [1.0, 0.0]) / x), x=[0.0, 0.0]))
    run.iterate()
    assert np.isnan(run.loss)  # type: ignore[arg-type]
