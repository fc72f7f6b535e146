"""Going on with another backend: the numbers go on, the past stays, and every step can be undone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.backends.base import Backend
from graphscope.debug.session import Session
from graphscope.debug.stops import Stop
from graphscope.engine.step import Key, Ref, Step
from graphscope.model.model import Model
from tests.engine.examples import ADAM, forward_only, session, shuffled, square_plus, xor
from tests.fakes import TESTED, fake_cupy_backend, open_tested

MODELS: dict[str, Callable[[], Model]] = {
    "xor": xor,
    "shuffled": lambda: shuffled(ADAM),
    "square plus": square_plus,
    "forward only": forward_only,
}
EXACT = ("numpy", "strict")
"""They compute with NumPy, so nothing may differ by a bit."""


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest) -> Model:
    return MODELS[request.param]()


@pytest.fixture(params=TESTED)
def backend(request: pytest.FixtureRequest) -> Backend:
    return open_tested(request.param)


def keys(run: Session, until: int) -> list[Key]:
    """The keys of all steps but the transfers, from the start."""
    run.seek(0)
    done: list[Step] = []
    while len([step for step in done if step.kind != "transfer"]) < until:
        done += run.step()
    return [step.key for step in done if step.kind != "transfer"]


def plain_arrays(run: Session) -> dict[Ref, np.ndarray]:
    return {ref: np.array(run.array(ref)) for ref in run.refs()}


def assert_same(made: dict[Ref, np.ndarray], expected: dict[Ref, np.ndarray], *, exact: bool = False) -> None:
    assert made.keys() == expected.keys()
    for ref, array in expected.items():
        assert made[ref].dtype == array.dtype
        rtol, atol = (0.0, 0.0) if exact else (1e-5, 1e-6)
        np.testing.assert_allclose(made[ref], array, rtol=rtol, atol=atol, err_msg=str(ref))


def test_after_a_switch_anywhere_the_run_ends_with_the_same_numbers(model: Model, backend: Backend) -> None:
    reference = session(model)
    length = len(reference.iteration_steps)
    reference.iterate(3)
    expected, losses = plain_arrays(reference), reference.losses()
    for position in range(2 * length + 1):
        run = session(model)
        run.seek(position)
        steps = run.switch(backend)
        assert [step.kind for step in steps] == ["transfer"] * len(steps)
        assert run.position == position + len(steps)
        run.seek(reference.position + len(steps))
        assert_same(plain_arrays(run), expected, exact=backend.name in EXACT)
        assert all(run.backend.owns(run.held(Ref("value", name))) for name in run.graph.parameters)
        for one, two in zip(run.losses(), losses, strict=True):
            assert one == two if two is None else one == pytest.approx(two, rel=1e-5)


@pytest.mark.parametrize("name", ["numpy"])
def test_from_numpy_to_numpy_every_bit_is_the_same(name: str, model: Model) -> None:
    reference = session(model)
    length = len(reference.iteration_steps)
    reference.iterate(2)
    expected = plain_arrays(reference)
    for position in range(length + 1):
        run = session(model)
        run.seek(position)
        steps = run.switch(name)
        run.seek(reference.position + len(steps))
        for ref, array in plain_arrays(run).items():
            assert array.tobytes() == expected[ref].tobytes(), (position, ref)


def test_step_and_back_are_inverses_across_a_switch(backend: Backend) -> None:
    for position in (0, 1, 2, 7, 14, 19, 25):
        run = session(xor())
        run.iterate(2)
        run.seek(position)
        past = []
        for place in range(position + 1):
            run.seek(place)
            past.append(run.fingerprint())
        steps = run.switch(backend)
        seen = {run.position: run.fingerprint()}
        for _ in range(len(steps) + 30):
            run.step()
            seen[run.position] = run.fingerprint()
        while run.position:
            if run.position in seen:
                assert run.fingerprint() == seen[run.position]
            if run.position <= position:
                assert run.fingerprint() == past[run.position]
            run.back()
        assert run.fingerprint() == past[0]


def test_all_steps_but_the_transfers_keep_their_keys_and_transfers_have_keys_of_their_own() -> None:
    reference, run = session(shuffled(ADAM)), session(shuffled(ADAM))
    run.seek(9)
    transfers = run.switch("strict")
    more = run.switch("numpy")
    assert keys(run, 60) == keys(reference, 60)
    every = [step.key for step in (*transfers, *more)]
    assert len(set(every)) == len(every) > 0


def test_a_transfer_tells_what_it_copies_from_where_to_where_and_how_much() -> None:
    run = session(xor())
    run.iterate()
    luggage = run.luggage
    steps = run.switch(fake_cupy_backend())
    assert [step.value for step in steps] == ["W1", "b1", "W2", "b2"]
    assert [step.reads == step.writes == (Ref("value", step.value or ""),) for step in steps] == [True] * 4
    told = steps[0].transfer
    assert told is not None
    assert (told.source, told.target, told.size) == ("NumPy · CPU", "CuPy · GPU 0", 2 * 4 * 4)
    assert sum(step.transfer.size for step in steps if step.transfer) == luggage.size
    assert luggage.arrays == len(steps)
    assert {step.phase for step in steps} == {"update"}


def test_only_what_the_steps_to_come_need_is_copied() -> None:
    run = session(xor())
    while run.last is None or run.last.kind != "seed":
        run.step()
    moved = {step.value for step in run.switch("strict")}
    assert {"W1", "b1", "W2", "b2", "x", "h", "score"} <= moved
    run = session(xor())
    while run.next.kind != "update":
        run.step()
    assert {(step.value, step.reads[0].role) for step in run.switch("strict")} == {
        (name, role) for name in ("W1", "b1", "W2", "b2") for role in ("value", "gradient")
    }


def test_what_was_not_copied_can_still_be_read() -> None:
    run, reference = session(xor()), session(xor())
    for each in (run, reference):
        each.iterate()
    run.switch(fake_cupy_backend())
    assert_same(plain_arrays(run), plain_arrays(reference))
    moment, other = run.moment(), reference.moment()
    assert {name: summary.norm for name, summary in moment.values.items()} == {
        name: summary.norm for name, summary in other.values.items()
    }
    assert dict(moment.added) == dict(other.added)
    assert moment.loss == other.loss


def test_contributions_are_counted_as_before_although_a_gradient_was_copied() -> None:
    run = session(square_plus())
    while run.moment().added.get("p") != (1, 3):
        run.step()
    run.switch("strict")
    assert run.moment().added["p"] == (1, 3)
    counts = [run.moment().added["p"] for _ in range(3) if run.step()]
    assert counts == [(1, 3), (2, 3), (3, 3)]


def test_gradients_of_the_iteration_before_stay_until_they_are_cleared() -> None:
    run = session(xor())
    run.iterate()
    run.step()
    before = run.gradient("W1")
    run.switch("strict")
    assert np.array_equal(run.gradient("W1"), before)  # type: ignore[arg-type]
    run.step()
    assert run.last is not None
    assert run.last.kind == "zero"
    assert run.gradient("W1") is None


def test_the_backend_is_that_of_the_position() -> None:
    run = session(xor())
    run.seek(8)
    steps = run.switch("strict")
    assert run.backend.name == "strict"
    run.back(len(steps))
    assert run.backend.name == "numpy"
    run.step()
    assert run.backend.name == "strict"
    run.seek(0)
    assert run.backend.name == "numpy"


def test_undo_takes_a_switch_back() -> None:
    run = session(xor())
    run.iterate()
    reached, before = run.reached, run.fingerprint()
    run.switch("strict")
    run.iterate()
    assert run.edits == 1
    assert run.undo()
    assert (run.reached, run.fingerprint(), run.backend.name) == (reached, before, "numpy")


def test_an_edit_before_the_switch_goes_on_without_it() -> None:
    run, reference = session(xor()), session(xor())
    for each in (run, reference):
        each.seek(25)
    run.switch("strict")
    run.iterate()
    for each in (run, reference):
        each.seek(22)
        each.set_value("m1", np.ones((4, 4)))
        each.iterate()
    assert run.backend.name == "numpy"
    assert run.fingerprint() == reference.fingerprint()
    for each in (run, reference):
        each.seek(5)
        each.set_value("m1", np.zeros((4, 4)))
        each.iterate(2)
    assert run.fingerprint() == reference.fingerprint()
    assert run.losses() == reference.losses()


def test_an_edit_after_the_switch_lives_where_the_array_does() -> None:
    run, reference = session(xor()), session(xor())
    for each in (run, reference):
        each.seek(3)
    steps = run.switch(fake_cupy_backend())
    for each in (run, reference):
        each.set_value("W1", np.ones((2, 4)))
        each.set_value("m1", np.ones((4, 4)))
    assert run.consequence is not None
    assert reference.consequence is not None
    assert run.consequence.actual == pytest.approx(reference.consequence.actual)
    run.iterate(2)
    reference.iterate(2)
    assert run.position == reference.position + len(steps)
    assert_same(plain_arrays(run), plain_arrays(reference))


def test_dropped_iterations_are_computed_again_each_on_its_own_backend() -> None:
    def made(memory: int) -> Session:
        run = session(shuffled(ADAM), memory=memory)
        run.iterate(2)
        run.step(9)
        run.switch("strict")
        run.iterate(3)
        run.step(4)
        run.switch(fake_cupy_backend())
        run.iterate(6)
        return run

    roomy, tight = made(2**30), made(0)
    for position in [*range(0, roomy.position, 3), *range(roomy.position, 0, -13)]:
        for run in (roomy, tight):
            run.seek(position)
        assert tight.fingerprint() == roomy.fingerprint(), position


def test_a_switch_between_two_transfers_begins_again_before_the_first() -> None:
    run = session(xor())
    run.seek(8)
    run.switch("strict")
    run.seek(10)
    steps = run.switch(fake_cupy_backend())
    assert run.position == 8 + len(steps)
    assert {step.transfer.source for step in steps if step.transfer} == {"NumPy · CPU"}


def test_a_run_can_be_switched_again_and_again() -> None:
    run, reference = session(shuffled(ADAM)), session(shuffled(ADAM))
    extra = 0
    for name in ("strict", "numpy", "torch", "fake cupy", "numpy"):
        extra += len(run.switch(open_tested(name)))
        run.step(11)
    reference.step(55)
    assert run.position == reference.position + extra
    assert_same(plain_arrays(run), plain_arrays(reference))
    assert [one.iteration for one in map(run.history.step_after, range(run.position))] == sorted(
        step.iteration for step in map(run.history.step_after, range(run.position))
    )


def test_a_restart_begins_on_the_other_backend_and_can_be_undone() -> None:
    run = session(xor())
    run.iterate(2)
    before = run.fingerprint()
    assert run.switch("strict", restart=True) == ()
    assert (run.position, run.backend.name, run.reached) == (0, "strict", 0)
    run.iterate(2)
    run.undo()
    assert run.fingerprint() == before


def test_a_backend_that_cannot_hold_the_model_leaves_everything_as_it_was() -> None:
    run = gs.open("xor", dtype="float16")
    run.iterate()
    before, position = run.fingerprint(), run.position
    with pytest.raises(gs.GraphScopeError, match="cannot hold an array of float16"):
        run.switch("strict")
    assert (run.fingerprint(), run.position, run.edits) == (before, position, 0)
    run.iterate()
    assert run.backend.name == "numpy"


def test_a_name_that_nobody_has_is_refused() -> None:
    run = session(xor())
    with pytest.raises(gs.GraphScopeError, match="There is no backend called"):
        run.switch("abacus")


def test_curves_go_on_across_a_switch() -> None:
    run, reference = session(xor()), session(xor())
    reference.iterate(6)
    run.iterate(2)
    run.step(17)
    run.switch(fake_cupy_backend())
    run.iterate(4)
    made, expected = run.curves(), reference.curves()
    np.testing.assert_allclose(made.loss, expected.loss, rtol=1e-12)
    for name, norms in expected.norms.items():
        np.testing.assert_allclose(made.norms[name], norms, rtol=1e-6)


def test_a_step_on_either_side_can_be_looked_into() -> None:
    run = session(xor())
    run.iterate()
    steps = run.iteration_steps
    run.seek(8)
    run.switch(fake_cupy_backend())
    run.iterate()
    after = run.iteration_steps
    assert run.inside(steps[2]).calls
    forwards = [step for step in after if step.kind == "backward"]
    assert run.inside(forwards[-1]).calls
    transfer = next(step for step in after if step.kind == "transfer")
    with pytest.raises(gs.GraphScopeError, match="calls no operation"):
        run.inside(transfer)


def test_positions_are_those_that_steps_led_to() -> None:
    run = session(xor())
    run.seek(8)
    run.switch("strict")
    run.iterate()
    every = run.iteration_steps
    assert [run.history.position_after(step) for step in every] == list(range(1, len(every) + 1))
    assert all(one.key != two.key for one, two in pairwise(every))


def test_running_and_free_running_go_on_across_a_switch_and_find_problems_there() -> None:
    g = gs.Builder("falling")
    p = g.parameter("p", [3.0, 4.0])
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Log(), p, name="h")))
    g.optimizer(ops.SGD(1.0))
    model = g.build()
    reference, run = session(model), session(model)
    expected = reference.free_run(100)
    run.step(3)
    steps = run.switch(fake_cupy_backend())
    stop = run.run()
    assert (stop.reason, stop.position) == (
        "end of the iteration",
        reference.history.iteration(0).end + len(steps),
    )
    ending = run.free_run(100)
    assert (ending.reason, run.position) == (expected.reason, reference.position + len(steps))
    problem, other = run.problem(), reference.problem()
    assert problem is not None
    assert other is not None
    assert (problem.ref, problem.index, str(problem.sentence)) == (
        other.ref,
        other.index,
        str(other.sentence),
    )
    back = run.run_back()
    assert back.position < run.reached
    assert run.run().position == reference.position + len(steps)


def test_breakpoints_stop_at_the_same_positions_in_both_directions_across_a_switch() -> None:
    run = session(xor())
    run.step(24)
    run.switch("strict")
    run.iterate(2)
    end = run.position
    for text in ("node:h", "phase:update", "iteration:2"):
        run.breakpoints.add(text)
    run.seek(0)
    ahead = _stops(run.run, lambda stop: stop.position < end)
    run.seek(end)
    behind = _stops(run.run_back, lambda stop: stop.position > 0)
    assert len(ahead) >= 6
    assert ahead == behind


def _stops(move: Callable[[], Stop], more: Callable[[Stop], bool]) -> set[int]:
    """Where a run stops at breakpoints on its way."""
    found: set[int] = set()
    while True:
        stop = move()
        if stop.reason == "breakpoint":
            found.add(stop.position)
        if not more(stop):
            return found
