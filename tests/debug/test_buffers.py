"""Buffers live on from iteration to iteration without a gradient, and are edited and replayed like the rest."""

# pyright: reportArgumentType=false, reportCallIssue=false, reportOperatorIssue=false, reportOptionalOperand=false, reportOptionalSubscript=false

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.debug.gradcheck import check_gradients
from graphscope.errors import GraphError, InputError
from graphscope.graph.graph import Carry
from graphscope.model.adapt import with_dtype, with_loss
from graphscope.view.explain import explain
from graphscope.view.text import Text
from tests.engine.examples import ADAM, remembering, session


def test_a_buffer_holds_in_the_next_iteration_what_was_carried_into_it() -> None:
    with session(remembering()) as run:
        for done in range(1, 4):
            run.iterate()
            assert int(run.value("count")) == done
            np.testing.assert_array_equal(run.value("mean"), run.value("mean_next"))
        assert run.gradient("mean") is None


def test_it_holds_the_new_content_from_the_step_that_makes_it_and_readers_still_get_the_old() -> None:
    with session(with_dtype(remembering(), "float64")) as run:
        while run.last is None or run.last.node != "mean_next":
            before = run.value("mean")
            run.step()
        assert before is not None
        after = run.value("mean")
        assert after is not None
        assert not np.array_equal(before, after)
        run.iterate()
        np.testing.assert_allclose(run.value("mul_3"), run.value("h") * before)
        assert all(check.right for check in check_gradients(run))


def test_going_back_and_forth_finds_the_same_bit_by_bit() -> None:
    with session(remembering(ADAM)) as run:
        prints = [run.fingerprint()]
        for _ in range(60):
            run.step()
            prints.append(run.fingerprint())
        for position in reversed(range(60)):
            run.back()
            assert run.fingerprint() == prints[position]


def test_a_dropped_iteration_is_computed_again_from_what_the_buffers_held() -> None:
    with session(remembering(), memory=0) as small, session(remembering()) as large:
        for run in (small, large):
            run.iterate(20)
        for position in (5, 37, 111, 200):
            small.seek(position)
            large.seek(position)
            assert small.fingerprint() == large.fingerprint()


def test_an_edited_buffer_changes_what_comes_and_can_be_undone() -> None:
    with session(remembering()) as run:
        run.iterate(2)
        loss = run.loss
        run.set_value("count", np.array(10))
        run.set_value("mean", [5.0, 5.0])
        run.iterate()
        assert int(run.value("count")) == 11
        assert run.loss != loss
        assert run.undo()
        assert run.undo()
        run.iterate()
        assert int(run.value("count")) == 3


def test_an_edit_says_what_it_does_to_the_loss_of_the_next_iteration() -> None:
    with session(with_dtype(remembering(), "float64")) as run:
        run.iterate()
        told = run.what_if("mean", (0,), 2.0)
        before = run.value("mean")
        run.set_value("mean", [2.0, before[1]])
        run.iterate()
        edited = run.loss
        run.undo()
        run.iterate()
        assert told.actual == pytest.approx(edited - run.loss, rel=1e-9)


def test_another_backend_gets_what_the_buffer_held_for_the_backward_steps_to_come() -> None:
    with session(remembering()) as run, session(remembering()) as plain:
        while run.next.kind != "seed":
            run.step()
        run.switch("numpy")
        run.iterate(2)
        plain.iterate(2)
        np.testing.assert_array_equal(run.value("w"), plain.value("w"))
        np.testing.assert_array_equal(run.value("mean"), plain.value("mean"))


def test_the_step_that_changes_a_buffer_says_so() -> None:
    with session(remembering()) as run:
        while run.last is None or run.last.node != "count_next":
            run.step()
        for language in ("en", "ko"):
            told = explain(run, run.last, text=Text(language))
            assert any("count" in line.plain and "count_next" in line.plain for line in told.at("say"))


def test_models_with_buffers_can_be_changed_before_they_run() -> None:
    model = with_loss(with_dtype(remembering(), "float64"), "sum")
    assert model.graph.value("mean").spec.dtype == "float64"
    assert model.graph.value("count").spec.dtype == "int64"
    with session(model) as run:
        run.iterate(2)
        assert int(run.value("count")) == 2


def test_what_does_not_fit_a_buffer_is_refused() -> None:
    graph = remembering().graph
    for wrong in (Carry("mean", "h"), Carry("w", "h"), Carry("mean", "x")):
        with pytest.raises(GraphError):
            replace(graph, carries=(wrong,))
    with pytest.raises(GraphError):
        replace(graph, carries=(*graph.carries, graph.carries[0]))


def test_a_renamed_value_is_still_what_is_carried() -> None:
    g = gs.Builder("renamed")
    count = g.buffer("count", np.array(0.0))
    more = g.call(ops.Add(), count, 1.0)
    g.carry(count, more)
    more.named("more")
    count.named("steps")
    assert g.build().graph.carries == (Carry("steps", "more"),)


def test_a_buffer_cannot_be_carried_from_inside_a_body() -> None:
    g = gs.Builder("inside")
    x, count = g.input("x", ()), g.buffer("count", np.array(0.0))

    def body(h: object) -> object:
        g.carry(count, count)
        return h

    with pytest.raises(InputError, match="count"):
        g.loop(2, x, body)
    g.carry(count, g.loop(2, count, lambda h: h + 1.0))
    g.feed({"x": np.array(1.0)})
    with session(g.build()) as run:
        run.iterate(3)
        assert float(run.value("count")) == 6.0
