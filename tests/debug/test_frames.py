"""Frames in a session: stepped into, over and out of, both ways, edited, replayed, and run on other backends."""

# pyright: reportArgumentType=false, reportCallIssue=false, reportOperatorIssue=false, reportOptionalMemberAccess=false

from __future__ import annotations

import json

import numpy as np
import pytest

from graphscope.app.cli.steps import describe
from graphscope.debug.session import Session
from graphscope.errors import InputError
from graphscope.model.model import Model
from graphscope.view.explain import explain
from graphscope.view.telling import step_title
from graphscope.view.text import Text
from tests.engine.examples import session
from tests.engine.framed import FRAMED, counted, data_count, until
from tests.fakes import TESTED, open_tested


@pytest.fixture(params=FRAMED)
def model(request: pytest.FixtureRequest) -> Model:
    return FRAMED[request.param].model()


def forward(run: Session, node: str) -> None:
    """Step until a node has been computed."""
    while run.last is None or (run.last.kind, run.last.node) != ("forward", node):
        run.step()


def test_stepping_back_is_the_exact_inverse_of_stepping(model: Model) -> None:
    with session(model) as run:
        prints = [run.fingerprint()]
        while run.position < 300:
            run.step()
            prints.append(run.fingerprint())
        for position in reversed(range(300)):
            run.back()
            assert run.position == position
            assert run.fingerprint() == prints[position]


def test_a_dropped_iteration_is_computed_again_as_it_decided_then(model: Model) -> None:
    with session(model, memory=0) as small, session(model) as large:
        for run in (small, large):
            run.iterate(15)
        assert small.position == large.position
        for position in range(0, large.reached, 83):
            small.seek(position)
            large.seek(position)
            assert small.last == large.last
            assert small.fingerprint() == large.fingerprint()


def test_steps_and_whole_iterations_and_seeking_lead_to_the_same_place(model: Model) -> None:
    with session(model) as one, session(model) as other, session(model) as third:
        one.iterate(3)
        while other.position < one.position:
            other.step()
        third.seek(one.position)
        assert one.fingerprint() == other.fingerprint() == third.fingerprint()
        assert one.losses() == other.losses() == third.losses()


def test_what_is_seen_at_a_position_is_the_same_however_it_was_reached(model: Model) -> None:
    with session(model) as run:
        looks = [run.moment()]
        while run.position < 250:
            run.step()
            looks.append(run.moment())
        for position in (*range(249, -1, -1), 130, 5, 201):
            run.seek(position)
            now, then = run.moment(), looks[position]
            assert now.values.keys() == then.values.keys()
            assert now.gradients.keys() == then.gradients.keys()
            assert {name: each.norm for name, each in now.values.items()} == {
                name: each.norm for name, each in then.values.items()
            }


def test_a_value_of_another_trip_is_named_by_its_frame_and_by_what_the_body_calls_it() -> None:
    with session(counted()) as run:
        run.iterate()
        z, w = run.value("loop[2].z"), run.value("w")
        assert z is not None
        np.testing.assert_array_equal(run.value("loop[3].h"), run.value("loop[2].cond"))
        np.testing.assert_array_equal(run.value("loop[3].w"), w)
        assert run.gradient("loop[2].z") is not None
        with pytest.raises(InputError, match=r"loop\[9\]\.z"):
            run.value("loop[9].z")


def test_over_runs_a_whole_loop_and_then_trip_by_trip_and_out_leaves_the_frame() -> None:
    with session(counted()) as run:
        run.step(2)
        run.over()
        assert run.last.node == "loop"
        run.back(len(run.iteration_steps))
        run.step(2)
        run.into()
        assert run.last.frame == ("loop[0]",)
        run.out()
        assert run.last.frame == ("loop[0]",)
        assert run.next.frame == ("loop[1]",)
        run.over()
        assert run.next.frame == ("loop[2]",)
        forward(run, "loop[2].cond.choice")
        run.step()
        assert run.last.frame[-1].startswith("cond.")
        run.out()
        assert run.last.node == "loop[2].cond"


def test_into_stops_before_the_first_step_of_a_frame_that_begins_with_a_decision() -> None:
    with session(until()) as run:
        forward(run, "greater")
        assert run.next.node == "loop[0].runs"
        run.into()
        assert run.last.node == "loop[0].runs"
        assert run.next.frame == ("loop[0]",)
    with session(counted()) as run:
        run.step()
        assert run.into() == ()


