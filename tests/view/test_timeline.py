"""Where steps lie on the timeline, also where some iterations have more of them than others."""

from __future__ import annotations

from itertools import pairwise

import pytest

from graphscope.engine.step import Step
from graphscope.view.timeline import Laps, Scale, bars, ticks
from tests.engine.examples import session, xor

USUAL = tuple(Step(kind, 0) for kind in ("data", "zero", "forward", "backward", "update"))  # type: ignore[arg-type]
MORE = (*USUAL[:3], Step("transfer", 0, during="forward"), Step("transfer", 0, during="forward"), *USUAL[3:])
LAPS = Laps(USUAL, {2: MORE}, 4, 22)
"""Iterations begin at 0, 5, 10 (with seven steps), 17, 22."""


def test_iterations_begin_where_those_before_end() -> None:
    assert [LAPS.begin(iteration) for iteration in range(7)] == [0, 5, 10, 17, 22, 27, 32]


@pytest.mark.parametrize("place", range(7))
def test_it_makes_no_difference_from_which_iteration_is_counted(place: int) -> None:
    other = Laps(USUAL, {2: MORE}, place, LAPS.begin(place))
    assert [other.begin(iteration) for iteration in range(9)] == [LAPS.begin(each) for each in range(9)]


def test_every_position_belongs_to_one_step_of_one_iteration() -> None:
    found = [LAPS.at(position) for position in range(27)]
    expected = [(iteration, index) for iteration in range(5) for index in range(len(LAPS.steps(iteration)))]
    assert found == expected


@pytest.mark.parametrize("step", [40.0, 2.0])
def test_bars_follow_one_another_without_gaps_and_hold_every_step(step: float) -> None:
    found = bars(LAPS, 12, 20, Scale(0.0, step, 30 * step))
    assert found[0].start == 0
    for one, two in pairwise(found):
        assert one.end == two.start
    if step > 5:
        assert [bar.step.kind for bar in found if 10 <= bar.start < 17] == [each.kind for each in MORE]
    assert {bar.phase for bar in found if bar.step.kind == "transfer"} <= {"forward"}


def test_ticks_stand_where_iterations_begin() -> None:
    found = ticks(Scale(0.0, 40.0, 1200.0), LAPS)
    assert [(tick.iteration, tick.position) for tick in found] == [
        (0, 0),
        (1, 5),
        (2, 10),
        (3, 17),
        (4, 22),
        (5, 27),
    ]


def test_a_run_teaches_which_iterations_have_more_steps_and_forgets_those_that_were_taken_back() -> None:
    laps = Laps()
    run = session(xor())

    def look() -> Laps:
        steps = run.iteration_steps
        return laps.moved(steps.planned, steps.iteration, run.bounds[0], run.reached)

    laps = look()
    assert laps is look()
    run.iterate()
    run.step(3)
    run.switch("strict")
    laps = look()
    run.iterate(2)
    laps = look()
    for position in range(run.position):
        iteration, index = laps.at(position)
        assert laps.steps(iteration)[index].kind == run.history.step_after(position).kind
    run.undo()
    laps = look()
    assert laps.others == {}


def test_before_anything_is_known_nothing_is_drawn() -> None:
    assert bars(Laps(), 0, 0, Scale(0.0, 1.0, 100.0)) == ()
    assert ticks(Scale(0.0, 1.0, 100.0), Laps()) == ()


def test_a_boundary_is_shown_at_the_end_of_its_iteration_from_whichever_side_it_is_reached() -> None:
    scale = Scale(0.0, 40.0, 200.0)
    ahead = scale.showing(5, LAPS)
    back = ahead.showing(6, LAPS).showing(5, LAPS)
    assert ahead == back == scale
    assert back.showing(6, LAPS).first == 5.0
    assert back.showing(0, LAPS).first == 0.0
