"""Building a model by hand: names, scopes, numbers, outputs, and errors that show the user's own line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import graphscope as gs
from graphscope.errors import GraphError, InputError, ShapeError


def test_operators_make_nodes_named_after_their_op() -> None:
    g = gs.Builder("names")
    x = g.input("x", (2,))
    y = (x + x) * x - x / x
    assert g.build().graph.values == ("x", "add", "mul", "div", "sub")
    assert y.name == "sub"
    assert (-x).name == "neg"
    assert (x**2).name == "pow"


def test_the_same_op_twice_is_numbered() -> None:
    g = gs.Builder("names")
    x = g.input("x", (2,))
    assert [(x + x).name, (x + x).name, (x + x).name] == ["add", "add_2", "add_3"]


def test_names_of_several_words_are_written_with_underscores() -> None:
    g = gs.Builder("names")
    x = g.input("x", (2, 3))
    assert g.call(gs.ops.LogSoftmax(), x).name == "log_softmax"
    assert g.call(gs.ops.MatMul(), x, g.parameter("w", np.ones((3, 4)))).name == "matmul"


def test_several_outputs_bear_the_name_of_their_node() -> None:
    g = gs.Builder("names")
    halves = g.call(gs.ops.Split(axis=1), g.input("x", ("batch", 4)), name="halves")
    assert [half.name for half in halves] == ["halves.outs[0]", "halves.outs[1]"]
    assert halves[1].shape == ("batch", 2)


def test_a_number_becomes_a_constant_of_the_values_type() -> None:
    g = gs.Builder("numbers", dtype="float64")
    x = g.input("x", (2,))
    y = 2 * x + 1
    model = g.build()
    assert y.spec.dtype == "float64"
    assert [model.graph.value(name).spec.dtype for name in model.graph.constants] == ["float64", "float64"]
    assert [float(array) for array in model.initial(0).values()] == [2.0, 1.0]


def test_an_array_on_the_left_of_an_operator_makes_a_node_too() -> None:
    g = gs.Builder("numbers")
    x = g.input("x", (2,))
    assert (np.ones(2) + x).name == "add"
    assert (np.ones((1, 2)) @ g.input("y", (2, 3))).shape == (1, 3)


def test_a_value_can_be_renamed_and_its_readers_follow() -> None:
    g = gs.Builder("names")
    x = g.input("x", (2,))
    h = (x + x).named("h")
    out = h * h
    graph = g.build().graph
    assert graph.producers["h"].name == "h"
    assert graph.producers[out.name].inputs == ("h", "h")


def test_scopes_nest_and_lead_the_names() -> None:
    g = gs.Builder("scopes")
    x = g.input("x", (2,))
    with g.scope("encoder"), g.scope("block"):
        y = x + x
    assert y.name == "encoder.block.add"
    assert g.build().graph.value(y.name).scope == ("encoder", "block")
    assert (x + x).name == "add"


def test_shapes_that_do_not_fit_are_told_with_the_line_of_the_users_program() -> None:
    g = gs.Builder("wrong")
    x = g.input("x", ("batch", 4))
    w = g.parameter("w", np.ones((3, 5)))
    with pytest.raises(ShapeError) as caught:
        _ = x @ w  # the line that is shown
    sentence = str(caught.value)
    assert "x has 4 columns but w has 3 rows (x is batch×4, w is 3×5)" in sentence
    assert f"{Path(__file__).name}:" in sentence
    assert "_ = x @ w  # the line that is shown" in sentence


def test_a_layer_that_does_not_fit_shows_the_line_that_called_it() -> None:
    g = gs.Builder("wrong")
    picture = g.input("x", ("batch", 1, 2, 2))
    with pytest.raises(ShapeError, match=r"test_builder\.py:\d+: gs\.layers\.Conv2d\(4\)\(picture\)"):
        gs.layers.Conv2d(4)(picture)


def test_nodes_remember_the_line_that_made_them() -> None:
    g = gs.Builder("origin")
    x = g.input("x", ("batch", 3))
    gs.layers.Dense(2, "tanh")(x)
    origins = {node.origin for node in g.build().graph.nodes}
    assert len(origins) == 1
    (origin,) = origins
    assert origin is not None
    assert Path(origin.file).name == Path(__file__).name


def test_a_name_used_twice_is_refused() -> None:
    g = gs.Builder("twice")
    g.input("x", (2,))
    with pytest.raises(GraphError, match="“x” is used for two values"):
        g.input("x", (2,))
    with pytest.raises(GraphError, match="“x” is used for two values"):
        g.parameter("x", np.ones(2))
    y = g.input("y", (2,))
    with pytest.raises(GraphError, match="“x” is used for two values"):
        g.call(gs.ops.Relu(), y, name="x")
    with pytest.raises(GraphError, match="“x” is used for two values"):
        y.named("x")


def test_a_loss_is_one_number_and_its_prediction_an_output() -> None:
    g = gs.Builder("loss")
    x, y = g.input("x", ("batch", 1)), g.input("y", ("batch", 1), gradient=False)
    prediction = x * 2
    g.loss(gs.losses.mse, prediction, y)
    model = g.build()
    assert model.loss == "loss"
    assert model.graph.outputs == (prediction.name, "loss")


def test_a_loss_that_is_not_one_number_is_refused() -> None:
    g = gs.Builder("loss")
    x = g.input("x", ("batch", 1))
    with pytest.raises(InputError, match="the loss must be one number, but mul is batch×1"):
        g.loss(x * 2)


def test_an_initializer_without_a_shape_is_refused() -> None:
    with pytest.raises(InputError, match="parameter w: an initializer needs a shape"):
        gs.Builder("wrong").parameter("w", gs.initializers.Glorot())


def test_labels_and_constants_get_no_gradient() -> None:
    g = gs.Builder("gradients")
    g.input("x", (2,))
    g.input("y", (2,), gradient=False)
    g.input("n", (2,), dtype="int64")
    g.constant("c", 1.0)
    graph = g.build().graph
    assert [graph.value(name).gradient for name in ("x", "y", "n", "c")] == [True, False, False, False]


def test_arrays_of_a_model_are_copies_that_nobody_can_write_to() -> None:
    array = np.ones(2)
    g = gs.Builder("arrays")
    g.parameter("w", array)
    array[0] = 5.0
    (stored,) = g.build().initial(0).values()
    np.testing.assert_array_equal(stored, [1.0, 1.0])
    assert not stored.flags.writeable
