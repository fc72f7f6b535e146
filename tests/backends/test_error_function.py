"""The error function is right to the last digits, for few elements and for many."""

from __future__ import annotations

import math

import numpy as np
import pytest

from graphscope.backends.error_function import CHUNK, FEW, LARGEST, erf

LINE = np.linspace(-7.0, 7.0, 20_001)
TINY = np.geomspace(1e-320, 0.47, 2_001)
BORDERS = np.array([0.46875, np.nextafter(0.46875, 1), LARGEST, np.nextafter(LARGEST, 7), 5.9, 27.0, 1e300])


@pytest.mark.parametrize("x", [LINE, TINY, np.resize(BORDERS, FEW + 1)])
def test_the_approximations_agree_with_the_c_library_to_four_units_in_the_last_place(x: np.ndarray) -> None:
    exact = np.array([math.erf(each) for each in x.tolist()])
    assert x.size > FEW
    assert np.max(np.abs(erf(x) - exact) / np.spacing(np.abs(exact))) <= 4


def test_few_elements_are_those_of_the_c_library() -> None:
    assert erf(BORDERS).tolist() == [math.erf(each) for each in BORDERS.tolist()]


def test_it_is_odd_and_grows() -> None:
    values = erf(LINE)
    np.testing.assert_array_equal(values, -erf(-LINE))
    assert np.all(np.diff(values) >= -(2**-53))


@pytest.mark.parametrize("size", [FEW, FEW + 1, CHUNK, CHUNK + 1, 2 * CHUNK + 5])
def test_no_element_is_lost_between_chunks(size: int) -> None:
    x = np.linspace(-3.0, 3.0, size)
    np.testing.assert_allclose(erf(x), [math.erf(each) for each in x.tolist()], rtol=1e-15, atol=0)


def test_few_floats_of_single_precision_are_rounded_once_from_double_precision() -> None:
    x = np.linspace(-4.0, 4.0, FEW).astype(np.float32)
    np.testing.assert_array_equal(erf(x), np.array([math.erf(each) for each in x.tolist()], np.float32))


def test_many_are_nearly_so() -> None:
    x = np.concatenate([LINE, TINY, [0.0, 1e30]]).astype(np.float32)
    exact = np.array([math.erf(each) for each in x.tolist()])
    made = erf(x)
    units = np.abs(made - exact) / np.spacing(np.abs(exact).astype(np.float32))
    assert made.dtype == np.float32
    assert np.max(units) <= 0.54


@pytest.mark.parametrize("size", [FEW, CHUNK + 1])
def test_half_precision_is_rounded_once(size: int) -> None:
    x = np.linspace(-4.0, 4.0, size).astype(np.float16)
    np.testing.assert_array_equal(erf(x), np.array([math.erf(each) for each in x.tolist()], np.float16))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_there_is_an_answer_for_every_number(dtype: str) -> None:
    x = np.resize(np.array([np.nan, np.inf, -np.inf, -0.0], dtype), FEW + 4)
    np.testing.assert_array_equal(erf(x)[:4], np.array([np.nan, 1.0, -1.0, -0.0], dtype))
