"""Code made from a graph holds every node, input, parameter and constant in exactly one line, and reads like Keras."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import graphscope as gs
from graphscope.app.samples import samples
from graphscope.model.model import Model
from graphscope.view.code.building import FEW, FOLDED, built
from graphscope.view.code.lines import Code
from tests.oracle.random_graphs import models

SAMPLES = [sample.name for sample in samples()]


def code_of(g: gs.Builder) -> Code:
    return built(g.build())


def text_of(g: gs.Builder) -> list[str]:
    return code_of(g).text.splitlines()


def check_cover(model: Model) -> None:
    code, graph = built(model), model.graph
    assert Counter(name for line in code.lines for name in line.nodes) == Counter(list(graph.nodes_by_name))
    assert Counter(name for line in code.lines for name in line.values) == Counter(graph.values)
    numbers = [line.number for line in code.lines]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] <= len(code.text.splitlines())


def check_order(model: Model) -> None:
    """Nothing is read above the line that makes it."""
    code, graph = built(model), model.graph
    for node in graph.nodes:
        for name in node.inputs:
            if name is not None:
                assert code.of_value[name] <= code.of_node[node.name]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_covered_once(name: str) -> None:
    with gs.open(name) as session:
        check_cover(session.model)
        check_order(session.model)


@settings(max_examples=60, deadline=None)
@given(models())
def test_every_graph_is_covered_once(model: Model) -> None:
    check_cover(model)
    check_order(model)


@settings(max_examples=40, deadline=None)
@given(models())
def test_the_code_of_every_graph_is_valid_python(model: Model) -> None:
    compile(built(model).text, "built", "exec")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_code_of_every_sample_is_valid_python(name: str) -> None:
    with gs.open(name) as session:
        compile(built(session.model).text, "built", "exec")


def test_xor_is_two_dense_layers_and_a_loss() -> None:
    with gs.open("xor") as session:
        assert built(session.model).text == (
            'x = Input(("batch", 2))\n'
            'y = Input(("batch", 1))\n'
            "\n"
            'h = Dense(4, activation="tanh")(x)\n'
            "score = Dense(1)(h)\n"
            "loss = bce_with_logits(score, y)\n"
            "\n"
            "SGD(lr=0.5).minimize(loss)\n"
        )


def test_the_line_of_a_layer_holds_its_weights_and_all_its_operations() -> None:
    with gs.open("xor") as session:
        line = built(session.model).by_number[4]
    assert line.nodes == ("m1", "s1", "h")
    assert line.values == ("W1", "b1", "m1", "s1", "h")


def test_layers_tell_what_is_not_as_usual_about_them() -> None:
    g = gs.Builder("layers")
    x = g.input("x", ("batch", 4, 9, 9))
    c = gs.layers.Conv2d(6, (3, 1), stride=2, padding=(1, 0), groups=2, bias=False, name="first")(x)
    n = gs.layers.BatchNorm(name="norm")(c)
    p = gs.layers.AvgPool2d(2, stride=1, name="pool")(n)
    d = gs.layers.Dropout(0.25, name="drop")(gs.layers.Flatten(name="flat")(p))
    gs.layers.Dense(3, "relu", bias=False, name="last")(d)
    assert text_of(g)[2:] == [
        "first = Conv2d(6, (3, 1), stride=2, padding=(1, 0), groups=2, bias=False)(x)",
        "norm = BatchNorm()(first)",
        "pool = AvgPool2d(2, stride=1)(norm)",
        "flat = Flatten()(pool)",
        "drop = Dropout(0.25)(flat)",
        'last = Dense(3, activation="relu", bias=False)(drop)',
    ]


def test_an_embedding_is_a_layer() -> None:
    g = gs.Builder("words")
    gs.layers.Embedding(10, 4)(g.input("word", ("batch",), dtype="int64"))
    assert text_of(g) == ['word = Input(("batch",), dtype="int64")', "", "embedding = Embedding(10, 4)(word)"]


def test_operations_in_no_group_stay_plain() -> None:
    g = gs.Builder("plain")
    x = g.input("x", ("batch", 2))
    m = (x @ g.parameter("w", "glorot", (2, 3))).named("m")
    s = (m + g.parameter("b", [0.0, 0.5, 0.0])).named("s")
    g.call(gs.ops.Relu(), s, name="y")
    assert text_of(g) == [
        'x = Input(("batch", 2))',
        "",
        'w = Parameter((2, 3), "glorot")',
        "b = Parameter([0, 0.5, 0])",
        "",
        "m = x @ w",
        "s = m + b",
        "y = relu(s)",
    ]


def test_what_nobody_named_stands_where_it_is_used() -> None:
    g = gs.Builder("folded")
    p, y = g.input("p", ("batch", 1)), g.input("y", ("batch", 1))
    g.loss(g.call(gs.ops.ReduceMean(), (p - y) ** 2, name="loss"))
    code = code_of(g)
    assert code.text.splitlines()[-1] == "loss = mean((p - y) ** 2)"
    assert code.lines[-1].nodes == ("sub", "pow", "loss")
    assert code.lines[-1].values == ("constant", "sub", "pow", "loss")


def test_a_result_that_is_used_twice_or_is_long_has_a_line_of_its_own() -> None:
    g = gs.Builder("twice")
    x = g.input("x", (2,))
    both = x + 1.0
    g.call(gs.ops.Add(), both, both, name="y")
    assert text_of(g)[2:] == ["add = x + 1", "y = add + add"]
    g = gs.Builder("long")
    x = g.input("x" * FOLDED, (2,))
    g.call(gs.ops.Tanh(), -x, name="y")
    assert text_of(g)[2:] == [f"neg = -{'x' * FOLDED}", "y = tanh(neg)"]


@pytest.mark.parametrize(
    ("make", "written"),
    [
        (lambda a, b, c: a - (b - c), "a - (b - c)"),
        (lambda a, b, c: (a - b) - c, "a - b - c"),
        (lambda a, b, c: (a + b) * c, "(a + b) * c"),
        (lambda a, b, c: a * b + c, "a * b + c"),
        (lambda a, b, c: a / (b * c), "a / (b * c)"),
        (lambda a, b, c: (a**b) ** c, "(a ** b) ** c"),
        (lambda a, b, c: a ** (b**c), "a ** b ** c"),
        (lambda a, b, c: -(a**b) + c, "-a ** b + c"),
        (lambda a, b, c: (-a) ** b + c, "(-a) ** b + c"),
        (lambda a, b, c: a + b * c * -2.0, "a + b * c * -2"),
    ],
)
def test_brackets_stand_where_they_are_needed_and_nowhere_else(make: Any, written: str) -> None:
    g = gs.Builder("brackets")
    make(*(g.input(name, (2,)) for name in "abc"))
    assert text_of(g)[-1].partition(" = ")[2] == written


def test_weights_that_two_operations_share_are_no_layer_s() -> None:
    g = gs.Builder("shared")
    x = g.input("x", ("batch", 2))
    w = g.parameter("w", "glorot", (2, 2))
    with g.scope("twice"):
        g.call(gs.ops.MatMul(), x @ w, w, name="y")
    assert text_of(g)[2:] == ['w = Parameter((2, 2), "glorot")', "", "# twice", "y = x @ w @ w"]


def test_a_layer_inside_which_somebody_looks_ends_there() -> None:
    g = gs.Builder("looked at")
    x = g.input("x", ("batch", 2))
    with g.scope("layer"):
        m = (x @ g.parameter("w", "glorot", (2, 3))).named("m")
        g.call(gs.ops.Tanh(), m, name="h")
    g.call(gs.ops.Neg(), m, name="other")
    assert text_of(g)[2:] == ["# layer", "m = Dense(3, bias=False)(x)", "h = tanh(m)", "", "other = -m"]


def test_names_that_are_no_identifiers_become_some_and_stay_different() -> None:
    g = gs.Builder("names")
    for name in ("conv 1", "conv_1", "conv-1", "1st", "lambda", "층", "/x/y"):
        g.input(name, ())
    names = [line.partition(" = ")[0] for line in text_of(g)]
    assert names == ["conv_1_2", "conv_1", "conv_1_3", "v1st", "lambda_", "층", "x_y"]


def test_a_name_with_line_breaks_stays_on_its_line() -> None:
    g = gs.Builder("hostile")
    with g.scope("a\nb\u2029c"):
        g.call(gs.ops.Tanh(), g.input("x\n= y", (2,)), name="t\r\nz")
    code = code_of(g)
    assert code.text == "x_y = Input((2,))\n\n# a b c\nt_z = tanh(x_y)\n"
    assert code.of_node["t\r\nz"] == 4


def test_many_parameters_stand_where_they_are_used() -> None:
    g = gs.Builder("many")
    x = g.input("x", ())
    for place in range(FEW + 1):
        x = (x * g.parameter(f"p{place}", 1.0)).named(f"x{place}")
    assert text_of(g)[2:6] == ["p0 = Parameter(1)", "x0 = x * p0", "p1 = Parameter(1)", "x1 = x0 * p1"]


def test_what_nobody_reads_is_told_at_the_end() -> None:
    g = gs.Builder("unread")
    g.call(gs.ops.Neg(), g.input("x", ()), name="y")
    with g.scope("left"):
        g.parameter("left.w", "zeros", (3, 3))
    assert text_of(g)[-1] == 'left_w = Parameter((3, 3), "zeros")'


def test_several_results_stand_in_one_line() -> None:
    g = gs.Builder("split")
    g.call(gs.ops.Split(axis=1), g.input("x", ("batch", 4)), name="s")
    code = code_of(g)
    assert code.text.splitlines()[-1] == "s_outs_0, s_outs_1 = split(x, axis=1)"
    assert code.lines[-1].values == ("s.outs[0]", "s.outs[1]")


def test_a_constant_of_many_numbers_is_told_by_its_shape() -> None:
    g = gs.Builder("constant")
    g.call(gs.ops.Add(), g.input("x", (3, 3)), g.constant("c", np.ones((3, 3))), name="y")
    assert "c = Constant((3, 3))" in text_of(g)


def test_numbers_of_many_digits_are_told_by_their_shape() -> None:
    g = gs.Builder("digits")
    g.call(gs.ops.Neg(), g.parameter("w", [0.1 / 3, 0.2 / 3]), name="y")
    assert text_of(g)[0] == "w = Parameter((2,))"
