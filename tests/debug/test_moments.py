"""What a window shows: complete at every position, and only what has changed is computed anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphscope.debug import moments
from graphscope.debug.session import Session
from graphscope.engine.moment import Moment
from graphscope.engine.step import Ref
from tests.engine.examples import ADAM, session, shuffled, square_plus, xor


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
    summarize = moments.summarize

    def watched(array: np.ndarray) -> Any:
        seen.append(array.shape)
        return summarize(array)

    monkeypatch.setattr(moments, "summarize", watched)
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
