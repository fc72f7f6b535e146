"""Numbers on the screen: short, honest, and such that a calculator agrees."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graphscope.view.numbers import (
    agrees,
    compact,
    duration,
    full,
    hexadecimal,
    natural_decimals,
    number,
    parse,
    rounded,
    settle,
    unit,
)
from tests.view.calculator import calculate, confirms, last_place

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SINGLE = st.floats(width=32, allow_nan=False, allow_infinity=False).map(np.float32)
USUAL = st.floats(-1e4, 1e4)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1363012, "0.13630"),
        (-0.0913, "−0.0913"),
        (np.float32(0.1), "0.1"),
        (np.float32(-1.4931), "−1.4931"),
        (2.2, "2.2"),
        (110.0, "110"),
        (715.0000155, "715"),
        (0.30000001, "0.3"),
        (1234.5678, "1234.57"),
        (1 / 3, "0.33333"),
        (0, "0"),
        (-0.0, "0"),
        (0.00001, "0.00001"),
        (9.9e-6, "9.9e−6"),
        (0.000034567, "3.4567e−5"),
        (1e7, "1e7"),
        (12345678.0, "1.23457e7"),
        (9999999.0, "9999999"),
        (12345678, "12345678"),
        (np.int64(-3), "−3"),
        (True, "1"),
        (np.bool_(False), "0"),
        (math.nan, "nan"),
        (math.inf, "+Inf"),
        (-math.inf, "−Inf"),
        (np.asarray(2.5), "2.5"),
    ],
)
def test_a_number_reads_as_people_write_it(value: float, text: str) -> None:
    assert number(value) == text


@given(FINITE | SINGLE)
def test_a_printed_number_is_the_number_to_its_last_digit(value: float) -> None:
    text = number(value)
    assert abs(parse(text) - float(value)) <= 0.5 * last_place(text) * (1 + 1e-9)
    assert "-" not in text
    mantissa, _, exponent = text.partition("e")
    assert len(mantissa.partition(".")[2]) <= 5
    assert not exponent or not 1e-4 <= abs(float(value)) < 9.9e6


@given(FINITE | SINGLE)
def test_full_precision_comes_back_to_the_last_bit(value: float) -> None:
    assert type(value)(parse(full(value))) == value
    assert float.fromhex(hexadecimal(float(value)).replace("−", "-")) == float(value)


def test_full_precision_tells_minus_zero() -> None:
    assert full(-0.0) == "−0"
    assert full(np.float32(0)) == "0"


@given(st.floats(allow_nan=True, allow_infinity=True) | SINGLE, st.integers(5, 12), st.booleans())
def test_a_cell_never_holds_more_than_its_width(value: float, width: int, sign: bool) -> None:
    text = compact(value, width, sign=sign)
    assert len(text) <= width
    if sign and value > 0 and text[0] not in "#≈":
        assert text.startswith("+")
    if width >= 9 and not sign and abs(float(value)) < 1e308:
        assert abs(parse(text) - float(value)) <= 0.05 * abs(float(value))


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (-0.0325149, 7, "−0.0325"),
        (0.00012345, 6, "1.2e−4"),
        (-0.00123, 7, "−0.0012"),
        (-0.00123, 6, "−0.001"),
        (-0.00072, 7, "−7.2e−4"),
        (9.0004, 3, "9"),
        (-1e-123, 5, "≈0"),
        (1e200, 4, "###"),
        (math.nan, 5, "nan"),
        (715.0000155, 4, "715"),
    ],
)
def test_a_cell_is_filled_with_what_says_most(value: float, width: int, text: str) -> None:
    assert compact(value, width) == text


@example(0.00390625, 2)  # three decimals tell it already
@given(st.floats(-1e300, 1e300) | SINGLE, st.integers(0, 9))
def test_more_decimals_are_never_further_off(value: float, decimals: int) -> None:
    coarse = abs(parse(rounded(value, decimals)) - float(value))
    fine = abs(parse(rounded(value, decimals + 1)) - float(value))
    assert fine <= coarse * (1 + 1e-9) + 1e-300


@given(st.lists(st.tuples(USUAL, USUAL), min_size=1, max_size=6))
def test_a_printed_sum_of_products_recomputes_in_double_precision(pairs: list[tuple[float, float]]) -> None:
    result = math.fsum(a * b for a, b in pairs)
    check_sum(pairs, result)


@given(st.lists(st.tuples(USUAL, USUAL), min_size=1, max_size=6))
def test_a_printed_sum_of_products_recomputes_in_single_precision(pairs: list[tuple[float, float]]) -> None:
    single = [(np.float32(a), np.float32(b)) for a, b in pairs]
    result = np.float32(0)
    for a, b in single:
        result = np.float32(result + a * b)
    check_sum(single, result)


def check_sum(pairs: list, result: Any) -> None:
    """Print, read the text back, and compute again: either it agrees or it says "≈"."""

    def recompute(decimals: int | None) -> float:
        return math.fsum(parse(rounded(a, decimals)) * parse(rounded(b, decimals)) for a, b in pairs)

    settled = settle(recompute, result)
    text = " + ".join(
        f"({rounded(a, settled.decimals)}) · ({rounded(b, settled.decimals)})" for a, b in pairs
    )
    if settled.exact:
        assert confirms(text, settled.result)
    else:
        # All the digits that a float32 is printed with do not give its neighbour's product either.
        assert not agrees(recompute(None), result, natural_decimals(result))


def test_digits_are_added_only_where_they_are_needed() -> None:
    settled = settle(lambda decimals: parse(rounded(0.5, decimals)) * parse(rounded(0.25, decimals)), 0.125)
    assert (settled.decimals, settled.result, settled.exact) == (4, "0.125", True)


def test_an_equation_that_cannot_agree_says_so() -> None:
    settled = settle(lambda _: 1e-8, np.float32(0.25))
    assert not settled.exact
    assert settled.result == "0.25"


def test_a_result_that_is_not_finite_agrees_only_with_itself() -> None:
    assert agrees(math.nan, math.nan, 4)
    assert agrees(math.inf, np.float32(math.inf), 4)
    assert not agrees(1e39, np.float32(math.inf), 4)
    assert not agrees(math.inf, 1.0, 4)


def test_whole_numbers_agree_exactly_or_not() -> None:
    assert agrees(3.0, np.int64(3), 4)
    assert not agrees(3.00001, np.int64(3), 4)


def test_the_last_place_of_a_number_with_an_exponent_counts_from_its_first_digit() -> None:
    assert unit(1.234567e-9, 4) == pytest.approx(1e-13)
    assert unit(12.5, 4) == pytest.approx(1e-4)


def test_the_calculator_reads_what_is_printed() -> None:
    assert calculate("(−0.0913) · (−1.4931)") == pytest.approx(0.13632003)
    assert calculate("1 − (−0.5)² + √4 / 2 · [1 > 0]") == pytest.approx(1.75)
    assert calculate("max(1, −2, …) + exp(−|−3|)") == pytest.approx(1 + math.exp(-3))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (2.7e-5, "27 µs"),
        (9.996e-4, "1 ms"),
        (0.0123, "12.3 ms"),
        (0.9996, "1 s"),
        (1.5, "1.5 s"),
        (3600, "3600 s"),
    ],
)
def test_times_have_a_unit(seconds: float, told: str) -> None:
    assert duration(seconds) == told
