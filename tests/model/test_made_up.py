"""Data that is made up for a model without any: its sizes, its targets, and how it fits data that comes later."""

from __future__ import annotations

import numpy as np
import pytest

import graphscope as gs
from graphscope.model.adapt import with_loss
from graphscope.model.made_up import made_up, refitted
from graphscope.model.model import Model


def scores() -> Model:
    g = gs.Builder("scores")
    x = g.input("x", ("batch", 4))
    g.output(x @ g.parameter("w", np.ones((4, 3))))
    made = g.build()
    feed, _ = made_up(made.graph)
    return Model(made.graph, made.arrays, feed)


def test_what_is_made_up_is_told_and_marked() -> None:
    feed, told = made_up(scores().graph)
    assert feed.made_up == ("x",)
    assert "x 1×4" in str(told)


def test_a_loss_that_needs_a_target_gets_classes_that_there_are() -> None:
    model = with_loss(scores(), "cross_entropy")
    assert model.feed.made_up == ("x", "target")
    assert model.feed.data["target"].shape == (1,)
    assert model.feed.data["target"].max() < 3


def test_a_target_is_not_made_up_beside_data_that_somebody_gave() -> None:
    model = scores()
    given = Model(model.graph, model.arrays, gs.open(model, inputs={"x": np.ones((2, 4))}).model.feed)
    assert "target" not in with_loss(given, "cross_entropy").feed.data


def test_what_is_made_up_takes_the_open_sizes_of_what_is_given() -> None:
    model = with_loss(scores(), "cross_entropy")
    fitted = refitted(model.graph, model.feed, {"x": np.ones((5, 4))})
    assert fitted["target"].shape == (5,)
    with gs.open(model, inputs={"x": np.ones((5, 4))}) as session:
        session.iterate()
        assert session.model.feed.made_up == ("target",)


@pytest.mark.parametrize(("window", "size"), [(5, 8), (40, 64), (300, 512)])
def test_an_open_size_is_as_large_as_the_operations_need(window: int, size: int) -> None:
    g = gs.Builder("long")
    x = g.input("x", ("batch", "length"))
    g.output(g.call(gs.ops.Slice((0,), (window,), (1,)), x))
    cut = g.call(
        gs.ops.Conv2d(), g.call(gs.ops.Unsqueeze((1, 2)), x), g.parameter("w", np.ones((1, 1, 1, window)))
    )
    g.output(cut)
    feed, _ = made_up(g.build().graph)
    assert feed.data["x"].shape == (1, size)
