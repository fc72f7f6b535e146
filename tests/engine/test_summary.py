"""What a card shows of a tensor: all its numbers where they are few, else a sample, and true statistics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphscope.engine.summary import MATRIX, THUMBNAIL, summarize, thumbnail

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (4, 4), (2, 3)])
def test_a_small_tensor_is_shown_number_by_number(shape: tuple[int, ...]) -> None:
    array = RANDOM.normal(size=shape)
    cells, exact = thumbnail(array)
    assert exact
    assert np.array_equal(cells, np.atleast_2d(array))


@pytest.mark.parametrize("shape", [(MATRIX + 1,), (100, 7), (5, 100), (2, 3, 4), (300, 300)])
def test_a_large_tensor_is_shown_as_a_sample(shape: tuple[int, ...]) -> None:
    array = RANDOM.normal(size=shape)
    cells, exact = thumbnail(array)
    assert not exact
    assert cells.ndim == 2
    assert max(cells.shape) <= THUMBNAIL
    assert set(cells.ravel()) <= set(array.ravel())


@pytest.mark.parametrize("shape", [(0,), (0, 3, 4), (2, 0, 5)])
def test_a_tensor_without_numbers_shows_none(shape: tuple[int, ...]) -> None:
    cells, exact = thumbnail(np.zeros(shape))
    assert cells.shape == (0, 0)
    assert exact


def test_a_sample_reaches_from_corner_to_corner() -> None:
    cells, _ = thumbnail(np.arange(10_000.0).reshape(100, 100))
    assert (cells[0, 0], cells[0, -1], cells[-1, 0], cells[-1, -1]) == (0, 99, 9900, 9999)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "uint8", "bool"])
def test_statistics_are_those_of_the_numbers(dtype: str) -> None:
    array = np.array([[0, 3, 1], [2, 0, 9]]).astype(dtype)
    summary = summarize(array)
    wide = array.astype(np.float64)
    assert (summary.shape, summary.dtype) == ((2, 3), dtype)
    assert summary.norm == pytest.approx(float(np.sqrt((wide**2).sum())))
    assert (summary.low, summary.high, summary.mean) == (wide.min(), wide.max(), pytest.approx(wide.mean()))
    assert (summary.zeros, summary.nan, summary.infinite, summary.finite) == (2, 0, 0, True)


def test_statistics_are_over_what_is_finite() -> None:
    summary = summarize(np.array([1.0, np.nan, -np.inf, 3.0, np.inf, 0.0], dtype=np.float32))
    assert (summary.nan, summary.infinite, summary.zeros, summary.finite) == (1, 2, 1, False)
    assert (summary.low, summary.high, summary.mean) == (0.0, 3.0, pytest.approx(4 / 3))


@pytest.mark.parametrize("array", [np.zeros((0,)), np.full((3,), np.nan), np.zeros((0, 3), dtype=np.int64)])
def test_where_nothing_is_finite_the_statistics_are_zero(array: Any) -> None:
    summary = summarize(array)
    assert (summary.low, summary.high, summary.mean, summary.norm) == (0.0, 0.0, 0.0, 0.0)


def test_one_number_is_a_scalar() -> None:
    assert summarize(np.array(2.5)).scalar
    assert summarize(np.array([[2.5]])).scalar
    assert not summarize(np.array([1.0, 2.0])).scalar


def test_a_large_norm_of_small_floats_does_not_overflow() -> None:
    assert summarize(np.full(100, 60000, dtype=np.float16)).norm == pytest.approx(600_000, rel=1e-2)
