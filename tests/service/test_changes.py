"""What crosses of a position is what is new, and what comes out is the whole position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import graphscope as gs
from graphscope.app.engine import open_session
from graphscope.service.changes import Receiving, Sending, change, changed
from graphscope.service.codec import decode, encode
from graphscope.service.requests import Assign, Move, Moved, Open, Opened, Request, Seek, Undo
from graphscope.service.worker import Worker
from tests.engine.examples import shuffled

REQUESTS: list[Request] = [
    *(Move(motion) for motion in ("step", "back", "next_phase", "previous_phase", "next_iteration", "over")),
    Seek(0),
    Seek(40),
    Assign("w", (0, 0), 2.0),
    Undo(),
]


def assert_same(told: Mapping[str, Any], whole: Mapping[str, Any]) -> None:
    assert set(told) == set(whole)
    for name, summary in whole.items():
        assert repr(told[name]) == repr(summary), name


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=12))
def test_whatever_was_told_before_the_whole_position_comes_out(requests: list[Request]) -> None:
    worker, sending, receiving = Worker(open_session), Sending(), Receiving()
    for request in (Open(shuffled()), *requests):
        for answer in worker.answers(request):
            text, arrays = encode(sending.shorten(answer, request))
            sending.sent()
            again = receiving.whole(decode(text, bytearray().join(arrays)), request)
            assert type(again) is type(answer)
            if isinstance(answer, Moved) and isinstance(again, Moved):
                assert again.request is request
                assert_same(again.moment.values, answer.moment.values)
                assert_same(again.moment.gradients, answer.moment.gradients)
                assert_same(again.moment.added, answer.moment.added)
                assert tuple(again.steps) == tuple(answer.steps)
                assert (again.start, again.reached, again.edits) == (
                    answer.start,
                    answer.reached,
                    answer.edits,
                )
                assert again.moment.last == answer.moment.last


@given(*[st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([object() for _ in range(3)]))] * 2)
def test_a_mapping_after_its_change_is_the_other_mapping(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert changed(before, change(before, after)) == after


def size(answer: Moved, sending: Sending, request: Request) -> int:
    text, arrays = encode(sending.shorten(answer, request))
    sending.sent()
    return len(text) + sum(array.nbytes for array in arrays)


def chain(nodes: int) -> gs.Model:
    g = gs.Builder("chain")
    h = g.input("x", (2, 2))
    for index in range(nodes):
        h = g.call(gs.ops.Tanh(), h, name=f"h{index}")
    g.loss(gs.losses.mse, h, g.input("y", (2, 2), gradient=False))
    g.feed({"x": np.ones((2, 2)), "y": np.zeros((2, 2))})
    return g.build()


def test_a_step_in_a_large_graph_sends_as_little_as_one_in_a_small_graph() -> None:
    sizes: dict[int, int] = {}
    for nodes in (5, 500):
        worker, sending = Worker(open_session), Sending()
        for request in (Open(chain(nodes)), Seek(4), Move("step")):
            for answer in worker.answers(request):
                if isinstance(answer, Moved):
                    sizes[nodes] = size(answer, sending, request)
    assert sizes[500] < sizes[5] + 200


def test_the_numbers_of_a_model_stay_where_they_are() -> None:
    worker, sending = Worker(open_session), Sending()
    request = Open("digits_cnn")
    opened = next(iter(worker.answers(request)))
    assert isinstance(opened, Opened)
    text, arrays = encode(sending.shorten(opened, request))
    again = Receiving().whole(decode(text, bytearray().join(arrays)), request)
    assert isinstance(again, Opened)
    assert not arrays
    assert again.model.graph == opened.model.graph
    assert again.model.optimizer == opened.model.optimizer
    assert again.model.loss == opened.model.loss
