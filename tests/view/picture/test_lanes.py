"""Lines with round corners, and lanes beside them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from graphscope.view.picture import lanes

STAIRS = ((0, 0), (50, 0), (50, 80), (120, 80))


def test_a_lane_keeps_its_distance_through_both_turns() -> None:
    middle = lanes.lane(STAIRS)
    for aside in (-6, 6):
        beside = lanes.lane(STAIRS, aside)
        whole = lanes.length(beside)
        gaps = [lanes.distance_to(middle, *lanes.at(beside, whole * share / 20)) for share in range(21)]
        assert max(abs(gap - 6) for gap in gaps) < 1.5


def test_a_positive_lane_runs_below_a_line_to_the_right() -> None:
    assert lanes.lane(((0, 0), (10, 0)), 6) == ((0, 6), (10, 6))


def test_a_line_begins_and_ends_at_its_ends() -> None:
    line = lanes.lane(STAIRS)
    assert line[0] == (0, 0)
    assert line[-1] == (120, 80)


def test_a_round_corner_has_no_sharp_bend() -> None:
    line = lanes.lane(STAIRS)
    assert all(abs(b[0] - a[0]) + abs(b[1] - a[1]) > 0 for a, b in pairwise(line))
    assert (50, 0) not in line


def test_corners_on_one_line_or_on_one_another_are_none() -> None:
    assert lanes.lane(((0, 0), (5, 0), (5, 0), (9, 0))) == ((0, 0), (9, 0))


def test_a_point_on_the_way_is_where_its_distance_says() -> None:
    assert lanes.at(((0, 0), (10, 0), (10, 10)), 15) == (10, 5)
    assert lanes.at(((0, 0), (10, 0)), 99) == (10, 0)


def test_a_cut_line_is_shorter_by_both_ends() -> None:
    line = lanes.lane(STAIRS)
    assert lanes.length(lanes.cut(line, 5, 7)) == pytest.approx(lanes.length(line) - 12, abs=0.5)
