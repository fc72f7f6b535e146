"""Curves are thinned to what can be seen without losing a peak, on axes that keep still."""

from __future__ import annotations

import numpy as np
import pytest

from graphscope.view.curves import (
    FEWEST,
    Span,
    at,
    averaged,
    colour,
    combined,
    lines,
    place,
    reach,
    restless,
    thinned,
    whole,
)
from graphscope.view.palette import THEMES, contrast


def test_the_cursor_stands_on_the_row_of_an_iteration_at_its_end():
    assert place(3, 19, 19) == 3
    assert place(0, 0, 19) == -1
    assert 2 < place(3, 5, 19) < 3


@pytest.mark.parametrize("count", [0, 1, 7, 399])
def test_a_short_curve_is_drawn_whole(count):
    values = np.linspace(1, 0, count)
    x, y = thinned(values, -1, 1000, 200)
    assert np.array_equal(x, np.arange(count))
    assert np.array_equal(y, values)


def test_a_long_curve_keeps_every_peak():
    values = np.zeros(100_000)
    values[[17, 54_321, 99_999]] = 9, -5, 7
    x, y = thinned(values, 0, 99_999, 500)
    assert len(x) == len(y) <= 2 * 501
    assert {9.0, -5.0, 7.0} <= set(y.tolist())
    assert x[int(np.argmin(y))] == pytest.approx(54_321, abs=200)
    assert np.all(np.diff(x) >= 0)


def test_a_part_of_a_curve_is_drawn_where_it_is():
    values = np.arange(10_000.0)
    x, y = thinned(values, 3_000, 7_000, 100)
    assert 3_000 <= x.min() < x.max() <= 7_000
    assert y.min() == 3_000
    assert y.max() == 7_000


def test_a_thinned_curve_that_falls_falls():
    _, y = thinned(np.linspace(5, 1, 5_000), 0, 4_999, 50)
    assert np.all(np.diff(y) <= 0)


def test_noise_is_restless_and_a_smooth_curve_is_not():
    smooth = np.log10(1 / np.arange(1.0, 900.0))
    assert not restless(smooth)
    assert not restless(np.sin(np.linspace(0, 9, 500)))
    assert restless(smooth + np.random.default_rng(0).normal(size=899))
    assert not restless(np.full(900, np.nan))
    assert not restless(np.array([0.0, 1.0, 0.0]))


def test_the_mean_of_some_iterations_stands_in_their_middle():
    x, y = averaged(np.arange(10.0), 0, 5)
    assert x.tolist() == [2.0, 7.0]
    assert y.tolist() == [2.0, 7.0]


def test_the_groups_of_a_mean_stay_where_they_are_while_the_run_goes_on():
    values = np.arange(20.0)
    x, y = averaged(values[3:17], 3, 5)
    assert x.tolist() == [3.5, 7.0, 12.0, 15.5]
    assert y.tolist() == x.tolist()


def test_what_is_no_number_counts_for_nothing_in_a_mean():
    _, y = averaged(np.array([1.0, np.nan, 3.0, np.inf, np.nan, np.nan]), 0, 3)
    assert y[0] == 2.0
    assert np.isnan(y[1])
    assert len(averaged(np.empty(0), 5, 3)[0]) == 0


def test_what_is_no_number_hides_nothing_beside_it():
    values = np.ones(5_000)
    values[100:110] = np.nan
    _, y = thinned(values, 0, 4_999, 50)
    assert np.isfinite(y).all()
    values[:] = np.nan
    assert np.isnan(thinned(values, 0, 4_999, 50)[1]).all()


def test_the_axis_shows_the_whole_run_and_some_iterations_at_least():
    assert whole(0) == Span(-1, FEWEST)
    assert whole(500) == Span(-1, 499)


def test_the_axis_ends_where_the_run_will_end():
    assert whole(20, target=1000, live=True) == Span(-1, 999)


def test_the_axis_of_a_run_without_an_end_keeps_still_for_a_while():
    first = whole(100, live=True)
    assert first.last > 99
    assert whole(110, before=first, live=True) == first
    assert whole(200, before=first, live=True).last > 199


def test_zooming_keeps_what_is_under_the_mouse_and_stays_in_the_run():
    run = Span(-1, 99)
    near = run.zoomed(2, 50)
    assert near.length == 50
    assert (50 - near.first) / near.length == pytest.approx(51 / 100)
    assert run.zoomed(0.5, 50).within(run) == run
    assert Span(90, 140).within(run) == Span(49, 99)


@pytest.mark.parametrize(
    ("numbers", "span"), [([0.1, 0.7], Span(0, 0.75)), ([3.0, 3.1], Span(3.0, 3.125)), ([], Span(0, 1))]
)
def test_the_axis_of_numbers_is_round(numbers, span):
    found = reach([np.array(numbers)], logarithmic=False)
    assert (found.first, found.last) == pytest.approx((span.first, span.last))


def test_the_axis_holds_every_number_of_it():
    curves = [np.array([1e-7, 3.0, np.nan]), np.array([0.0, 250.0, np.inf])]
    span = reach(curves, logarithmic=True)
    assert span.first <= -7
    assert span.last >= np.log10(250)
    flat = reach(curves, logarithmic=False)
    assert flat.first <= 0
    assert flat.last >= 250


@pytest.mark.parametrize("numbers", [[0.0], [-2.0, -2.0], [0.0, 0.0], [-1.0]])
def test_an_axis_has_a_length(numbers):
    for logarithmic in (True, False):
        assert reach([np.array(numbers)], logarithmic=logarithmic).length > 0


SCOPES = {"W1": ("hidden",), "b1": ("hidden",), "W2": ("output",), "g": ()}


def test_each_parameter_has_a_line_of_the_shade_of_its_layer():
    made = lines(SCOPES, by_group=False)
    assert [line.title for line in made] == ["W1", "b1", "W2", "g"]
    assert made[0].shade == made[1].shade == 0
    assert made[0].style != made[1].style
    assert made[-1].shade == 1


def test_the_only_layer_is_not_pale():
    assert {line.shade for line in lines({"w": ("out",), "b": ("out",)}, by_group=False)} == {1.0}


def test_a_layer_has_the_norm_of_all_its_gradients():
    made = lines(SCOPES, by_group=True)
    assert [line.title for line in made] == ["hidden", "output", "g"]
    norms = {name: np.array([size]) for name, size in (("W1", 3.0), ("b1", 4.0), ("W2", 1.0), ("g", 2.0))}
    assert combined(norms, made[0].members) == [5.0]


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("shade", [0.0, 0.5, 1.0])
def test_every_line_stands_out_from_the_ground(name, shade):
    theme = THEMES[name]
    assert contrast(colour(theme, shade), theme.surface) >= 3


def test_the_number_at_an_iteration():
    curve = np.array([1.0, np.nan, 3.0])
    assert [at(curve, place) for place in (-1, 0.2, 1, 2, 3)] == [None, 1.0, None, 3.0, None]
