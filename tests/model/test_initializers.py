"""Initial weights: keyed by seed and name, with the spread that each rule promises."""

from __future__ import annotations

import numpy as np
import pytest

import graphscope as gs
from graphscope.model.initializers import BY_NAME, Constant, Glorot, He, Initializer, Normal, Uniform, fans
from graphscope.model.seeds import generator


def model(*names: str) -> gs.Model:
    g = gs.Builder("weights")
    for name in names:
        g.parameter(name, Glorot(), (20, 30))
    return g.build()


def test_weights_depend_on_the_seed_and_their_name_alone() -> None:
    alone, together = model("b").initial(3), model("a", "b", "c").initial(3)
    np.testing.assert_array_equal(alone["b"], together["b"])
    assert not np.array_equal(together["a"], together["b"])
    assert not np.array_equal(alone["b"], model("b").initial(4)["b"])


def test_weights_are_drawn_in_double_precision() -> None:
    assert model("w").initial(0)["w"].dtype == "float64"


def test_the_same_key_gives_the_same_numbers_on_every_machine() -> None:
    drawn = generator(0, "parameter", "w").integers(0, 1000, 4)
    assert drawn.tolist() == [410, 962, 381, 836]


@pytest.mark.parametrize(
    ("rule", "deviation"),
    [
        (Glorot(), np.sqrt(2 / 700)),
        (Glorot(gain=2.0), 2 * np.sqrt(2 / 700)),
        (He(), np.sqrt(2 / 300)),
        (Normal(0.3), 0.3),
        (Uniform(-1.0, 1.0), 1 / np.sqrt(3)),
    ],
)
def test_the_spread_is_what_the_rule_promises(rule: Initializer, deviation: float) -> None:
    drawn = rule.draw(generator(0, "spread"), (300, 400))
    assert drawn.std() == pytest.approx(deviation, rel=0.01)
    assert drawn.mean() == pytest.approx(0.0, abs=0.02 * deviation)


def test_a_constant_is_the_same_everywhere() -> None:
    np.testing.assert_array_equal(Constant(2.5).draw(generator(0), (2, 2)), np.full((2, 2), 2.5))


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((3, 5), (3, 5)), ((8, 4, 3, 3), (36, 72)), ((7,), (7, 7)), ((), (1, 1))],
)
def test_fans_count_the_inputs_and_outputs_of_a_unit(
    shape: tuple[int, ...], expected: tuple[int, int]
) -> None:
    assert fans(shape) == expected


def test_every_initializer_with_a_name_draws_the_shape_that_was_asked_for() -> None:
    for rule in BY_NAME.values():
        assert rule.draw(generator(0), (2, 3)).shape == (2, 3)
