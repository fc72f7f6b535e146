"""Stepping, stepping back and seeking: every position is what it was, and going back computes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscope.engine.step import Ref
from graphscope.errors import InputError
from graphscope.model.model import Model
from graphscope.ops.base import Op
from tests.engine.examples import (
    ADAM,
    OPTIMIZERS,
    counted,
    everywhere,
    forward_only,
    no_kernel_is_called,
    session,
    shuffled,
    square_plus,
    xor,
)

EPOCH = 3
"""Iterations of an epoch of `shuffled`: batches of 3, 3 and 1."""


@pytest.mark.parametrize("model", [xor, shuffled], ids=["full batch", "dropout and shuffled batches"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_stepping_back_finds_every_position_as_it_was(name: str, model: Any) -> None:
    optimizer: Op = OPTIMIZERS[name]
    run = session(model(optimizer))
    length = len(run.iteration_steps)
    before = everywhere(run, length * (EPOCH + 1))
    assert len(set(before)) == len(before)
    for position in range(len(before) - 1, 0, -1):
        (undone,) = run.back()
        assert run.position == position - 1
        assert run.fingerprint() == before[position - 1]
        assert run.next == undone


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_seeking_anywhere_is_stepping_there(positions: list[int]) -> None:
    stepped, run = session(shuffled(ADAM)), session(shuffled(ADAM))
    before = everywhere(stepped, 60)
    for position in positions:
        run.seek(position)
        assert run.position == position
        assert run.fingerprint() == before[position]
        assert (run.last, run.next) == _around(stepped, position)


def _around(run: Any, position: int) -> tuple[Any, Any]:
    run.seek(position)
    return run.last, run.next


def test_going_back_and_seeking_call_no_kernel() -> None:
    run = session(counted())
    run.iterate(3)
    with no_kernel_is_called():
        run.back(5)
        run.seek(0)
        run.seek(run.reached)
        run.fingerprint()
        run.back(run.reached)
        run.step(run.reached)
        run.iterate(0)


def test_a_step_calls_one_kernel() -> None:
    from tests.engine.examples import Counted

    run = session(counted())
    before = len(Counted.calls)
    calls = []
    for _ in run.iteration_steps:
        run.step()
        calls.append(Counted.calls[before:])
        before = len(Counted.calls)
    assert [call for call in calls if call] == [["forward"], ["forward"], ["vjp"], ["vjp"]]


def test_back_stops_at_the_start() -> None:
    run = session(xor())
    run.step(3)
    assert [step.kind for step in run.back(10)] == ["forward", "zero", "data"]
    assert run.position == 0
    assert run.last is None
    assert run.back() == ()


def test_a_position_is_not_negative() -> None:
    run = session(xor())
    with pytest.raises(InputError, match="from 0 up, not -1"):
        run.seek(-1)


def test_a_boundary_belongs_to_the_iteration_that_ends_there() -> None:
    run = session(xor())
    assert run.bounds == (0, 19)
    run.iterate()
    assert run.position == 19
    assert run.bounds == (0, 19)
    assert run.last is not None
    assert (run.last.kind, run.last.iteration) == ("update", 0)
    assert (run.next.kind, run.next.iteration) == ("data", 1)
    run.step()
    assert run.bounds == (19, 38)


def test_iterate_goes_to_the_next_boundary_from_anywhere() -> None:
    run = session(xor())
    run.step(5)
    run.iterate()
    assert run.position == 19
    run.iterate(2)
    assert run.position == 57
    run.seek(20)
    run.iterate()
    assert run.position == 38


def test_at_the_data_everything_but_parameters_and_state_is_gone() -> None:
    run = session(xor(ADAM))
    run.iterate()
    run.step()
    there = {ref for ref in run.refs() if ref.role != "gradient"}
    states = {f"{name}@{state}" for name in run.graph.parameters for state in ADAM.state}
    assert there == {Ref("value", name) for name in {*run.graph.parameters, *states, "x", "y"}}
    assert run.loss is None


def test_gradients_stay_until_zero() -> None:
    run = session(xor())
    run.iterate()
    ended = {name: run.gradient(name) for name in run.graph.values}
    assert ended["h"] is not None
    run.step()
    for name, gradient in ended.items():
        assert np.array_equal(run.gradient(name), gradient)  # type: ignore[arg-type]
    (zero,) = run.step()
    assert zero.kind == "zero"
    assert [run.gradient(name) for name in run.graph.values] == [None] * len(run.graph.values)


def test_partial_sums_of_a_gradient_are_visible() -> None:
    run = session(square_plus())
    seen: list[tuple[str, float | None]] = []
    for step in run.iteration_steps:
        run.step()
        gradient = run.gradient("p")
        seen.append((step.kind, None if gradient is None else float(gradient)))
    assert seen[4:] == [
        ("seed", None),
        ("backward", 1.0),
        ("backward", 1.0),
        ("accumulate", 4.0),
        ("accumulate", 7.0),
    ]


def test_a_contribution_is_there_before_and_after_its_broadcast_axes_are_summed() -> None:
    run = session(xor())
    while run.last is None or run.last.node != "score" or run.last.kind != "backward":
        run.step()
    wide, narrow = run.contribution("score", 1, unsummed=True), run.contribution("score", 1)
    assert wide is not None
    assert narrow is not None
    assert (wide.shape, narrow.shape) == ((4, 1), (1,))
    assert np.array_equal(wide.sum(axis=0), narrow)
    assert run.contribution("score", 0, unsummed=True) is None


def test_an_update_replaces_the_parameter_and_back_brings_it_again() -> None:
    run = session(xor())
    run.seek(15)
    before, gradient = run.value("W1"), run.gradient("W1")
    assert before is not None
    assert gradient is not None
    run.step()
    assert np.array_equal(run.value("W1"), before - np.float32(0.5) * gradient)  # type: ignore[arg-type]
    run.back()
    assert np.array_equal(run.value("W1"), before)  # type: ignore[arg-type]


def test_arrays_handed_out_cannot_be_written_to() -> None:
    run = session(xor())
    run.iterate()
    for array in (run.value("h"), run.gradient("h"), run.value("loss"), run.value("W1")):
        assert array is not None
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_the_loss_is_known_at_its_step_and_the_losses_of_all_iterations_are_kept() -> None:
    run = session(xor(), memory=0)
    losses: list[float | None] = []
    for _ in range(6):
        run.iterate()
        losses.append(run.loss)
    assert run.losses() == tuple(losses)
    assert losses == sorted(losses, reverse=True)  # type: ignore[type-var]
    run.step(3)
    assert run.losses() == tuple(losses)


def test_a_model_without_a_loss_has_none() -> None:
    run = session(forward_only())
    run.iterate(2)
    assert run.loss is None
    assert run.losses() == (None, None)


def test_a_value_that_nobody_knows_is_refused_with_near_names() -> None:
    run = session(xor(ADAM))
    with pytest.raises(InputError, match="did you mean W1"):
        run.value("W11")
    with pytest.raises(InputError, match="W1@m"):
        run.value("W1@mm")
    with pytest.raises(InputError, match="no value named"):
        run.gradient("nobody")


def test_steps_that_are_timed_know_how_long_they_took() -> None:
    ticks = iter(range(100))
    run = session(xor(), clock=lambda: float(next(ticks)))
    run.step(2)
    assert [run.seconds(position) for position in (0, 1, 2)] == [None, 1.0, 1.0]
    run.iterate()
    assert run.seconds(19) is None


def test_the_loss_may_have_one_axis() -> None:
    import graphscope as gs

    g = gs.Builder("one axis")
    p = g.parameter("p", [[3.0]])
    g.loss(g.call(gs.ops.ReduceSum((0,)), p * p))
    g.optimizer(gs.ops.SGD(0.1))
    run = session(g.build())
    run.iterate()
    assert run.loss == 9.0
    assert np.array_equal(run.gradient("p"), [[6.0]])  # type: ignore[arg-type]


def test_draws_depend_on_the_seed_and_the_iteration_alone() -> None:
    def masks(seed: int, path: list[int]) -> list[Any]:
        run = session(shuffled(samples=3), seed=seed)
        found = []
        for position in path:
            run.seek(position)
            found.append(run.array(Ref("drawn", "dropped")))
        return found

    length = len(session(shuffled(samples=3)).iteration_steps)
    first, second = 8, 8 + length
    one, other = masks(0, [first, second])
    assert not np.array_equal(one, other)
    again = masks(0, [second, first])
    assert np.array_equal(again[1], one)
    assert np.array_equal(again[0], other)
    assert not np.array_equal(masks(1, [first])[0], one)


@pytest.mark.parametrize("model", [xor(), shuffled(ADAM)])
def test_two_sessions_of_one_seed_are_equal(model: Model) -> None:
    one, other = session(model, seed=5), session(model, seed=5)
    one.iterate(4)
    other.step(4 * len(other.iteration_steps))
    assert one.fingerprint() == other.fingerprint()
    different = session(model, seed=6)
    different.iterate(4)
    assert different.fingerprint() != one.fingerprint()


def test_what_only_looking_needs_goes_when_a_session_is_closed() -> None:
    with session(xor()) as run:
        run.iterate()
        loss = run.loss
    assert run.loss == loss
    assert not run.undo()
