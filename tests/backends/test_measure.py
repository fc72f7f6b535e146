"""Measuring tells seconds of single actions; medians are taken over all of them."""

from __future__ import annotations

from itertools import count

import pytest

from graphscope.backends.base import Backend
from graphscope.backends.measure import CALLS, COPIES, PRODUCTS, Slice, figures, measure


def ticking():
    ticks = count()
    return lambda: float(next(ticks))


def test_every_backend_can_be_measured(backend: Backend) -> None:
    made = measure(backend, ticking(), size=4000, side=4)
    assert (made.size, made.side) == (4000, 4)
    assert len(made.called) == len(made.done) == CALLS
    assert (len(made.put), len(made.product)) == (COPIES, PRODUCTS)
    assert len(made.got) == (0 if backend.device.startswith("cpu") else COPIES)


def test_until_it_is_done_takes_longer_than_until_one_may_go_on(backend: Backend) -> None:
    made = measure(backend, ticking(), size=4000, side=4)
    assert set(made.called) == {1.0}
    assert set(made.done) == {2.0}


def slice_of(**seconds: tuple[float, ...]) -> Slice:
    known: dict[str, tuple[float, ...]] = {
        "called": (1.0,),
        "done": (1.0,),
        "put": (1.0,),
        "got": (),
        "product": (1.0,),
    }
    return Slice(**{**known, **seconds}, size=1000, side=10)


def test_figures_are_medians_over_all_slices_not_means_of_means() -> None:
    found = figures([slice_of(done=(1.0, 2.0, 9.0)), slice_of(done=(3.0, 4.0))])
    assert found.done == 3.0
    assert found.times == (5, 2, 2)


def test_copies_are_told_in_bytes_and_products_in_operations_a_second() -> None:
    found = figures([slice_of(put=(0.5,), got=(0.25,), product=(2.0,))])
    assert (found.put, found.got, found.product) == (2000.0, 4000.0, 1000.0)


def test_where_nothing_can_be_copied_back_there_is_no_speed_of_it() -> None:
    assert figures([slice_of()]).got is None


def test_what_takes_no_time_at_all_does_not_divide_by_zero() -> None:
    assert figures([slice_of(put=(0.0,), called=(0.0,))]).put == pytest.approx(1e12)
