"""The numbers of a matrix stand in line and say what they are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graphscope.view.numbers import parse
from graphscope.view.picture.digits import aligned

numbers = st.floats(min_value=-1e5, max_value=1e5, allow_nan=False, allow_subnormal=False, width=32)


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


def test_what_is_not_finite_is_said() -> None:
    assert aligned(np.array([[np.nan, np.inf, -np.inf]]), 6) == [["nan", "+Inf", "−Inf"]]
