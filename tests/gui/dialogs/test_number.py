"""Numbers and places that a user types: what is taken, and the sentence for what is not."""

import numpy as np
import pytest

from graphscope.engine.summary import summarize
from graphscope.errors import InputError
from graphscope.gui.dialogs.number import at_place, in_plane, read_number, read_place


@pytest.mark.parametrize(
    ("told", "dtype", "number"),
    [
        ("0.5", "float32", 0.5),
        (" −1e-3 ", "float32", -0.001),
        ("3.3e38", "bfloat16", 3.3e38),
        ("7", "int64", 7),
        ("1", "bool", 1),
    ],
)
def test_plain_numbers_are_taken_with_the_minus_that_is_printed_too(told, dtype, number) -> None:
    assert read_number(told, dtype) == number


@pytest.mark.parametrize(
    ("told", "dtype", "sentence"),
    [
        ("much", "float32", "is no number"),
        ("", "float32", "is no number"),
        ("nan", "float32", "is not finite"),
        ("-Inf", "float64", "is not finite"),
        ("1e50", "float32", "from -3.403e+38 to 3.403e+38"),
        ("1e5", "float16", "holds numbers from"),
        ("0.5", "int64", "whole numbers only"),
        ("-1", "uint8", "from 0 to 255"),
        ("2", "bool", "from 0 to 1"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(told, dtype, sentence) -> None:
    with pytest.raises(InputError, match=sentence.replace("+", r"\+")):
        read_number(told, dtype)


@pytest.mark.parametrize("told", ["1,2", "[1, 2]", "(1,2)", "1 2"])
def test_a_place_is_read_however_it_is_written(told) -> None:
    assert read_place(told, (4, 4)) == (1, 2)


@pytest.mark.parametrize("told", ["1", "1,2,3", "4,0", "-1,0", "a,b", "1;2", ""])
def test_a_place_outside_the_array_is_refused_with_the_first_and_last_one(told) -> None:
    with pytest.raises(InputError, match="from 0,0 to 3,3"):
        read_place(told, (4, 4))


def test_a_single_number_has_one_place() -> None:
    assert read_place("", ()) == ()
    assert in_plane(()) == (0, 0)
    assert in_plane((3,)) == (0, 3)
    assert in_plane((5, 1, 2)) == (1, 2)


def test_the_old_number_has_the_digits_of_its_own_type() -> None:
    summary = summarize(np.array([[0.1, 0.2]], dtype=np.float32))
    assert at_place(summary, (0, 1)) == np.float32(0.2)
    assert str(at_place(summary, (0, 1))) == "0.2"


def test_a_large_array_is_only_sampled_so_its_number_has_to_be_asked_for() -> None:
    assert at_place(summarize(np.zeros((64, 64), np.float32)), (3, 3)) is None
