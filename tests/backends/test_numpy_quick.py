"""The short ways to NumPy's code give bit for bit what its public functions give, and fail alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphscope.backends.numpy_quick import QUICK

NUMBERS = np.random.default_rng(0).normal(size=(5, 3, 4))
ARRAYS: dict[str, Any] = {
    "float64": NUMBERS,
    "float32": NUMBERS.astype(np.float32),
    "float16": NUMBERS.astype(np.float16),
    "int32": (NUMBERS * 9).astype(np.int32),
    "bool": NUMBERS > 0,
    "a view": NUMBERS.astype(np.float32)[::2, :, ::-1],
    "no axes": np.array(2.5, dtype=np.float32),
    "a scalar of a reduction": np.float32(2.5),
}
REDUCTIONS: list[dict[str, Any]] = [{}, {"axis": -1}, {"axis": (0, 1)}, {"axis": 0, "keepdims": True}]


@pytest.mark.parametrize("kind", ARRAYS)
@pytest.mark.parametrize("name", ["sum", "max", "min", "mean"])
def test_every_reduction_is_that_of_numpy(name: str, kind: str) -> None:
    array = ARRAYS[kind]
    for options in REDUCTIONS if np.ndim(array) else REDUCTIONS[:1]:
        same(QUICK[name](array, **options), getattr(np, name)(array, **options))


@pytest.mark.parametrize("kind", ARRAYS)
def test_every_other_arrangement_is_that_of_numpy(kind: str) -> None:
    array = ARRAYS[kind]
    for axis in (-1, 0, (0, 2)) if np.ndim(array) else (-1, 0):
        same(QUICK["expand_dims"](array, axis=axis), np.expand_dims(array, axis))
    same(QUICK["reshape"](array, (-1,)), np.reshape(array, (-1,)))
    if np.ndim(array) >= 2:
        same(QUICK["matrix_transpose"](array), np.matrix_transpose(array))


def test_a_copy_is_made_where_one_is_asked_for() -> None:
    array = NUMBERS.copy()
    assert not np.shares_memory(QUICK["reshape"](array, (-1,), copy=True), array)
    assert np.shares_memory(QUICK["reshape"](array, (-1,)), array)


@pytest.mark.parametrize("name", ["max", "min"])
def test_nothing_has_no_extreme(name: str) -> None:
    with pytest.raises(ValueError, match="zero-size"):
        QUICK[name](np.zeros((0, 3)), axis=0)


def same(made: Any, expected: Any) -> None:
    assert np.asarray(made).dtype == np.asarray(expected).dtype
    assert np.array_equal(made, expected)
    assert np.shape(made) == np.shape(expected)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_the_mean_of_nothing_is_nan_without_a_warning(dtype: str) -> None:
    empty = np.zeros((0, 3), dtype)
    columns = QUICK["mean"](empty, axis=0)
    assert columns.dtype == dtype
    assert columns.shape == (3,)
    assert np.isnan(columns).all()
    same(QUICK["mean"](empty, axis=1), np.zeros(0, dtype))
    assert np.isnan(QUICK["mean"](empty))


ROWS = np.random.default_rng(1).normal(size=(6, 7, 5, 11)).astype(np.float32)


@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("axis", [-1, 3, (3,), (2, 3), (-1, -2), (0, 3), (0, 2, 3), (0, 2), 1, None])
@pytest.mark.parametrize("name", ["sum", "max", "mean"])
def test_many_short_rows_are_reduced_as_numpy_does_but_for_rounding(
    name: str, axis: Any, keepdims: bool
) -> None:
    for array in (ROWS, ROWS.astype(np.float64), ROWS.astype(np.float16), ROWS[:, ::-1]):
        made, expected = (at(array, axis=axis, keepdims=keepdims) for at in (QUICK[name], getattr(np, name)))
        assert (made.dtype, made.shape) == (expected.dtype, expected.shape)
        np.testing.assert_allclose(made, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_row_that_is_not_finite_spoils_no_other(number: float) -> None:
    array = ROWS.copy()
    array[1, 2, 3, 4] = number
    for name in ("sum", "max", "mean"):
        same(np.isfinite(QUICK[name](array, axis=-1)), np.isfinite(getattr(np, name)(array, axis=-1)))
        same(np.isnan(QUICK[name](array, axis=-1)), np.isnan(getattr(np, name)(array, axis=-1)))


@pytest.mark.parametrize(
    "shapes",
    [
        ((6, 7, 5), (5, 4)),
        ((7, 5), (5, 4)),
        ((6, 7, 5), (6, 5, 4)),
        ((0, 7, 5), (5, 4)),
        ((5,), (5, 4)),
        ((7, 1), (1, 4)),
        ((6, 7, 1), (1, 4)),
        ((3, 1, 7, 1), (6, 1, 4)),
    ],
    ids=str,
)
def test_a_product_is_that_of_numpy(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    x, w = (np.random.default_rng(2).normal(size=shape) for shape in shapes)
    for left in (x, x[..., ::-1]):
        made, expected = QUICK["matmul"](left, w), np.matmul(left, w)
        assert made.shape == expected.shape
        np.testing.assert_allclose(made, expected, rtol=1e-12, atol=1e-12)


def test_a_product_of_what_does_not_fit_fails() -> None:
    with pytest.raises(ValueError, match="mismatch"):
        QUICK["matmul"](np.zeros((7, 1)), np.zeros((2, 4)))
