"""What a window shows: complete at every position, and only what has changed is computed anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.backends.base import Backend
from graphscope.debug import moments
from graphscope.debug.session import Session
from graphscope.engine.moment import Moment
from graphscope.engine.on_device import WHOLE
from graphscope.engine.step import Ref
from graphscope.engine.table import Table
from graphscope.model.model import Model
from tests.engine.examples import ADAM, session, shuffled, square_plus, xor
from tests.fakes import fake_cupy_backend, watch


def plain(moment: Moment) -> Any:
    """A moment as something that can be compared."""

    def facts(summary: Any) -> Any:
        return (summary.shape, summary.dtype, summary.exact, summary.norm, summary.cells.tobytes())

    tables = (moment.values, moment.gradients, moment.parts)
    summaries = tuple({key: facts(summary) for key, summary in table.items()} for table in tables)
    told = (moment.position, moment.last, moment.next, moment.iteration, moment.done, moment.length)
    return (*told, summaries, dict(moment.added), moment.loss, moment.problem)


def fresh(run: Session) -> Moment:
    """The moment as somebody sees it who has not looked before."""
    return moments.moment(run, moments.Scene())


@pytest.mark.parametrize(
    "model", [xor(ADAM), shuffled(ADAM), square_plus()], ids=["xor", "shuffled", "square plus"]
)
def test_a_moment_depends_on_the_position_alone_and_not_on_where_one_looked_before(model: Any) -> None:
    run = session(model)
    length = len(run.iteration_steps)
    path = [
        *range(2 * length + 2),
        *range(2 * length, 0, -1),
        5,
        length,
        2,
        2 * length,
        length + 1,
        length,
        0,
    ]
    for position in path:
        run.seek(position)
        assert plain(run.moment()) == plain(fresh(run)), position


def test_a_moment_follows_edits_and_their_undoing() -> None:
    run = session(shuffled(ADAM))
    run.iterate()
    run.step(4)
    run.moment()
    for move in (
        lambda: run.set_value("w", np.ones((3, 5))),
        run.back,
        run.step,
        lambda: run.set_value("v", np.ones((5, 1))),
        run.iterate,
        run.undo,
        run.undo,
        run.iterate,
    ):
        move()
        assert plain(run.moment()) == plain(fresh(run))


def test_a_moment_shows_everything_there_is() -> None:
    run = session(xor())
    for _ in run.iteration_steps:
        run.step()
        moment = run.moment()
        shown = {Ref("value", name) for name in moment.values} | {
            Ref("gradient", name) for name in moment.gradients
        }
        assert shown == {ref for ref in run.refs() if ref.role in ("value", "gradient")}
        assert (moment.last, moment.next, moment.loss) == (run.last, run.next, run.loss)
        assert (moment.done, moment.length) == (run.position, 19)


def test_after_a_step_only_what_it_made_is_summarized(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, ...]] = []
    summary_of = moments.summary_of

    def watched(backend: Backend, held: np.ndarray) -> Any:
        seen.append(held.shape)
        return summary_of(backend, held)

    monkeypatch.setattr(moments, "summary_of", watched)
    run = session(xor())
    run.iterate()
    run.moment()
    everything = len(seen)
    assert everything > 20
    for _ in range(25):
        seen.clear()
        run.step()
        step = run.last
        run.moment()
        assert step is not None
        assert len(seen) <= 2 * len(step.writes) + 1, step
    seen.clear()
    run.back()
    run.moment()
    run.step()
    run.moment()
    assert seen == []


def test_contributions_are_counted_as_they_come_in() -> None:
    run = session(square_plus())
    counts = []
    for _ in run.iteration_steps:
        run.step()
        counts.append(run.moment().added.get("p"))
    assert counts == [None, None, None, None, None, (1, 3), (1, 3), (2, 3), (3, 3)]


def test_the_parts_of_the_last_step_are_shown_with_it() -> None:
    run = session(xor())
    while run.last is None or (run.last.kind, run.last.node) != ("backward", "score"):
        run.step()
    assert run.moment().parts.keys() == {
        Ref("contribution", "score", 0),
        Ref("contribution", "score", 1),
        Ref("unsummed", "score", 1),
    }
    dropped = session(shuffled())
    while dropped.last is None or dropped.last.node != "dropped":
        dropped.step()
    assert dropped.moment().parts.keys() == {Ref("drawn", "dropped", 0)}


def test_looking_holds_no_arrays_that_were_dropped() -> None:
    run = session(shuffled(), memory=0)
    for _ in range(30):
        run.iterate()
        run.moment()
    iteration = run.history.iterations[-1]
    assert len(run._scene._known) <= iteration.plan.size


def wide() -> Model:
    """Arrays of 240 KB."""
    g = gs.Builder("wide")
    x = g.input("x", (100, 300))
    w = g.parameter("w", gs.initializers.Glorot(), (300, 100))
    g.loss(g.call(ops.ReduceMean(), g.call(ops.Square(), g.call(ops.Tanh(), x @ w))))
    g.optimizer(ADAM)
    g.feed({"x": np.random.default_rng(0).normal(size=(100, 300))})
    return g.build()


@pytest.mark.parametrize("model", [wide(), xor(), shuffled(ADAM)], ids=["wide", "xor", "shuffled"])
def test_a_moment_brings_one_small_block_for_each_array_that_is_new_and_waits_for_nothing_else(
    model: Model,
) -> None:
    run, reference = Session(model, fake_cupy_backend()), session(model)
    for _ in range(2 * len(run.iteration_steps)):
        run.step()
        reference.step()
        with watch() as ledger:
            moment = run.moment()
        tensors = len(moment.values) + len(moment.gradients) + len(moment.parts)
        assert len(ledger.downloads) <= tensors
        assert ledger.bytes <= len(ledger.downloads) * (WHOLE + 128)
        assert (ledger.waits, ledger.uploads) == ([], [])
        assert moment.values.keys() == reference.moment().values.keys()
        assert moment.loss == run.loss


def test_looking_twice_brings_nothing_more() -> None:
    run = Session(wide(), fake_cupy_backend())
    run.iterate()
    run.moment()
    with watch() as ledger:
        run.moment()
    assert ledger.downloads == []


def test_the_first_number_that_is_not_finite_is_found_on_the_device() -> None:
    g = gs.Builder("logarithm")
    p = g.parameter("p", np.where(np.arange(4000) == 3210, 0.0, 1.0).reshape(40, 100))
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Log(), p, name="h")))
    run = Session(g.build(), fake_cupy_backend())
    run.step(3)
    with watch() as ledger:
        problem = run.moment().problem
    assert problem is not None
    assert (problem.ref, problem.index) == (Ref("value", "h"), (32, 10))
    assert problem.sentence.fields["value"] == "−Inf"
    assert (problem.sentence.fields["count"], problem.sentence.fields["size"]) == (1, 4000)
    assert ledger.bytes <= len(ledger.downloads) * (WHOLE + 128)


def test_what_a_step_did_not_change_is_shared_with_the_moment_before() -> None:
    run = session(xor())
    run.iterate()
    run.step(4)
    before = run.moment()
    (step,) = run.step()
    after = run.moment()
    assert isinstance(after.values, Table)
    assert after.values.since(before.values).keys() == {
        ref.name for ref in step.writes if ref.role == "value"
    }
    assert isinstance(after.gradients, Table)
    assert after.gradients.since(before.gradients) == {}
    assert plain(before) != plain(after)


def test_two_iterations_of_other_sizes_have_their_tables_under_the_same_names() -> None:
    run = session(shuffled(ADAM, samples=7, batch=3))
    tables = []
    for _ in range(4):
        run.iterate()
        tables.append(run.moment().values)
    assert len({id(table.names) for table in tables if isinstance(table, Table)}) == 1
