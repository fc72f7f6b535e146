"""Which groups of a laid out graph are frames, and what nodes in them are called on cards and in code."""

from __future__ import annotations

import graphscope as gs
from graphscope.view.frames import frame_groups
from graphscope.view.picture.dealing import short_name
from graphscope.view.source import codes
from tests.engine.framed import counted, nested


def test_a_loop_a_trip_and_a_choice_in_it_are_groups_that_begin_folded() -> None:
    with gs.open(counted()) as run:
        run.iterate()
        groups = frame_groups(run.graph)
    assert {("loop",), ("loop", "loop[3]"), ("loop", "loop[3]", "cond")} <= groups
    bodies = {group[-1] for group in groups if len(group) == 4}
    assert bodies <= {"cond.then", "cond.else"}
    assert bodies


def test_a_function_that_is_called_is_a_group_and_nothing_else_is() -> None:
    with gs.open(nested()) as run:
        run.iterate()
        groups = frame_groups(run.graph)
        assert any(group[-1].startswith("part") for group in groups)
    with gs.open("xor") as plain:
        assert not frame_groups(plain.graph)


def test_a_card_says_no_frame_that_its_group_says() -> None:
    assert short_name("loop[0].cond.then.tanh", ("loop", "loop[0]", "cond", "cond.then")) == "tanh"
    assert short_name("loop[0].cond.choice", ("loop", "loop[0]", "cond")) == "choice"
    assert short_name("loop[0].runs", ("loop",)) == "loop[0].runs"


def test_every_step_in_a_frame_belongs_to_a_line_of_the_code() -> None:
    with gs.open(counted()) as run:
        run.iterate()
        for code in codes(run.model, run.graph):
            inside = [step for step in run.iteration_steps if step.frame and step.kind != "update"]
            assert inside
            assert all(code.of_step(step) is not None for step in inside)
            compile(code.text, "code", "exec")
