"""Models from typed expressions: guesses, the table of names, mistakes of shape, and that they run and learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphscope as gs
from graphscope.errors import GraphScopeError, InputError, ShapeError
from graphscope.graph.graph import Origin
from graphscope.model.expression import EXAMPLES, Declaration, ExpressionSource, build, check, place_of
from graphscope.model.expression.place import Cell, cell_of
from tests.model.expression.test_syntax import WORDS

LINE = "mean((x @ W + b - y)**2)"


def guessed(text: str, *rows: Declaration) -> dict[str, tuple[str, str]]:
    built = check(ExpressionSource(text, rows))
    return {leaf.name: (leaf.role, leaf.shape_text) for leaf in built.leaves}


def refused(text: str, *rows: Declaration) -> GraphScopeError:
    with pytest.raises(GraphScopeError) as caught:
        build(ExpressionSource(text, rows))
    return caught.value


# ---- guesses ----------------------------------------------------------------------------------------------


def test_a_line_is_guessed_whole():
    assert guessed(LINE) == {
        "x": ("input", "batch, 2"),
        "W": ("parameter", "2, 1"),
        "b": ("parameter", "1"),
        "y": ("target", "batch, 1"),
    }


def test_what_is_given_decides_the_rest():
    found = guessed(LINE, Declaration("x", shape="8, 3"), Declaration("y", shape="8, 5"))
    assert found["W"] == ("parameter", "3, 5")
    assert found["b"] == ("parameter", "5")


def test_typed_numbers_give_the_shape_and_the_batch():
    found = guessed(
        LINE, Declaration("x", data="[[0, 0], [0, 1], [1, 0]]"), Declaration("y", data="[[0], [1], [1]]")
    )
    assert found["x"] == ("input", "batch, 2")
    assert found["y"] == ("target", "batch, 1")


def test_data_of_different_lengths_has_no_batch():
    found = guessed(
        "x @ z.T", Declaration("x", data="[[0, 0]]"), Declaration("z", data="[[0, 0], [0, 1], [1, 0]]")
    )
    assert found == {"x": ("input", "1, 2"), "z": ("input", "3, 2")}


@pytest.mark.parametrize(
    ("text", "name", "shape"),
    [
        ("h = tanh(x @ W1 + b1)\nmean((h @ W2 + b2 - y)**2)", "W2", "4, 1"),
        ("cross_entropy(x @ W + b, y)", "y", "batch"),
        ("cross_entropy(x @ W + b, y)", "W", "2, 3"),
        ("gather(E, i) @ W", "i", "batch"),
        ("relu(conv2d(x, W, b))", "W", "4, 1, 3, 3"),
        ("relu(conv2d(x, W, b))", "b", "4"),
        ("batch_norm(x @ W, scale, shift)", "shift", "4"),
        ("concat(x, z, axis=1) @ W", "W", "4, 4"),
        ("softmax(Q @ K.T / 8) @ V", "V", "2, 4"),
        ("(w * x + b - y)**2", "w", "1"),
        ("mse(x @ W, y)", "y", "batch, 1"),
        ("W @ x", "x", "2, batch"),
    ],
)
def test_shapes_follow_from_the_operations(text, name, shape):
    assert guessed(text)[name][1] == shape


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("x", "input"),
        ("X", "input"),
        ("y", "target"),
        ("labels", "target"),
        ("W1", "parameter"),
        ("b", "parameter"),
        ("bias", "parameter"),
        ("Wq", "parameter"),
        ("scores", "input"),
        ("slope", "parameter"),
    ],
)
def test_roles_follow_from_usual_names(name, role):
    assert guessed(f"{name} * 2")[name][0] == role


def test_classes_are_whole_numbers_and_fit_the_scores():
    built = build(ExpressionSource("cross_entropy(x @ W, y)"))
    assert built.model.graph.value("y").spec.dtype == "int64"
    assert set(built.model.feed.data["y"]) == {0, 1, 2}


def test_probabilities_as_a_target_stay_floating():
    built = build(ExpressionSource("cross_entropy(x @ W, y)", (Declaration("y", shape="batch, 3"),)))
    assert built.model.graph.value("y").spec.dtype == "float32"


# ---- models -----------------------------------------------------------------------------------------------


def test_the_last_value_is_the_loss_if_it_is_one_number():
    assert build(ExpressionSource(LINE)).model.loss == "loss"
    assert build(ExpressionSource("h = mean(x * w)")).model.loss == "h"
    assert build(ExpressionSource("x @ W")).model.loss is None
    assert build(ExpressionSource("x @ W")).model.graph.outputs == ("out",)


def test_lines_name_their_values_and_nodes_know_where_they_were_typed():
    model = build(ExpressionSource("h = tanh(x @ W)\nmean(h)")).model
    graph = model.graph
    assert [(node.name, node.origin) for node in graph.nodes] == [
        ("matmul", Origin("<expression>", 1, 12)),
        ("h", Origin("<expression>", 1, 5)),
        ("loss", Origin("<expression>", 2, 1)),
    ]
    assert graph.value("W").origin == Origin("<expression>", 1, 14)
    assert model.source == ("<expression>", "h = tanh(x @ W)\nmean(h)")


def test_the_optimizer_can_be_chosen_or_left_out():
    assert build(ExpressionSource(LINE, (), "adam:0.01")).model.optimizer == gs.ops.Adam(0.01)
    assert build(ExpressionSource(LINE, (), "none")).model.optimizer is None
    with pytest.raises(InputError, match="there is no optimizer “sgdd”"):
        build(ExpressionSource(LINE, (), "sgdd"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.source.title)
def test_every_example_opens_and_learns(example):
    with gs.open(example.source) as session:
        session.iterate(1)
        first = session.loss or 0.0
        session.iterate(30)
        assert (session.loss or 0.0) < first


def test_drawn_data_depends_on_its_seed_and_on_nothing_else():
    def data(filled: str) -> np.ndarray:
        return build(ExpressionSource("x * 2", (Declaration("x", data=filled),))).model.feed.data["x"]

    assert np.array_equal(data("normal:1"), data("normal:1"))
    assert not np.array_equal(data("normal:1"), data("normal:2"))


def test_one_number_fills_any_shape():
    model = build(
        ExpressionSource("x * w", (Declaration("x", shape="2, 3", data="5"), Declaration("w", data="0.5")))
    ).model
    assert np.array_equal(model.feed.data["x"], np.full((2, 3), 5))
    assert np.array_equal(model.initial(0)["w"], np.full(3, 0.5))


def test_checking_draws_nothing():
    built = check(
        ExpressionSource("x @ W", (Declaration("x", shape="1000, 9000"), Declaration("W", data="he:1")))
    )
    assert not built.model.feed.data
    assert not isinstance(built.model.arrays["W"], np.ndarray)
    assert built.model.graph.value("out").spec.shape == (1000, 4)


def test_rows_of_names_that_are_not_there_are_left_alone():
    assert guessed("x * 2", Declaration("gone", "nonsense", "?", "?")) == {"x": ("input", "batch, 2")}


# ---- mistakes ---------------------------------------------------------------------------------------------


def test_a_mistake_of_shape_is_told_with_the_column_of_its_sign():
    error = refused("tanh(x @ W)", Declaration("x", shape="8, 2"), Declaration("W", shape="3, 4"))
    assert isinstance(error, ShapeError)
    assert str(error) == (
        "matmul: x has 2 columns but w has 3 rows (x is 8×2, w is 3×4); transpose one of them? (here w = W) (column 8)"
    )


def test_a_mistake_of_shape_in_a_function_is_told_with_its_name():
    error = refused("h = x * 2\nreshape(h, (3, 5))", Declaration("x", shape="2, 2"))
    place = place_of(error)
    assert place is not None
    assert (place.line, place.column, place.width) == (2, 1, 7)


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (
            Declaration("x", role="wizard"),
            "role",
            "a role is one of input, target, parameter, constant, not wizard",
        ),
        (Declaration("x", shape="2, -1"), "shape", "a shape is sizes such as"),
        (Declaration("x", shape="1 2 3 4 5 6 7 8 9"), "shape", "a shape is sizes such as"),
        (Declaration("W", shape="batch, 2"), "shape", "its sizes must be numbers"),
        (Declaration("x", data="[[1, 2], [3]]"), "data", "data is numbers such as"),
        (Declaration("x", data="__import__('os')"), "data", "data is numbers such as"),
        (Declaration("x", data="zeros:3"), "data", "data is numbers such as"),
        (Declaration("x", data="1e999"), "data", "data is numbers such as"),
        (Declaration("x", data="[" * 3000), "data", "data is numbers such as"),
        (
            Declaration("x", shape="2, 2", data="[[1, 2]]"),
            "data",
            "its numbers are 1×2, but its shape is 2×2",
        ),
    ],
)
def test_a_mistake_in_the_table_is_told_with_its_cell(row, column, says):
    error = refused("x @ W", row)
    assert str(error).startswith(f"{row.name}: {says}")
    assert cell_of(error) == Cell(row.name, column)


def test_data_of_one_batch_must_be_equally_long():
    rows = (
        Declaration("x", shape="batch, 1", data="[[1], [2]]"),
        Declaration("y", shape="batch, 1", data="[[1]]"),
    )
    assert str(refused("x - y", *rows)) == "y: its size batch is 1, but other data has 2"


def test_data_too_large_for_any_computer_is_not_drawn():
    assert "is more than 10000000 numbers" in str(refused("x * 2", Declaration("x", shape="100000, 100000")))


def test_a_name_that_an_operation_has_already_is_refused_where_it_is_typed():
    error = refused("h = exp(tanh(x))\ntanh = h * 2\nmean(tanh)")
    assert str(error) == "the name “tanh” is used for two values; rename one (line 2, column 1)"


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(WORDS), max_size=16).map("".join),
    st.sampled_from(["", "2", "batch, 2", "3×4", "scalar", "?", "2,2,2"]),
    st.sampled_from(["", "1", "[1, 2]", "[[1], [2]]", "normal:1", "he", "x"]),
    st.sampled_from(["", "input", "target", "parameter", "constant", "?"]),
)
def test_any_text_and_any_table_give_a_model_or_a_sentence(text, shape, data, role):
    rows = tuple(Declaration(name, role, shape, data) for name in ("x", "W"))
    try:
        built = build(ExpressionSource(text, rows))
    except GraphScopeError:
        return
    assert built.model.graph.nodes
