"""Bars stay rigid and apart and go where their wires are shortest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphscope.view.layout.request import never
from graphscope.view.layout.rigid import Bars, settle


def _bars(
    count: int, limits: dict[tuple[int, int], float], pulls: dict[tuple[int, int], tuple[float, float]]
) -> Bars:
    before: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    after: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    wants: list[list[tuple[int, float, float]]] = [[] for _ in range(count)]
    for (one, other), distance in limits.items():
        before[other].append((one, distance))
        after[one].append((other, distance))
    for (one, other), (distance, weight) in pulls.items():
        wants[other].append((one, distance, weight))
        wants[one].append((other, -distance, weight))
    return Bars(range(count), [0.0] * count, [1.0] * count, before, after, wants)


@given(st.data())
def test_every_distance_is_kept(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(
        lambda pair: pair[0] < pair[1]
    )
    limits = data.draw(st.dictionaries(pairs, st.floats(1, 100), max_size=15)) if count > 1 else {}
    amounts = st.tuples(st.floats(-50, 50), st.floats(0.1, 9))
    pulls = data.draw(st.dictionaries(pairs, amounts, max_size=9)) if count > 1 else {}
    middle = data.draw(st.lists(st.floats(-300, 300), min_size=count, max_size=count))
    at = settle(_bars(count, limits, pulls), middle, never)
    for (one, other), distance in limits.items():
        assert at[other] - at[one] >= distance - 1e-5


def test_bars_that_collide_share_the_way() -> None:
    assert settle(_bars(2, {(0, 1): 10}, {}), [0.0, 0.0], never) == [-5.0, 5.0]


def test_a_free_bar_goes_to_where_its_wire_is_straight() -> None:
    at = settle(_bars(2, {}, {(0, 1): (7.0, 1.0)}), [0.0, 90.0], never)
    assert at[1] - at[0] == 7.0


def test_the_stronger_wire_is_the_straight_one() -> None:
    at = settle(_bars(3, {(0, 2): 40}, {(0, 1): (0.0, 1.0), (1, 2): (0.0, 4.0)}), [0.0, 20.0, 40.0], never)
    assert at[1] == at[2]
