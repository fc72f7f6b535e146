"""What people get wrong when they build a model: refused at once, in one sentence."""

# What is handed over here is wrong on purpose.
# pyright: reportArgumentType=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope.errors import GraphError, GraphScopeError, InputError
from graphscope.model.model import Model

Build = Callable[[gs.Builder, Any], Any]


def other() -> Any:
    return gs.Builder("other").input("x", ("batch", 2))


def one(g: gs.Builder, name: str) -> Any:
    return g.parameter(name, 1.0)


def picture(g: gs.Builder) -> tuple[Any, Any]:
    return g.input("picture", ("batch", 1, 8, 8)), g.parameter("filters", "he", (1, 1, 3, 3))


def outputs_twice(g: gs.Builder, x: Any) -> None:
    g.input("s.outs[0]")
    g.call(gs.ops.Split(axis=1), x, name="s")


def nodes_twice(g: gs.Builder, x: Any) -> None:
    g.call(gs.ops.Split(axis=1), x, name="s")
    (x * 2).named("s")


WRONG: list[tuple[str, Build, str]] = [
    # names
    ("an empty name", lambda g, x: g.input(""), "the name of a value is a text, not ''"),
    ("a number as a name", lambda g, x: g.parameter(3, 1.0), "the name of a value is a text, not 3"),
    ("an empty new name", lambda g, x: (x * 2).named(""), "the name of a value is a text"),
    ("an empty group", lambda g, x: g.scope("").__enter__(), "the name of a group is a text"),
    ("a builder without a name", lambda g, x: gs.Builder(3), "the name of a model is a text, not 3"),
    (
        "a value called like an output",
        outputs_twice,
        "“s.outs\\[0\\]” is used for two values",
    ),
    ("two nodes of one name", nodes_twice, "“s” is used for two nodes"),
    # shapes and types
    (
        "a negative size",
        lambda g, x: g.input("y", (-1, 2)),
        "a size of input y is a whole number from 0 up, not -1",
    ),
    ("half a size", lambda g, x: g.parameter("w", "glorot", (2.5, 2)), "a size of parameter w"),
    ("an open size of a parameter", lambda g, x: g.parameter("w", "glorot", ("batch", 2)), "not 'batch'"),
    ("a wrong number of axes", lambda g, x: g.input("y", (2, 2), axes=["row"]), "2 axes but 1 names"),
    ("an unknown type", lambda g, x: g.input("y", dtype="float23"), "“float23” is no type"),
    ("a type nobody computes with", lambda g, x: gs.Builder("b", dtype="bfloat16"), "“bfloat16” is no type"),
    ("an integer builder", lambda g, x: gs.Builder("b", dtype="int32"), "“int32” is no type"),
    # numbers
    (
        "a ragged parameter",
        lambda g, x: g.parameter("w", [[1, 2], [3]]),
        "parameter w takes numbers.*lists of equal",
    ),
    ("no parameter", lambda g, x: g.parameter("w", None), "parameter w takes numbers.*not None"),
    ("a complex constant", lambda g, x: g.constant("c", 1j), "constant c takes numbers"),
    ("a text operand", lambda g, x: x + "a", "an operation takes numbers.*not 'a'"),
    (
        "a shape that is not its array's",
        lambda g, x: g.parameter("w", [1.0, 2.0], (3,)),
        "should be 3, but its array",
    ),
    # ops, layers, initializers
    ("an op without brackets", lambda g, x: g.call(gs.ops.Tanh, x), r"such as gs\.ops\.Tanh\(\), not Tanh"),
    ("a NumPy function", lambda g, x: g.call(np.tanh, x), "call takes an operation.*not tanh"),
    (
        "an op of a kind of its own",
        lambda g, x: g.call(gs.ops.BatchNorm(axis=9), x, g.parameter("s", [1.0]), g.parameter("b", [1.0])),
        "its shape rule stopped",
    ),
    (
        "an op with a stride of 0",
        lambda g, x: g.call(gs.ops.Conv2d((0, 0)), *picture(g)),
        "stride .0, 0. must have one number of at least 1 for each of the 2 axes",
    ),
    ("an activation without brackets", lambda g, x: gs.layers.Dense(2, gs.ops.Relu)(x), r"gs\.ops\.Relu\(\)"),
    (
        "an activation that is none",
        lambda g, x: gs.layers.Dense(2, 3)(x),
        "activation takes an operation.*not 3",
    ),
    ("a negative layer", lambda g, x: gs.layers.Dense(-1)(x), "a whole number from 0 up, not -1"),
    ("a layer on an array", lambda g, x: gs.layers.Dense(2)(np.ones((2, 2))), "Dense is applied to a value"),
    ("flattening an array", lambda g, x: gs.layers.Flatten()(3), "is applied to a value of the builder"),
    (
        "a stride of 0",
        lambda g, x: gs.layers.Conv2d(1, stride=0)(picture(g)[0]),
        "the stride of Conv2d is a whole",
    ),
    (
        "a padding by name",
        lambda g, x: gs.layers.Conv2d(1, padding="valid")(picture(g)[0]),
        "the padding of Conv2d",
    ),
    (
        "a window of three",
        lambda g, x: gs.layers.Conv2d(1, (3, 3, 3))(picture(g)[0]),
        "one number, or two for",
    ),
    (
        "no groups",
        lambda g, x: gs.layers.Conv2d(1, groups=0)(picture(g)[0]),
        "the groups of Conv2d is a whole",
    ),
    ("a pool of 0", lambda g, x: gs.layers.MaxPool2d(0)(picture(g)[0]), "the window of pool"),
    ("a number as a layer", lambda g, x: gs.layers.Sequential([3])(x), "Sequential takes layers.*not 3"),
    (
        "an initializer without brackets",
        lambda g, x: g.parameter("w", gs.initializers.He, (2,)),
        "made with brackets",
    ),
    # other builders
    (
        "a value of another builder",
        lambda g, x: g.input("y", ("batch", 2)) + other(),
        "x belongs to another builder",
    ),
    (
        "a namesake of another builder",
        lambda g, x: g.call(gs.ops.Tanh(), other()),
        "x belongs to another builder",
    ),
    ("an output of another builder", lambda g, x: g.output(other()), "x belongs to another builder"),
    ("a name as an output", lambda g, x: g.output("x"), "a value of the builder is needed.*not 'x'"),
    # loss and optimizer
    ("a loss of another builder", lambda g, x: g.loss(other()), "x belongs to another builder"),
    (
        "a loss without operands",
        lambda g, x: g.loss(gs.losses.mse),
        r"MeanSquaredError takes x, target \(0 given\)",
    ),
    (
        "a number as a loss",
        lambda g, x: g.loss(3.0),
        "loss takes an operation such as gs.losses.mse, not 3.0",
    ),
    ("an unknown loss", lambda g, x: g.loss("hinge", x, x), "there is no loss “hinge”; choose one of mse"),
    ("a loss set twice", lambda g, x: (g.loss(one(g, "a")), g.loss(one(g, "b"))), "already has the loss “a”"),
    ("an integer loss", lambda g, x: g.loss(g.constant("c", 1)), "must be a floating number.*c is int64"),
    (
        "an optimizer without brackets",
        lambda g, x: g.optimizer(gs.optimizers.SGD),
        "an operation that updates",
    ),
    ("an op that does not update", lambda g, x: g.optimizer(gs.ops.Tanh()), "an operation that updates"),
    ("an unknown optimizer", lambda g, x: g.optimizer("lion"), "there is no optimizer “lion”"),
    ("a rate in words", lambda g, x: gs.optimizers.SGD(lr="fast"), "lr of an optimizer is a number.*'fast'"),
    (
        "a rate that is none",
        lambda g, x: gs.optimizers.Adam(lr=float("nan")),
        "lr of an optimizer is a number",
    ),
    ("a negative rate", lambda g, x: g.optimizer("sgd:-1"), "lr of an optimizer is a number"),
    (
        "a momentum of 1",
        lambda g, x: gs.optimizers.SGD(momentum=1.0),
        "up to, not including, 1, but it is 1.0",
    ),
    # data
    ("data without names", lambda g, x: g.feed([1, 2]), "the data is given by input name"),
    ("ragged data", lambda g, x: g.feed({"x": [[1, 2], [3]]}), "input x takes numbers"),
    ("data in words", lambda g, x: g.feed({"x": ["a"]}), "input x takes numbers"),
    (
        "half a batch",
        lambda g, x: g.feed({"x": [[1, 2]]}, batch=0.5),
        "the batch size is a whole number from 1",
    ),
    (
        "data nobody takes",
        lambda g, x: (g.feed({"X": [[1, 2]]}), g.build()),
        "X is not an input of g",
    ),
]


