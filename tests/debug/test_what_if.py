"""Putting a number in place of another: a branch from here on, the past as it was, and it can be undone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphscope.errors import InputError
from tests.engine.examples import ADAM, everywhere, no_kernel_is_called, session, shuffled, square_plus, xor


def test_what_follows_is_computed_from_the_new_value() -> None:
    run = session(square_plus())
    run.step(2)
    run.set_value("p", 5.0)
    assert run.position == 2
    run.iterate()
    assert run.loss == 30.0
    assert run.gradient("p") == 11.0


def test_a_computed_value_can_be_replaced_where_it_is() -> None:
    run = session(square_plus())
    run.step(3)
    run.set_value("square", 100.0)
    run.iterate()
    assert run.value("square") == 100.0
    assert run.loss == 103.0
    assert run.gradient("p") == 7.0


def test_the_time_before_an_edit_stays_as_it_was() -> None:
    run = session(shuffled(ADAM))
    length = len(run.iteration_steps)
    before = everywhere(run, 2 * length)
    here = length + 5
    run.seek(here)
    run.set_value("w", np.zeros((3, 5)))
    edited = run.fingerprint()
    assert edited != before[here]
    for position in range(here):
        run.seek(position)
        assert run.fingerprint() == before[position]
    run.step()
    assert run.fingerprint() == edited


def test_nothing_is_computed_again_that_came_before_an_edit() -> None:
    from tests.engine.examples import counted

    run = session(counted())
    run.iterate(2)
    run.back(3)
    with no_kernel_is_called():
        run.set_value("p", [0.0, 0.0])
        run.back(run.position)
        run.undo()


def test_undo_brings_the_former_run_and_position_back() -> None:
    run = session(shuffled(ADAM))
    length = len(run.iteration_steps)
    before = everywhere(run, 3 * length)
    run.seek(length + 4)
    run.set_value("v", np.ones((5, 1)))
    run.iterate(2)
    run.set_value("b", np.ones(5))
    run.iterate()
    assert run.undo()
    assert run.undo()
    assert not run.undo()
    assert run.position == length + 4
    assert run.reached == 3 * length
    for position in range(3 * length + 1):
        run.seek(position)
        assert run.fingerprint() == before[position]


def test_two_edits_at_one_position_both_count() -> None:
    run = session(shuffled(ADAM))
    run.iterate()
    run.step(2)
    run.set_value("w", np.ones((3, 5)))
    run.set_value("v", np.full((5, 1), 2.0))
    run.step()
    assert np.array_equal(run.value("w"), np.ones((3, 5)))  # type: ignore[arg-type]
    assert np.array_equal(run.value("v"), np.full((5, 1), 2.0))  # type: ignore[arg-type]


def test_an_edit_before_an_older_one_leaves_that_out() -> None:
    run = session(square_plus())
    run.step(3)
    run.set_value("square", 100.0)
    run.back()
    run.set_value("p", 2.0)
    run.iterate()
    assert run.value("square") == 4.0


def test_optimizer_state_can_be_set() -> None:
    run, plain = session(xor(ADAM)), session(xor(ADAM))
    run.step(2)
    state = run.value("W1@m")
    assert state is not None
    run.set_value("W1@m", state + 1)
    run.iterate()
    plain.iterate()
    assert not np.array_equal(run.value("W1"), plain.value("W1"))  # type: ignore[arg-type]
    assert np.array_equal(run.value("W2"), plain.value("W2"))  # type: ignore[arg-type]


def test_a_value_set_at_the_end_of_an_iteration_is_what_the_next_begins_with() -> None:
    run = session(xor())
    run.iterate()
    run.set_value("b2", [7.0])
    run.step()
    assert np.array_equal(run.value("b2"), [7.0])  # type: ignore[arg-type]


def test_a_constant_that_was_set_stays_so() -> None:
    import graphscope as gs

    g = gs.Builder("constant")
    p, c = g.parameter("p", 1.0), g.constant("c", 2.0)
    g.loss(p * c)
    run = session(g.build())
    run.set_value("c", 5.0)
    run.iterate(3)
    assert run.loss == 5.0


def test_data_can_be_set_after_it_was_taken() -> None:
    run = session(xor())
    run.step()
    run.set_value("y", np.zeros((4, 1)))
    run.iterate()
    assert np.array_equal(run.value("y"), np.zeros((4, 1)))  # type: ignore[arg-type]
    run.step()
    assert np.array_equal(run.value("y"), [[0], [1], [1], [0]])  # type: ignore[arg-type]


def test_the_array_given_is_copied() -> None:
    run = session(xor())
    given = np.zeros((2, 4), np.float32)
    run.set_value("W1", given)
    given[0, 0] = 9
    assert np.array_equal(run.value("W1"), np.zeros((2, 4)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("W1", np.zeros((3, 3)), "W1 has shape 2×4, the new value 3×3; give it the same shape"),
        ("W1", 1.0, "W1 has shape 2×4, the new value scalar"),
        ("b2", ["much"], r"b2 takes numbers.*not \['much'\]"),
        ("b2", [[1], [2, 3]], "b2 takes numbers"),
        ("h", np.zeros((4, 4)), "h has no value yet; step until it is computed, then set it"),
        ("W3", 0.0, "no value named “W3”"),
    ],
)
def test_what_cannot_be_set_is_said_and_changes_nothing(name: str, value: Any, sentence: str) -> None:
    run = session(xor())
    run.step()
    before = run.fingerprint()
    with pytest.raises(InputError, match=sentence):
        run.set_value(name, value)
    assert run.fingerprint() == before
    assert not run.undo()


def test_edits_older_than_the_last_hundred_cannot_be_undone() -> None:
    run = session(square_plus())
    for number in range(103):
        run.set_value("p", float(number))
    undone = 0
    while run.undo():
        undone += 1
    assert undone == 100
    assert run.value("p") == 2.0
