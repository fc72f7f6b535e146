"""Keeping a run within its memory: what is dropped is computed again bit by bit, and nothing leaks."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.debug.editing import UNDO
from graphscope.debug.session import Session
from graphscope.engine.shelf import WHOLE
from graphscope.model.model import Model
from graphscope.ops.base import Op
from tests.engine.examples import (
    ADAM,
    OPTIMIZERS,
    Counted,
    counted,
    everywhere,
    failing,
    fragile,
    session,
    shuffled,
    square_plus,
    xor,
)

ITERATIONS = 12


def whole(run: Session) -> list[int]:
    """The iterations whose arrays are all there."""
    return [iteration.index for iteration in run.history.iterations if iteration.layers]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_dropped_iterations_are_computed_again_bit_by_bit(name: str) -> None:
    optimizer: Op = OPTIMIZERS[name]
    roomy, tight = session(shuffled(optimizer)), session(shuffled(optimizer), memory=0)
    length = len(roomy.iteration_steps)
    before = everywhere(roomy, ITERATIONS * length)
    tight.iterate(ITERATIONS)
    assert len(whole(tight)) == WHOLE
    assert len(whole(roomy)) == ITERATIONS
    for position in [*range(0, len(before), 7), *range(len(before) - 1, 0, -11)]:
        tight.seek(position)
        assert tight.fingerprint() == before[position]
        assert len(whole(tight)) == WHOLE


def test_dropped_iterations_with_edits_are_computed_again_with_them() -> None:
    def edited(memory: int) -> tuple[Session, list[int]]:
        run = session(shuffled(ADAM), memory=memory)
        length = len(run.iteration_steps)
        run.iterate()
        run.step(4)
        run.set_value("w", np.ones((3, 5)))
        run.set_value("v", np.full((5, 1), 0.5))
        run.step(3)
        run.set_value("tanh", np.zeros((3, 5)))
        run.iterate(ITERATIONS)
        around = [length + done for done in (3, 4, 5, 7, 8)]
        return run, [*range(0, run.position, 5), *around]

    roomy, positions = edited(2**30)
    tight, _ = edited(0)
    for position in positions:
        roomy.seek(position)
        tight.seek(position)
        assert tight.fingerprint() == roomy.fingerprint(), position


def test_the_run_that_an_edit_left_is_computed_again_after_undo() -> None:
    run = session(shuffled(), memory=0)
    length = len(run.iteration_steps)
    before = everywhere(session(shuffled()), ITERATIONS * length)
    run.iterate(ITERATIONS)
    run.seek(2 * length + 3)
    run.set_value("w", np.zeros((3, 5)))
    run.iterate(ITERATIONS)
    run.undo()
    for position in (2 * length + 3, ITERATIONS * length, 5 * length, 1):
        run.seek(position)
        assert run.fingerprint() == before[position]


def test_openings_are_thinned_until_they_fit_their_share() -> None:
    run = session(xor(), memory=40_000)
    run.history.shelf.spare = 0
    run.iterate(300)
    kept = list(run.history.branches[0].openings)
    assert run.history.shelf.stride > 1
    assert kept[0] == 0
    assert all(index % run.history.shelf.stride == 0 for index in kept)
    assert run.history.shelf.bytes <= 40_000


def test_a_position_in_a_dropped_iteration_costs_only_the_iterations_from_the_nearest_opening() -> None:
    run = session(counted(), memory=20_000)
    run.history.shelf.spare = 0
    run.iterate(200)
    stride = run.history.shelf.stride
    before = len(Counted.calls)
    run.seek(run.history.iterations[101].start + 5)
    run.fingerprint()
    calls_of_one = 4
    assert 0 < len(Counted.calls) - before <= calls_of_one * stride


def perceptron() -> Model:
    """40 KB of parameters, 80 KB more in Adam."""
    g = gs.Builder("perceptron")
    x = g.input("x", (16, 100), gradient=False)
    w = g.parameter("w", gs.initializers.Glorot(), (100, 100))
    g.loss(g.call(ops.ReduceMean(), g.call(ops.Square(), g.call(ops.Tanh(), x @ w))))
    g.optimizer(ADAM)
    g.feed({"x": np.random.default_rng(0).normal(size=(16, 100))})
    return g.build()


@contextmanager
def traced() -> Iterator[Callable[[], int]]:
    """How many bytes Python and NumPy hold more than at the start, whenever it is asked."""

    def held() -> int:
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    gc.collect()
    tracemalloc.start()
    try:
        yield held
    finally:
        tracemalloc.stop()


def test_hundreds_of_iterations_take_no_more_memory_than_allowed() -> None:
    limit = 5 * 2**20
    session(perceptron()).iterate()  # what is imported on the way does not count
    with traced() as held:
        run = session(perceptron(), memory=limit)
        for _ in range(2):
            run.iterate(200)
            assert held() < 1.05 * limit
    with traced() as held:
        run = session(perceptron(), memory=2**40)
        run.iterate(200)
        assert held() > 2 * limit


@pytest.mark.parametrize("model", [perceptron(), xor()])
def test_what_is_kept_is_counted_about_right(model: Model) -> None:
    with traced() as held:
        run = session(model, memory=2**40)
        run.iterate(2)
        counted, taken = run.history.shelf.bytes, held()
        run.iterate(60)
        counted, taken = run.history.shelf.bytes - counted, held() - taken
    assert 0.8 < counted / taken < 1.25


def test_looking_at_old_iterations_and_editing_take_no_more_memory_than_allowed() -> None:
    run = session(perceptron(), memory=2 * 2**20)
    run.iterate(60)
    length = len(run.iteration_steps)
    with traced() as held:
        for index in range(0, 60, 3):
            run.seek(index * length + 4)
            run.moment()
            run.set_value("w", np.zeros((100, 100)))
            run.iterate(2)
            run.moment()
            if index % 2:
                run.undo()
        assert held() < 3 * 2**20


def test_a_kernel_that_fails_leaves_the_run_usable() -> None:
    run = session(fragile())
    run.step(2)
    before = run.fingerprint()
    for move in (run.step, run.iterate, run.run, lambda: run.seek(40)):
        with (
            failing("forward"),
            pytest.raises(gs.GraphScopeError, match="fragile failed in its forward step"),
        ):
            move()
        assert run.position == 2
        assert run.fingerprint() == before
    run.iterate()
    assert run.loss == 3.0


@pytest.mark.parametrize("memory", [0, 2**30])
def test_a_seek_in_a_long_run_of_a_small_model_computes_few_iterations_again(memory: int) -> None:
    run = session(counted(), memory=memory)
    run.iterate(10_000)
    length, calls_of_one = len(run.iteration_steps), 4
    for index in (0, 1, 2, 3_333, 5_001, 9_997):
        before = len(Counted.calls)
        run.seek(index * length + 5)
        run.moment()
        assert len(Counted.calls) - before <= 8 * calls_of_one


def test_what_is_kept_of_a_dropped_iteration_for_ever_is_a_few_bytes() -> None:
    with traced() as held:
        run = session(square_plus(), memory=0)
        run.history.shelf.spare = 0
        run.iterate(500)
        first = held()
        run.iterate(4_000)
        assert (held() - first) / 4_000 < 80


def test_a_history_lists_its_iterations_whether_their_arrays_are_there_or_not() -> None:
    run = session(xor(), memory=0)
    run.iterate(20)
    run.step(3)
    listed = run.history.iterations
    assert [iteration.index for iteration in listed] == list(range(21))
    assert [iteration.start for iteration in listed[5:8]] == [5 * 19, 6 * 19, 7 * 19]
    assert (listed[0].done, listed[-1].done) == (19, 3)
    with pytest.raises(IndexError):
        listed[21]


def test_a_branch_that_was_left_takes_no_memory_and_costs_the_other_nothing() -> None:
    run = session(perceptron(), memory=3 * 2**20)
    run.iterate(60)
    before, position = run.history.shelf.bytes, run.position
    kept = {index for branch in run.history.branches for index in branch.openings}
    run.seek(10 * len(run.iteration_steps) + 4)
    run.set_value("w", np.zeros((100, 100)))
    run.iterate(40)
    run.set_value("w", np.ones((100, 100)))
    run.iterate(40)
    run.undo()
    run.undo()
    assert run.history.shelf.bytes <= before
    assert kept - set(run.history.branches[0].openings) <= {
        index for index in kept if index % run.history.shelf.stride
    }
    run.seek(position)
    again = session(perceptron())
    again.iterate(60)
    assert run.fingerprint() == again.fingerprint()


def test_an_unfinished_iteration_that_was_dropped_goes_on_where_it_was() -> None:
    run = session(shuffled(ADAM), memory=0)
    run.iterate(6)
    run.step(5)
    position = run.position
    before = run.fingerprint()
    for index in (1, 3, 0):
        run.seek(index * len(run.iteration_steps) + 2)
        run.fingerprint()
    assert not run.history.iterations[-1].layers
    assert run.reached == position
    run.seek(position)
    assert run.fingerprint() == before
    run.step()
    assert run.reached == position + 1


def test_less_memory_from_now_on_drops_at_once_and_more_keeps_again() -> None:
    run = session(xor(), memory=2**30)
    run.iterate(50)
    run.limit_memory(0)
    assert len(whole(run)) == WHOLE
    run.limit_memory(2**30)
    run.iterate(50)
    assert len(whole(run)) == 50 + WHOLE


def test_a_run_that_can_no_longer_be_come_back_to_gives_its_memory_back() -> None:
    run = session(xor(), memory=0)
    run.iterate(40)
    first = run.history.branches[0]
    assert max(first.openings) > 30
    run.seek(2 * 19 + 4)
    for number in range(UNDO + 1):
        run.set_value("W1", np.full((2, 4), number))
        run.iterate()
        run.step(4)
    assert run.edits == UNDO
    assert max(first.openings) <= 2
    assert not [index for index in first.whole if index > 2]
    while run.undo():
        pass
    again = session(xor())
    again.seek(2 * 19 + 4)
    again.set_value("W1", np.zeros((2, 4)))
    again.iterate()
    again.step(4)
    assert run.fingerprint() == again.fingerprint()