@pytest.mark.parametrize(("build", "told"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_told_at_once(build: Build, told: str) -> None:
    g = gs.Builder("g")
    x = g.input("x", ("batch", 2))
    with pytest.raises(GraphScopeError, match=told):
        build(g, x)


def test_whatever_numpy_calls_a_type_or_a_size_is_understood() -> None:
    g = gs.Builder("g", dtype="double")
    x = g.input("x", ("batch", np.int64(2)), dtype=np.float32)
    assert (x.spec.dtype, g.dtype) == ("float32", "float64")
    assert gs.layers.Dense(np.int64(3))(g.input("y", ("batch", 2))).shape == ("batch", 3)  # type: ignore[arg-type]
    assert g.input("v", 2).shape == (2,)
    assert g.input("z", "batch").shape == ("batch",)


@pytest.mark.parametrize(
    "calculate",
    [
        lambda x: np.int64(2) * x,
        lambda x: np.ones((3, 1), int) @ x,
        lambda x: [1, 2] + x,  # noqa: RUF005 - an addition
        lambda x: x + True,
        lambda x: 2**x,
        lambda x: x.builder.call(gs.ops.Add(), x, 2.0),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_take_the_type_of_the_value_they_meet(calculate: Any, dtype: str) -> None:
    x = gs.Builder("g").input("x", (1, 2), dtype=dtype)
    assert calculate(x).spec.dtype == dtype


def test_whole_numbers_take_the_type_of_the_integers_they_meet() -> None:
    x = gs.Builder("g").input("x", (2,), dtype="int32")
    assert (x * 2).spec.dtype == "int32"
    with pytest.raises(GraphScopeError, match="operands of different types int32, float32"):
        _ = x * 0.5


def test_a_value_may_be_given_the_name_that_it_has() -> None:
    x = gs.Builder("g").input("x")
    assert x.named("x").name == "x"


def test_the_data_of_a_renamed_input_follows_it() -> None:
    g = gs.Builder("g")
    x = g.input("x", (2,))
    g.feed({"x": [1.0, 2.0]})
    x.named("renamed")
    assert set(g.build().feed.data) == {"renamed"}


def test_losses_optimizers_and_initializers_can_be_named() -> None:
    g = gs.Builder("g")
    x = g.input("x", ("batch", 2))
    g.loss("mse", x @ g.parameter("w", "he", (2, 1)), g.input("y", ("batch", 1)))
    g.optimizer("adam")
    model = g.build()
    assert model.optimizer == gs.optimizers.Adam()
    assert model.graph.node("loss").op == gs.losses.mse


# ---- models made by hand ----------------------------------------------------------------------------------


def made() -> Model:
    g = gs.Builder("g")
    g.loss((g.parameter("w", 1.0) * 2).named("out"))
    return g.build()


def test_a_model_needs_arrays_for_its_parameters_in_their_size() -> None:
    model = made()
    with pytest.raises(GraphError, match="w has no array and no initializer"):
        Model(model.graph, {})
    with pytest.raises(GraphError, match="w needs an array of its own size scalar"):
        Model(model.graph, {**model.arrays, "w": np.ones(3)})


def test_a_models_loss_is_one_of_its_values() -> None:
    model = made()
    with pytest.raises(GraphError, match="nothing makes the value “nothing”"):
        Model(model.graph, model.arrays, loss="nothing")


def test_a_value_cannot_have_the_name_of_optimizer_state() -> None:
    g = gs.Builder("g")
    g.parameter("w@mean", 1.0)
    g.loss(g.parameter("w", 1.0) * 2)
    g.optimizer("adam")
    state = gs.optimizers.Adam().state[0]
    assert state
    g2 = gs.Builder("g")
    g2.parameter(f"w@{state}", 1.0)
    g2.loss(g2.parameter("w", 1.0) * 2)
    g2.optimizer("adam")
    with pytest.raises(GraphError, match=f"“w@{state}” is what the optimizer's state is called"):
        g2.build()


def test_an_initializer_that_draws_another_shape_is_told() -> None:
    class Wrong:
        def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
            return np.zeros(7)

    g = gs.Builder("g")
    g.parameter("w", Wrong(), (2, 4))
    with pytest.raises(GraphScopeError, match="the initializer of w should draw 2×4, but it drew 7"):
        gs.open(g.build())


def test_a_parameter_that_does_not_fit_into_memory_is_told() -> None:
    g = gs.Builder("g")
    g.parameter("w", "he", (10**9, 10**9))
    with pytest.raises(GraphScopeError, match="does not fit into memory"):
        gs.open(g.build())


def test_an_error_keeps_its_place_when_it_crosses_to_another_process() -> None:
    import pickle

    error = InputError("{name} is wrong", name="x").at("mine.py:7")
    assert str(pickle.loads(pickle.dumps(error))) == "x is wrong — mine.py:7"
