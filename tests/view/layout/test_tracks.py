"""Tracks keep wires a lane apart and avoid every crossing that can be avoided."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from graphscope.view.layout.tracks import SLOPED, STRAIGHT, Net, assign_tracks

PINS = st.lists(st.integers(0, 20).map(lambda at: at * 14.0), min_size=1, max_size=3, unique=True)
NETS = st.lists(st.builds(Net.between, PINS, PINS), max_size=60)


@given(NETS)
def test_tensors_beside_each_other_are_on_different_tracks(nets: list[Net]) -> None:
    tracks, count = assign_tracks(nets, 14)
    assert all(track < count for track in tracks)
    for (one, track), (other, its_track) in combinations(zip(nets, tracks, strict=True), 2):
        if track == its_track and track >= 0:
            assert one.high + 14 < other.low or other.high + 14 < one.low


@given(NETS)
def test_only_a_tensor_that_changes_its_place_turns(nets: list[Net]) -> None:
    tracks, _ = assign_tracks(nets, 14)
    for net, track in zip(nets, tracks, strict=True):
        assert (track == STRAIGHT) == (net.low == net.high)


def test_wires_that_go_down_side_by_side_do_not_cross() -> None:
    tracks, count = assign_tracks([Net.between([0], [50]), Net.between([20], [70])], 14)
    assert (tracks, count) == ([1, 0], 2)


def test_wires_that_go_up_side_by_side_do_not_cross() -> None:
    tracks, count = assign_tracks([Net.between([50], [0]), Net.between([70], [20])], 14)
    assert (tracks, count) == ([0, 1], 2)


def test_a_wire_that_ends_where_another_starts_turns_after_it() -> None:
    tracks, _ = assign_tracks([Net.between([0], [50]), Net.between([50], [100])], 14)
    assert tracks[1] < tracks[0]


def test_of_two_wires_that_change_places_one_cuts_across() -> None:
    tracks, count = assign_tracks([Net.between([0], [50]), Net.between([50], [0])], 14)
    assert sorted(tracks) == [SLOPED, 0]
    assert count == 1


def test_wires_far_from_each_other_share_a_track() -> None:
    tracks, count = assign_tracks([Net.between([0], [50]), Net.between([100], [150])], 14)
    assert (tracks, count) == ([0, 0], 1)
