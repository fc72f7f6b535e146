"""A session tells where it is, and only going there moves it."""

from __future__ import annotations

import pytest

from graphscope.errors import InputError
from tests.engine.examples import session, xor


def test_a_session_says_where_it_is() -> None:
    run = session(xor())
    assert repr(run) == "<Session of 'xor' with NumPy · CPU, position 0 (before the first step)>"
    run.iterate()
    assert repr(run).endswith("position 19 (iteration 0)>")


def test_the_position_is_set_by_going_there() -> None:
    with pytest.raises(AttributeError):
        session(xor()).position = 7  # type: ignore[misc]


def test_what_is_no_step_is_refused_with_what_would_be_one() -> None:
    run = session(xor())
    run.step(3)
    with pytest.raises(InputError, match=r"a step is asked for, such as session\.last, not 'm1'"):
        run.inside("m1")  # type: ignore[arg-type]
