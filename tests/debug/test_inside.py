"""Stepping into an operation: the primitive calls of a step that was done, and nothing moves."""

from __future__ import annotations

import numpy as np
import pytest

from graphscope.engine.record import Trace
from graphscope.engine.step import Ref
from graphscope.errors import InputError
from tests.engine.examples import ADAM, session, shuffled, xor


def results(trace: Trace) -> list[np.ndarray | None]:
    return [None if ref is None else trace.array(ref) for ref in trace.results]


def test_inside_the_last_step_are_its_primitive_calls() -> None:
    run = session(xor())
    run.seek(5)
    trace = run.inside()
    assert [call.function for call in trace.calls] == ["tanh"]
    run.seek(12)
    assert [call.function for call in run.inside().calls if call.function == "matmul"] == ["matmul", "matmul"]


@pytest.mark.parametrize("model", [xor(ADAM), shuffled(ADAM)])
def test_what_is_inside_ends_in_what_the_step_made(model: object) -> None:
    run = session(model)  # type: ignore[arg-type]
    length = len(run.iteration_steps)
    run.iterate(2)
    position = run.position
    for step in run.iteration_steps:
        if step.kind not in ("forward", "backward", "update"):
            continue
        made = results(run.inside(step))
        run.seek(length + 1 + run.iteration_steps.index(step))
        for ref in step.writes:
            slot = ref.slot if ref.role == "contribution" else list(step.writes).index(ref)
            assert np.array_equal(made[slot], run.array(ref))  # type: ignore[arg-type]
        run.seek(position)


def test_looking_inside_moves_nothing() -> None:
    run = session(xor())
    run.seek(30)
    before = run.fingerprint()
    run.inside()
    run.inside(run.iteration_steps[4])
    assert run.position == 30
    assert run.fingerprint() == before


def test_a_step_of_a_dropped_iteration_can_be_looked_into() -> None:
    run = session(xor(), memory=0)
    first = run.iteration_steps[4]
    run.seek(5)
    made = run.array(Ref("value", "h"))
    run.iterate(10)
    assert np.array_equal(results(run.inside(first))[0], made)  # type: ignore[arg-type]


def test_a_step_that_was_not_done_or_calls_no_operation_is_refused() -> None:
    run = session(xor())
    with pytest.raises(InputError, match="no step has led to position 0 yet"):
        run.inside()
    run.step()
    with pytest.raises(InputError, match="the step “data” calls no operation"):
        run.inside()
    with pytest.raises(InputError, match="has not been done"):
        run.inside(run.iteration_steps[5])
