"""A typed expression as a program: it opens again to the same model, whatever was typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphscope as gs
from graphscope.app.expression import recent, remember, to_python, write
from graphscope.app.settings import Settings
from graphscope.errors import GraphScopeError, InputError
from graphscope.importers.python_model import read
from graphscope.model.expression import EXAMPLES, Declaration, ExpressionSource, build


def opened(source: ExpressionSource, folder: Path) -> gs.Model:
    path = folder / "model.py"
    write(source, path)
    return read(path)


def same(source: ExpressionSource, folder: Path) -> bool:
    return opened(source, folder).digest() == build(source).model.digest()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.source.title)
def test_every_example_opens_again_to_the_same_model(example, tmp_path):
    assert same(example.source, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "k = 3\ng = x * k\nh = g\nmean(h - (-2)**g, axis=-1)",
        "(-x)**2 - (x - (x - 1)) / (x / 2)",
        "-x**-2",
        "mse(x, y, reduction='sum')",
        'gelu(x, approximate="tanh")',
        "x[::-1, -1]",
        "x[..., 0].T",
        "gather(E, i) @ W",
        "cross_entropy(x @ W, y)",
        "mean(relu(conv2d(x, W, b, padding=1)))",
        "where(greater(x, 0), x, 0.1 * x)",
        "exp(2)",
        "np = x * 2\ngs = np + 1\nbuild = gs\nmean(build * loss)",
        "g + g_ - g__",
        "matmul = x @ W\nmean(matmul @ W2)",
        "dropout(x, 0.25)",
        "입력 @ W",
    ],
)
def test_what_is_typed_opens_again_to_the_same_model(text, tmp_path):
    assert same(ExpressionSource(text), tmp_path)


@pytest.mark.parametrize(
    "row",
    [
        Declaration("x", data="normal:3"),
        Declaration("x", data="uniform:3", shape="4, 2"),
        Declaration("x", data="ones"),
        Declaration("x", data="0.5"),
        Declaration("x", data="[[1, 2], [3.5, -4e-3]]"),
        Declaration("x", "constant", "2, 2", "normal:1"),
        Declaration("x", "constant", "2, 2", "7"),
        Declaration("x", "parameter", "2, 2", "he:4"),
        Declaration("x", "parameter", "2, 2", "normal"),
        Declaration("x", "parameter", "2, 2", "0.25"),
        Declaration("x", "parameter", "scalar", "3"),
        Declaration("x", "target", "5"),
    ],
)
def test_what_fills_a_name_is_the_same_afterwards(row, tmp_path):
    assert same(
        ExpressionSource("sum(x * 2)", (row,), "momentum:0.1", 'it\'s a "name"\\', "float64"), tmp_path
    )


def test_the_program_reads_like_one_written_by_hand():
    rows = (Declaration("x", data="[[0, 0], [0, 1]]"), Declaration("y", data="[[0], [1]]"))
    assert to_python(ExpressionSource("h = tanh(x @ W + b)\nmean((h - y)**2)", rows)) == PROGRAM


PROGRAM = '''"""A model that was typed as an expression."""

import graphscope as gs


def build():
    g = gs.Builder("expression")

    x = g.input("x", ("batch", 2))
    W = g.parameter("W", gs.initializers.Glorot(), (2, 1))
    b = g.parameter("b", "zeros", (1,))
    y = g.input("y", ("batch", 1), gradient=False)

    h = g.call(gs.ops.Tanh(), x @ W + b, name="h")
    loss = g.call(gs.ops.ReduceMean(), (h - y) ** 2, name="loss")

    g.loss(loss)
    g.optimizer("sgd:0.1")
    g.feed({"x": [[0, 0], [0, 1]], "y": [[0], [1]]})
    return g.build()
'''


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write(EXAMPLES[0].source, tmp_path / "missing" / "model.py")


def test_a_wrong_expression_leaves_no_file(tmp_path):
    with pytest.raises(GraphScopeError, match="did you mean tanh"):
        write(ExpressionSource("tanhh(x)"), tmp_path / "model.py")
    assert not list(tmp_path.iterdir())


# ---- whatever is typed ------------------------------------------------------------------------------------

NAMES = st.sampled_from(["x", "y", "W", "b", "z", "loss", "add", "g", "g_"])
NUMBERS = st.sampled_from(["2", "0.5", "-3", "1e-3", "7"])
UNARY = st.sampled_from(["tanh", "relu", "sigmoid", "exp", "softmax", "abs", "square", "identity"])


def bigger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**", "@"]), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        st.tuples(UNARY, inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(inner, inner).map(lambda parts: f"maximum({parts[0]}, {parts[1]})"),
        inner.map(lambda told: f"-({told})"),
        inner.map(lambda told: f"({told}).T"),
        inner.map(lambda told: f"mean({told}, axis=-1, keepdims=True)"),
        inner.map(lambda told: f"({told})[-1:]"),
    )


EXPRESSIONS = st.recursive(st.one_of(NAMES, NUMBERS), bigger, max_leaves=8)
LINES = st.lists(EXPRESSIONS, min_size=1, max_size=3).map(
    lambda listed: "\n".join(
        [*(f"h{n} = {told}" for n, told in enumerate(listed[:-1])), f"sum({listed[-1]})"]
    )
)
SHAPES = st.sampled_from(["", "2, 2", "batch, 2", "2"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(LINES, SHAPES)
def test_every_model_that_can_be_typed_opens_again_to_the_same_one(tmp_path, text, shape):
    source = ExpressionSource(text, (Declaration("x", shape=shape),))
    try:
        build(source)
    except GraphScopeError:
        return
    assert same(source, tmp_path)


# ---- recent ones ------------------------------------------------------------------------------------------


def test_expressions_are_remembered_with_their_tables_the_newest_first(tmp_path):
    for example in (*EXAMPLES, *EXAMPLES, EXAMPLES[2]):
        remember(Settings(tmp_path), example.source)
    found = recent(Settings(tmp_path))
    assert found[0] == EXAMPLES[2].source
    assert sorted(each.title for each in found) == sorted(example.source.title for example in EXAMPLES)


@pytest.mark.parametrize(
    "stored", ["", "nonsense", "{}", "[1]", '[{"text": "x"}]', '[{"text": "x", "names": [{"a": 1}]}]']
)
def test_what_cannot_be_read_of_them_is_left_out(tmp_path, stored):
    settings = Settings(tmp_path)
    settings.keep_window(expressions=stored)
    assert recent(settings) == ()
