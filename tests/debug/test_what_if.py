"""Putting a number in place of another: a branch from here on, the past as it was, and it can be undone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphscope.debug.session import Session
from graphscope.debug.what_if import Consequence
from graphscope.engine.step import Ref
from graphscope.errors import InputError
from graphscope.model.adapt import with_dtype
from tests.engine.examples import (
    ADAM,
    everywhere,
    forward_only,
    no_kernel_is_called,
    session,
    shuffled,
    square_plus,
    xor,
)


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


# ---- what an edit does to the loss ------------------------------------------------------------------------


def moved(run: Session, name: str, index: tuple[int, ...], change: float) -> Consequence:
    array = run.value(name)
    assert array is not None
    return run.what_if(name, index, float(array[index]) + change)


def losses_with(run: Session, name: str, index: tuple[int, ...], number: float, iterations: int) -> list[Any]:
    """The losses with an edit that is then taken back."""
    here = run.position
    run.set_element(name, index, number)
    run.iterate(iterations)
    found = list(run.losses())
    run.undo()
    assert run.position == here
    return found


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2", "x"])
def test_the_prediction_is_the_gradient_times_the_change(name: str) -> None:
    run, plain = session(xor()), session(xor())
    run.step(2)
    plain.iterate()
    index = (0, 1)[: run.value(name).ndim]  # type: ignore[union-attr]
    index = tuple(min(at, size - 1) for at, size in zip(index, run.value(name).shape, strict=True))  # type: ignore[union-attr]
    found = moved(run, name, index, 0.25)
    change = found.edit.change
    assert change is not None
    assert found.predicted == pytest.approx(float(plain.gradient(name)[index]) * change)  # type: ignore[index]
    assert (found.affected, found.iteration) == (0, 0)


def test_the_truth_is_the_difference_of_the_two_losses() -> None:
    run, plain = session(xor()), session(xor())
    run.step(2)
    plain.iterate()
    found = moved(run, "W1", (0, 1), 0.5)
    edited = losses_with(run, "W1", (0, 1), found.edit.after or 0.0, 1)
    assert found.actual == edited[0] - (plain.loss or 0.0)
    assert found.loss == plain.loss


def test_for_a_very_small_step_in_float64_the_prediction_comes_true() -> None:
    run = session(with_dtype(xor(), "float64"))
    run.step(2)
    for name, index in (("W1", (1, 2)), ("W2", (3, 0)), ("b1", (0,))):
        found = moved(run, name, index, 1e-5)
        assert found.actual == pytest.approx(found.predicted, rel=1e-4)


def test_asking_moves_nothing_and_leaves_nothing_behind() -> None:
    run = session(shuffled(ADAM))
    run.iterate(2)
    run.back(4)
    before = run.fingerprint(), run.position, run.reached, run.edits, run.seconds(run.position), run.losses()
    moved(run, "v", (0, 0), 0.5)
    moved(run, "v", (0, 0), 0.7)
    after = run.fingerprint(), run.position, run.reached, run.edits, run.seconds(run.position), run.losses()
    assert after == before


def test_after_its_last_use_a_parameter_changes_only_the_loss_of_the_next_iteration() -> None:
    run = session(xor())
    run.step(3)  # m1 = x @ W1 is done
    found = moved(run, "W1", (0, 1), 0.3)
    plain = session(xor())
    plain.iterate(2)
    edited = losses_with(run, "W1", (0, 1), found.edit.after or 0.0, 2)
    assert edited[0] == plain.losses()[0]
    assert found.affected == 1
    assert found.actual == edited[1] - plain.losses()[1]  # type: ignore[operator]


def test_between_its_use_and_its_update_no_gradient_says_what_a_parameter_does() -> None:
    run = session(xor())
    run.step(7)  # W2 has been used, and the backward still reads it
    assert moved(run, "W2", (0, 0), 0.3).predicted is None


def test_after_its_update_the_gradient_is_that_of_the_next_iteration() -> None:
    run, plain = session(xor()), session(xor())
    run.iterate()
    plain.iterate(2)
    found = moved(run, "W1", (0, 1), 0.3)
    assert found.affected == 1
    assert found.predicted == pytest.approx(0.3 * float(plain.gradient("W1")[0, 1]), rel=1e-5)  # type: ignore[index]


def test_of_several_uses_only_those_that_are_to_come_count() -> None:
    run = session(square_plus())
    run.step(2)
    assert run.what_if("p", (), 3.5).predicted == 3.5  # (2 p + 1) · 0.5
    run.step()  # p · p is done
    found = run.what_if("p", (), 3.5)
    assert (found.predicted, found.actual, found.uses) == (0.5, 0.5, (1, 3))


def test_optimizer_state_is_felt_one_update_later() -> None:
    run = session(xor(ADAM))
    run.iterate()
    found = run.what_if("W1@m", (0, 0), 5.0)
    assert (found.iteration, found.affected, found.predicted) == (0, 2, None)
    edited = losses_with(run, "W1@m", (0, 0), 5.0, 2)
    plain = session(xor(ADAM))
    plain.iterate(3)
    assert edited[:2] == list(plain.losses()[:2])
    assert found.actual == edited[2] - plain.losses()[2]  # type: ignore[operator]


def test_what_nothing_uses_any_more_affects_no_loss() -> None:
    run = session(xor())
    run.iterate()
    assert moved(run, "h", (0, 0), 1.0).affected is None
    run = session(forward_only())
    run.step(2)
    assert run.what_if("x", (0,), 4.0).affected is None


def test_the_loss_itself_moves_by_what_it_is_moved() -> None:
    run = session(xor())
    run.step(8)
    found = moved(run, "loss", (), 0.5)
    assert found.predicted == found.actual == pytest.approx(0.5)


def test_a_value_without_a_gradient_has_a_truth_but_no_prediction() -> None:
    run = session(xor())
    run.step(2)
    found = moved(run, "y", (1, 0), -1.0)
    assert found.predicted is None
    assert found.actual


def test_whole_numbers_can_be_edited_where_they_pick_a_row() -> None:
    import graphscope as gs

    g = gs.Builder("pick")
    table, row = g.parameter("table", [1.0, 5.0]), g.input("row", (), dtype="int64")
    g.loss(g.call(gs.ops.Gather(), table, row))
    g.feed({"row": 0})
    run = session(g.build())
    run.step(2)
    found = run.what_if("row", (), 1)
    assert (found.predicted, found.actual) == (None, 4.0)


def test_random_draws_are_the_same_with_the_edit_and_without() -> None:
    run = session(shuffled())
    run.step(2)
    assert moved(run, "v", (0, 0), 0.0).actual == 0.0
    assert moved(run, "b", (0,), 1e-9).actual == pytest.approx(0.0, abs=1e-7)


def test_an_edit_that_breaks_an_op_says_so_instead_of_failing() -> None:
    import graphscope as gs

    g = gs.Builder("pick")
    table, row = g.parameter("table", [1.0, 5.0]), g.input("row", (), dtype="int64")
    g.loss(g.call(gs.ops.Gather(), table, row))
    g.feed({"row": 0})
    run = session(g.build())
    run.step(2)
    found = run.what_if("row", (), 7)
    assert found.actual is None
    assert found.trouble is not None
    run.set_element("row", (), 7)
    assert run.value("row") == 7


def test_the_consequence_of_the_last_edit_is_that_of_asking_before() -> None:
    run = session(xor())
    run.step(2)
    assert run.consequence is None
    asked = moved(run, "W1", (0, 1), 0.1)
    run.set_element("W1", (0, 1), asked.edit.after or 0.0)
    assert run.consequence == asked
    run.step(4)
    assert run.consequence == asked
    run.undo()
    assert run.consequence is None


def test_a_larger_step_goes_the_same_way() -> None:
    run = session(xor())
    run.step(2)
    asked = moved(run, "W1", (0, 1), 0.1)
    run.set_element("W1", (0, 1), asked.edit.after or 0.0)
    found = run.consequence_of(5)
    assert found is not None
    assert found.predicted == pytest.approx(5 * (asked.predicted or 0.0), rel=1e-5)
    assert found.actual != pytest.approx(5 * (asked.actual or 0.0), rel=1e-3)


def test_what_is_asked_of_no_element_is_refused() -> None:
    run = session(xor())
    run.step(2)
    with pytest.raises(InputError, match=r"W1 has shape 2×4; it has no element \[2,0\]"):
        run.what_if("W1", (2, 0), 1.0)
    with pytest.raises(InputError, match=r"it has no element \[0\]"):
        run.set_element("W1", 0, 1.0)
    with pytest.raises(InputError, match="W1 takes numbers"):
        run.what_if("W1", (0, 0), "much")  # type: ignore[arg-type]


# ---- gradients, and what is marked ------------------------------------------------------------------------


def test_a_gradient_can_be_set_and_what_follows_is_computed_from_it() -> None:
    run, plain = session(xor()), session(xor())
    run.step(19 - 4)
    plain.iterate()
    run.set_gradient("W1", np.zeros((2, 4)))
    run.iterate()
    start = session(xor())
    assert np.array_equal(run.value("W1"), start.value("W1"))  # type: ignore[arg-type]
    assert np.array_equal(run.value("W2"), plain.value("W2"))  # type: ignore[arg-type]
    run.undo()
    assert run.position == 15


def test_a_gradient_of_the_iteration_before_cannot_be_set() -> None:
    run = session(xor())
    run.iterate()
    run.step()
    before = run.fingerprint()
    with pytest.raises(InputError, match="the gradient of W1 has not been computed in this iteration"):
        run.set_gradient("W1", np.zeros((2, 4)))
    assert run.fingerprint() == before


def test_what_was_edited_is_marked_until_another_array_takes_its_place() -> None:
    run = session(xor())
    run.step(2)
    ref = Ref("value", "W1")
    run.set_element("W1", (0, 1), 0.5)
    run.set_element("W1", (1, 2), 0.5)
    assert run.edited == {ref: {(0, 1), (1, 2)}}
    assert run.moment().edited == run.edited
    run.step(13)
    assert ref in run.edited
    run.iterate()
    assert run.edited == {}
    run.seek(1)
    assert run.edited == {}
    run.seek(2)
    run.undo()
    assert run.edited == {ref: {(0, 1)}}


def test_undo_restores_the_former_fingerprint_wherever_it_was_edited() -> None:
    run = session(shuffled(ADAM))
    run.iterate()
    start, end = run.bounds[1], run.bounds[1] + 20
    for position in range(start, end):
        run.seek(position)
        before = run.fingerprint()
        run.set_element("v", (0, 0), 9.0)
        assert run.fingerprint() != before
        assert run.consequence is not None
        run.undo()
        assert run.fingerprint() == before


def test_one_number_of_a_gradient_is_felt_through_its_update() -> None:
    run, plain = session(xor()), session(xor())
    run.step(15)
    plain.iterate(2)
    found = run.what_if("W1", (0, 1), 2.0, gradient=True)
    assert (found.iteration, found.affected, found.predicted) == (0, 1, None)
    run.set_element("W1", (0, 1), 2.0, gradient=True)
    assert run.gradient("W1")[0, 1] == 2.0  # type: ignore[index]
    run.iterate(2)
    assert found.actual == run.losses()[1] - plain.losses()[1]  # type: ignore[operator]
