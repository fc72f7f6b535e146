"""Runs stop where breakpoints, problems and boundaries are, and at the same positions ahead and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphscope as gs
from graphscope import ops
from graphscope.app import opening
from graphscope.app.samples import samples
from graphscope.debug.breakpoints import NAN, Breakpoint
from graphscope.debug.session import Session
from graphscope.errors import ExpressionError, GraphScopeError, InputError, KernelError
from graphscope.graph.scope import ancestors, title
from graphscope.model.model import Model
from tests.engine.examples import failing, fragile, session, shuffled, xor

ITERATIONS = 3


def stops_ahead(run: Session, end: int) -> list[tuple[int, str]]:
    """Every stop from the start to ``end``, with its reason."""
    run.seek(0)
    found: list[tuple[int, str]] = []
    while run.position < end:
        stop = run.run()
        found.append((stop.position, stop.reason))
    return found


def stops_back(run: Session, end: int) -> list[tuple[int, str]]:
    """Every stop from ``end`` back to the start."""
    run.seek(end)
    found: list[tuple[int, str]] = []
    while run.position:
        stop = run.run_back()
        found.append((stop.position, stop.reason))
    return found


def test_a_run_without_breakpoints_ends_with_the_iteration() -> None:
    run = session(xor())
    stop = run.run()
    assert (stop.reason, stop.position, stop.breakpoint) == ("end of the iteration", 19, None)
    assert run.run_back().reason == "start of the iteration"


def test_a_plain_breakpoint_stops_before_its_step_either_way() -> None:
    run = session(xor())
    point = run.breakpoints.add("node:m2@backward")
    stop = run.run()
    assert (stop.reason, stop.breakpoint, stop.position) == ("breakpoint", point, 11)
    assert (run.next.kind, run.next.node) == ("backward", "m2")
    run.iterate()
    assert run.run_back().position == 11
    assert str(stop.told) == "Stopped at the breakpoint node:m2@backward."


def test_a_breakpoint_with_a_condition_stops_after_its_step_where_the_condition_holds() -> None:
    run = session(xor())
    run.breakpoints.add("node:m2@forward if mean(m2) < 100")
    run.run()
    assert (run.last.kind, run.last.node) == ("forward", "m2")  # type: ignore[union-attr]
    run.breakpoints.add("node:h if mean(h) > 100")
    assert run.run().reason == "end of the iteration"


def test_a_condition_anywhere_stops_where_what_it_reads_has_changed() -> None:
    run = session(xor())
    run.breakpoints.add("if loss < 0.8")
    stop = run.run(iterations=100)
    assert stop.reason == "breakpoint"
    assert run.last.node == run.graph.node("loss").name  # type: ignore[union-attr]
    assert run.loss is not None
    assert run.loss < 0.8
    run.seek(stop.position)
    assert run.run_back(iterations=100).reason == "start of the iteration"


def test_a_run_across_iterations_goes_to_the_breakpoint_and_no_further() -> None:
    run = session(xor())
    run.breakpoints.add("iteration:5")
    assert run.run(iterations=100).position == 5 * 19
    assert run.run(iterations=4).reason == "end of the iteration"
    assert run.position == 9 * 19
    assert run.run_back(iterations=100).position == 5 * 19


def test_a_boundary_belongs_to_the_iteration_that_begins_there() -> None:
    run = session(xor())
    run.breakpoints.add("phase:prepare if iteration == 2")
    assert run.run(iterations=10).position == 2 * 19
    assert run.run(iterations=10).reason == "end of the iteration"
    assert run.position == 12 * 19


def test_a_disabled_breakpoint_is_passed_by() -> None:
    run = session(xor())
    run.breakpoints.add("node:m2")
    run.breakpoints.enable("node:m2", enabled=False)
    assert run.run().reason == "end of the iteration"
    run.breakpoints.enable("node:m2")
    assert run.run().reason == "breakpoint"


def exploding() -> Model:
    """p / 0: infinite at once."""
    g = gs.Builder("exploding")
    p = g.parameter("p", [1.0, 2.0])
    g.loss(g.call(ops.ReduceSum(), p / g.constant("nothing", [0.0, 0.0])))
    g.optimizer(ops.SGD(0.1))
    return g.build()


def test_the_first_number_that_is_not_finite_stops_a_run_until_that_is_switched_off() -> None:
    run = session(exploding())
    stop = run.run()
    assert (stop.reason, stop.breakpoint) == ("problem", NAN)
    assert stop.problem is not None
    assert stop.told == stop.problem.sentence
    assert run.breakpoints.hits("nan") == 1
    assert run.breakpoints.past("nan").positions == (stop.position,)
    run.seek(0)
    run.breakpoints.add("off nan")
    assert run.run().reason == "end of the iteration"


def test_a_run_across_iterations_finds_the_first_problem_as_one_through_each_does() -> None:
    each, across = session(diverging()), session(diverging())
    while (stop := each.run()).reason == "end of the iteration":
        pass
    assert across.run(iterations=1000) == stop
    assert across.last == each.last


def diverging() -> Model:
    """A step that is too long: the parameter grows until it is infinite."""
    g = gs.Builder("diverging")
    p = g.parameter("p", [1.0])
    g.loss(g.call(ops.ReduceSum(), p * p * p * p))
    g.optimizer(ops.SGD(10.0))
    return g.build()


def test_hits_are_counted() -> None:
    run = session(xor())
    run.breakpoints.add("op:MatMul")
    for _ in range(6):
        run.run()
    assert run.breakpoints.hits("op:matmul") == 5


def test_a_kernel_that_fails_is_told_from_where_it_is() -> None:
    for iterations in (1, 5):
        run = session(fragile())
        with failing("forward"), pytest.raises(KernelError):
            run.run(iterations)
        assert run.next.node == "fragile"


@pytest.mark.parametrize("iterations", [0, -1, 1.5])
def test_a_run_is_through_one_iteration_at_least(iterations: Any) -> None:
    for move in (session(xor()).run, session(xor()).run_back):
        with pytest.raises(InputError, match="whole number from 1"):
            move(iterations)


def test_breakpoints_are_kept_in_order_and_taken_away() -> None:
    run = session(xor())
    run.breakpoints.add("node:m2")
    run.breakpoints.add(Breakpoint("op", "tanh"))
    run.breakpoints.add("off node:m2")
    assert [*map(str, run.breakpoints)] == ["nan", "off node:m2", "op:Tanh"]
    assert len(run.breakpoints) == 3
    assert repr(run.breakpoints) == "<Breakpoints: nan, off node:m2, op:Tanh>"
    run.breakpoints.remove("node:m2")
    with pytest.raises(InputError, match="there are nan, op:Tanh"):
        run.breakpoints.remove("node:m2")
    run.breakpoints.remove("nan")
    assert str(run.breakpoints.list()[0]) == "off nan"
    run.breakpoints.clear()
    assert [*map(str, run.breakpoints)] == ["off nan"]


def test_it_is_told_where_a_breakpoint_would_have_stopped() -> None:
    run = session(xor())
    assert run.breakpoints.past("node:m2").told is None
    run.iterate(2)
    past = run.breakpoints.past("node:m2@backward")
    assert (past.positions, past.count, past.of) == ((11, 30), 2, 38)
    assert str(past.told) == "would have stopped at 11, 30 (2 of 38 steps)"
    assert str(run.breakpoints.past("if loss > 1000").told) == "would not have stopped in the 38 steps so far"
    assert run.breakpoints.past("iteration:2").positions == (38,)
    run.iterate(30)
    told = str(run.breakpoints.past("phase:update").told)
    assert told.endswith("… (32 of 608 steps)")
    assert run.position == 32 * 19


def test_what_is_no_longer_kept_is_not_computed_again_to_ask_a_condition() -> None:
    run = session(xor(), memory=30_000)
    run.iterate(200)
    past = run.breakpoints.past("node:h if norm(h) > 0")
    assert 0 < past.of < 200 * 19
    assert past.count == past.of // 19 * 2
    assert run.breakpoints.past("node:h").count == 400


def test_a_condition_that_meets_other_shapes_ends_the_run_with_a_sentence() -> None:
    run = session(shuffled())
    run.breakpoints.add("node:dropped if dropped[2, 0] > 1000")
    with pytest.raises(ExpressionError, match=r"no element \[2, 0\]"):
        run.run(iterations=3)
    assert run.last.iteration == 2  # type: ignore[union-attr]


# ---- ahead and back -------------------------------------------------------------------------------------------


def points(model: Model) -> st.SearchStrategy[str]:
    """Texts of breakpoints of every kind that fit a model."""
    graph = model.graph
    groups = sorted({title(group) for node in graph.nodes for group in ancestors(node.scope)})
    places = [f"node:{node.name}" for node in graph.nodes]
    places += [f"value:{name}" for name in graph.values if graph.by_name[name].kind != "constant"]
    places += [f"op:{node.op.name}" for node in graph.nodes] + [f"group:{group}" for group in groups]
    places += ["phase:prepare", "phase:forward", *(f"iteration:{n}" for n in range(ITERATIONS + 1))]
    value = graph.nodes[0].outputs[0]
    conditions = [
        f'norm(value("{value}")) > 1',
        f'mean(grad("{value}")) > 0',
        "iteration % 2 == 1",
        "position % 7 < 3",
    ]
    ends = st.sampled_from(["", "", *(f" if {condition}" for condition in conditions)])
    phases = st.sampled_from(["", "", "@forward", "@backward", "@update"])
    placed = st.builds(
        lambda place, phase, end: place + ("" if place.startswith(("phase", "iteration")) else phase) + end,
        st.sampled_from(places),
        phases,
        ends,
    )
    return placed | st.sampled_from([f"if {condition}" for condition in conditions] + ["off nan"])


SMALL = {
    sample.name: opening.open(sample.name).model
    for sample in samples()
    if sample.name in ("apple_shop", "fan_out", "linear_regression", "xor", "nan_lab", "batch_norm")
}
"""The samples that run fast enough for a hundred runs."""


@pytest.mark.parametrize("name", sorted(SMALL))
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_run_back_stops_at_exactly_the_positions_of_a_run_ahead(name: str, data: st.DataObject) -> None:
    model = SMALL[name]
    run = session(model)
    for text in data.draw(st.lists(points(model), min_size=1, max_size=4)):
        try:
            run.breakpoints.add(text)
        except GraphScopeError:
            continue  # no step of this model matches it
    run.iterate(ITERATIONS)
    end = run.position
    ahead, back = stops_ahead(run, end), stops_back(run, end)
    assert ahead[-1][0] == end
    assert back[-1][0] == 0
    assert ahead[:-1] == back[-2::-1]
    counted = [run.breakpoints.past(point) for point in run.breakpoints if point.enabled]
    assert {position for past in counted for position in past.positions} <= {
        position for position, _ in ahead
    }


@settings(max_examples=20, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_run_across_iterations_stops_where_one_through_each_does(data: st.DataObject) -> None:
    model = SMALL["xor"]
    each, across = session(model), session(model)
    for text in data.draw(st.lists(points(model), max_size=3)):
        for run in (each, across):
            try:
                run.breakpoints.add(text)
            except GraphScopeError:
                continue
    first = next((stop for _ in range(6) if (stop := each.run()).reason != "end of the iteration"), None)
    stop = across.run(iterations=6)
    assert (stop if stop.reason != "end of the iteration" else None) == first
    assert across.fingerprint() == each.fingerprint()
