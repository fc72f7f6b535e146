"""Batches: in order or shuffled anew each epoch by the seed, with a smaller last one."""

from __future__ import annotations

import numpy as np
import pytest

from graphscope.errors import InputError
from graphscope.model.feed import feed

DATA = {"x": np.arange(7.0), "y": np.arange(7.0) * 10}


def rows(*, shuffle: bool, seed: int, iterations: range) -> list[list[int]]:
    made = feed(DATA, batch=3, shuffle=shuffle)
    return [made.take(iteration, seed)["x"].astype(int).tolist() for iteration in iterations]


def test_without_a_batch_size_everything_is_fed_each_time() -> None:
    made = feed(DATA)
    for iteration in (0, 5):
        np.testing.assert_array_equal(made.take(iteration, 0)["x"], DATA["x"])


def test_batches_go_through_the_data_in_order_and_the_last_one_is_smaller() -> None:
    assert rows(shuffle=False, seed=0, iterations=range(4)) == [[0, 1, 2], [3, 4, 5], [6], [0, 1, 2]]


def test_inputs_stay_together_when_they_are_shuffled() -> None:
    batch = feed(DATA, batch=3, shuffle=True).take(1, 4)
    np.testing.assert_array_equal(batch["y"], batch["x"] * 10)


def test_each_epoch_holds_every_sample_once_in_an_order_of_its_own() -> None:
    batches = rows(shuffle=True, seed=0, iterations=range(9))
    epochs = [[row for batch in batches[start : start + 3] for row in batch] for start in (0, 3, 6)]
    assert [sorted(epoch) for epoch in epochs] == [list(range(7))] * 3
    assert len({tuple(epoch) for epoch in epochs}) == 3


def test_the_order_depends_on_the_seed_and_the_iteration_alone() -> None:
    ahead = rows(shuffle=True, seed=1, iterations=range(9))
    assert rows(shuffle=True, seed=1, iterations=range(5, 6)) == ahead[5:6]
    assert rows(shuffle=True, seed=2, iterations=range(9)) != ahead


def test_a_batch_larger_than_the_data_is_all_of_it() -> None:
    assert len(feed(DATA, batch=100).take(3, 0)["x"]) == 7


def test_the_data_is_copied_and_read_only() -> None:
    array = np.zeros(3)
    made = feed({"x": array})
    array[0] = 1.0
    assert made.data["x"][0] == 0.0
    assert not made.data["x"].flags.writeable


@pytest.mark.parametrize("batch", [0, -1])
def test_a_batch_size_that_is_not_positive_is_refused(batch: int) -> None:
    with pytest.raises(InputError, match=f"the batch size is a whole number from 1 up, not {batch}"):
        feed(DATA, batch=batch)


def test_batches_of_inputs_of_different_lengths_are_refused_with_the_lengths() -> None:
    with pytest.raises(InputError, match=r"\(x: 2, y: 3\)"):
        feed({"x": np.zeros(2), "y": np.zeros(3)}, batch=1)