def test_an_edit_that_flips_a_decision_lays_out_the_other_way_and_can_be_undone() -> None:
    with session(counted()) as run:
        run.iterate()
        loss = run.loss
        run.seek(0)
        forward(run, "loop[1].greater")
        before = run.fingerprint()
        taken = bool(run.value("loop[1].greater"))
        run.set_value("loop[1].greater", not taken)
        run.step(2)
        assert f"cond.{'else' if taken else 'then'}" in run.last.frame
        run.iterate()
        assert run.loss != loss
        position, edited = run.position, run.fingerprint()
        run.seek(3)
        run.seek(position)
        assert run.fingerprint() == edited
        assert run.undo()
        assert run.fingerprint() == before
        run.iterate()
        assert run.loss == loss


def test_the_decision_itself_can_be_edited_after_it_was_taken() -> None:
    with session(until(), memory=0) as run:
        run.iterate()
        run.seek(0)
        forward(run, "loop[1].runs")
        run.set_value("loop[1].runs", 0)
        run.iterate()
        assert run.value("loop[0].tanh") is not None
        assert all(step.node != "loop[1].tanh" for step in run.iteration_steps)
        ended = run.fingerprint(), run.position
        run.iterate(5)
        run.seek(ended[1])
        assert run.fingerprint() == ended[0]


def test_what_an_edit_does_to_the_loss_is_told_where_it_flips_a_decision_too() -> None:
    with session(data_count()) as run:
        run.step(2)
        w = run.value("w")
        told = run.what_if("w", (0, 0), 3.0)
        run.iterate()
        before = run.loss
        run.seek(2)
        moved = np.array(w)
        moved[0, 0] = 3.0
        run.set_value("w", moved)
        run.iterate()
        assert told.actual == pytest.approx(run.loss - before)


@pytest.mark.parametrize("name", TESTED)
def test_every_backend_decides_alike(name: str, model: Model) -> None:
    with Session(model, open_tested(name)) as run, session(model) as plain:
        run.iterate(4)
        plain.iterate(4)
        assert run.position == plain.position
        np.testing.assert_allclose(run.losses(), plain.losses(), rtol=1e-6)


def test_a_run_goes_on_elsewhere_after_its_last_decision_and_is_refused_before() -> None:
    with session(counted()) as run, session(counted()) as plain:
        run.step(4)
        with pytest.raises(InputError, match="decide"):
            run.switch("numpy")
        while run.next.kind != "seed":
            run.step()
        run.switch("numpy")
        run.iterate(3)
        plain.iterate(3)
        assert run.losses() == plain.losses()
        run.seek(5)
        run.seek(run.reached)
        np.testing.assert_array_equal(run.value("w"), plain.value("w"))


def test_a_free_run_and_breakpoints_know_frames() -> None:
    with session(counted()) as run:
        run.breakpoints.add("node:loop[2].z@backward")
        stop = run.run()
        assert stop.reason == "breakpoint"
        assert run.next.node == "loop[2].z" or run.last.node == "loop[2].z"
    with session(counted()) as run:
        run.breakpoints.add("node:loop[*].z")
        places = []
        for _ in range(4):
            run.run()
            places.append(run.next.node)
        assert places == [f"loop[{trip}].z" for trip in range(4)]
    with session(until()) as run:
        run.breakpoints.add("node:loop[0].tanh@backward")
        assert run.run(5).reason == "breakpoint"
        assert run.next.node == "loop[0].tanh"
    with session(until()) as run:
        assert run.run().reason == "end of the iteration"
        assert run.position == run.bounds[1]
        assert run.next.kind == "data"
        assert run.run(3).position == run.bounds[1]
    with session(until()) as run:
        run.free_run(20)
        assert len(run.losses()) == 20
        assert run.curves().loss.shape == (20,)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_step_is_explained_and_has_a_title(model: Model, language: str) -> None:
    text = Text(language)
    with session(model) as run:
        start = run.bounds[0]
        run.iterate()
        for position in range(start + 1, run.bounds[1] + 1):
            run.seek(position)
            step = run.last
            assert step_title(step, run.graph, text)
            told = explain(run, step, text=text)
            assert told.at("say")
            assert told.at("why")


def test_the_command_tells_the_frame_of_each_step() -> None:
    with session(counted()) as run:
        told = [json.loads(json.dumps(describe(run, run.step()[0]))) for _ in run.iteration_steps]
    assert {"loop[2]", "cond.then"} <= {name for row in told for name in row["frame"]}
