"""The numbers of a matrix stand in line and say what they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphscope.view.numbers import parse
from graphscope.view.picture.digits import LONGEST, aligned, sized

numbers = st.floats(min_value=-1e5, max_value=1e5, allow_nan=False, allow_subnormal=False, width=32)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(numbers, min_size=1, max_size=8), st.sampled_from([6, 7]))
def test_every_number_fits_and_is_right_to_its_first_digit_at_least(cells, capacity) -> None:
    texts = aligned(np.array([cells]), capacity)[0]
    for number, text in zip(cells, texts, strict=True):
        assert len(text) <= capacity
        assert abs(parse(text) - number) <= 0.34 * abs(number)


def test_decimals_are_the_same_for_all_and_no_more_than_needed() -> None:
    assert aligned(np.array([[0.5, -1.25], [3, 0.125]]), 6) == [["0.500", "−1.250"], ["3.000", "0.125"]]
    assert aligned(np.array([[0, 1], [1, 0]]), 6) == [["0", "1"], ["1", "0"]]


def test_a_zero_stands_where_the_others_have_their_units() -> None:
    assert aligned(np.array([[0.0, 0.25]]), 6) == [["0   ", "0.25"]]


def test_a_number_that_the_common_decimals_would_hide_has_its_own_form() -> None:
    texts = aligned(np.array([[0.00012, -12.345]]), 6)[0]
    assert parse(texts[0]) != 0


@pytest.mark.parametrize("number", [-0.00123, 0.00123, -0.00072, -1.234e-7, 0.0123, -987.654, 4.5e-9])
def test_a_cell_has_room_for_two_digits_of_any_number(number) -> None:
    for beside in (0.0, -0.75):
        text = aligned(np.array([[number, beside]]), LONGEST)[0][0]
        assert len(text) <= LONGEST
        assert abs(parse(text) - number) <= 0.05 * abs(number)


def test_type_gets_smaller_only_where_that_keeps_a_second_digit() -> None:
    assert sized(np.array([[0.25, -0.75]]), 5, 17, 11) == (17, [["0.25", "−0.75"]])
    assert sized(np.array([[-0.0123, 0.0456]]), 5, 17, 11) == (17 * 5 / 6, [["−0.012", "0.046"]])
    assert sized(np.array([[-0.00123, 0.00456]]), 5, 17, 11) == (17 * 5 / 7, [["−0.0012", "0.0046"]])
    size, texts = sized(np.array([[-0.00123, 0.75]]), 5, 17, 11)
    assert (size, texts) == (17, [["−1e−3", "0.75"]])  # beside so much more its first digit will do
    assert sized(np.array([[-0.00123]]), 5, 12, 11)[0] == 12  # no smaller type could be read


def test_what_is_not_finite_is_said() -> None:
    assert aligned(np.array([[np.nan, np.inf, -np.inf]]), 6) == [["nan", "+Inf", "−Inf"]]


def test_numbers_of_a_small_matrix_are_all_written_in_one_way() -> None:
    cells = np.array([[-1.1e-4, -9.2e-5, 0.0001, -1.2e-4], [4.74e-5, 1.78e-7, -2e-4, 0.0]])
    texts = aligned(cells, 7)
    assert texts[0] == ["−1.1e−4", "−9.2e−5", "1e−4", "−1.2e−4"]
    assert texts[1] == ["4.7e−5", "1.8e−7", "−2e−4", "0"]
