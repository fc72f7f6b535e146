"""What draws at random draws anew at every iteration, the same for the same seed, whatever stands before it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.errors import GraphScopeError


def _drawn(op: Any, *operands: Any, seed: int = 1, iterations: int = 2) -> list[np.ndarray]:
    """What the op makes in each iteration, with constants as operands."""
    g = gs.Builder("drawing", dtype="float64")
    given = [
        None if value is None else g.constant(f"c{slot}", np.asarray(value))
        for slot, value in enumerate(operands)
    ]
    made = g.call(op, *given, name="made")
    (made[0] if isinstance(made, tuple) else made).named("drawn")
    with gs.open(g.build(), seed=seed) as session:
        found = []
        for _ in range(iterations):
            session.iterate()
            found.append(np.asarray(session.value("drawn")))
        return found


@pytest.mark.parametrize(
    ("op", "operands"),
    [
        (ops.RandomNormal((3, 4)), ()),
        (ops.RandomUniform((3, 4)), ()),
        (ops.RandomNormalLike(), (np.zeros((3, 4)),)),
        (ops.RandomUniformLike(), (np.zeros((3, 4)),)),
        (ops.Bernoulli(), (np.full((8, 8), 0.5),)),
        (ops.DropoutMask(0.5), (np.ones((8, 8)),)),
        (ops.DropoutMask(), (np.ones((8, 8)), None, True)),
    ],
    ids=lambda item: item.name if isinstance(item, ops.Op) else "",
)
def test_every_iteration_draws_anew_and_the_seed_decides(op: Any, operands: Any) -> None:
    first, second = _drawn(op, *operands)
    again, _ = _drawn(op, *operands)
    other, _ = _drawn(op, *operands, seed=2)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_normal_and_uniform_numbers_have_their_mean_and_spread() -> None:
    (normal,) = _drawn(ops.RandomNormal((100, 100), "float64", mean=3.0, scale=2.0), iterations=1)
    assert normal.mean() == pytest.approx(3.0, abs=0.1)
    assert normal.std() == pytest.approx(2.0, abs=0.1)
    (uniform,) = _drawn(ops.RandomUniform((100, 100), low=-1.0, high=3.0), iterations=1)
    assert (uniform.min() >= -1.0, uniform.max() < 3.0) == (True, True)
    assert uniform.mean() == pytest.approx(1.0, abs=0.1)


def test_a_coin_falls_as_often_as_its_probability_says() -> None:
    (thrown,) = _drawn(ops.Bernoulli(), np.full((100, 100), 0.3), iterations=1)
    assert set(np.unique(thrown)) == {0.0, 1.0}
    assert thrown.mean() == pytest.approx(0.3, abs=0.02)


def test_a_rate_that_the_model_computes_takes_the_place_of_the_field() -> None:
    (kept,) = _drawn(ops.DropoutMask(0.9), np.ones((100, 100)), 0.2, iterations=1)
    assert (kept > 0).mean() == pytest.approx(0.8, abs=0.02)
    assert kept.max() == pytest.approx(1.25)
    (kept,) = _drawn(ops.DropoutMask(0.9), np.ones((5, 5)), None, False, iterations=1)
    np.testing.assert_array_equal(kept, np.ones((5, 5)))


def test_a_rate_that_keeps_nothing_is_refused_even_where_it_is_computed() -> None:
    with pytest.raises(GraphScopeError, match="not including, 1, but it is 1"):
        _drawn(ops.DropoutMask(), np.ones((5, 5)), 1.0)
