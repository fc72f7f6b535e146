"""Reading typed expressions: what can be typed, where mistakes are, and that nothing typed is ever run."""

from __future__ import annotations

import builtins
import os
import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graphscope.errors import GraphScopeError, InputError
from graphscope.model.expression import parse, place_of
from graphscope.model.expression.functions import functions
from graphscope.model.expression.scanning import completed
from graphscope.model.expression.tree import Apply, Binary, Name, Negative, Number


def told(text: str) -> str:
    with pytest.raises(GraphScopeError) as caught:
        parse(text)
    return str(caught.value)


def place(text: str) -> tuple[int, int, int]:
    with pytest.raises(GraphScopeError) as caught:
        parse(text)
    found = place_of(caught.value)
    assert found is not None
    return found.line, found.column, found.width


def test_names_are_listed_in_the_order_of_reading():
    assert [each.name for each in parse("mean((x @ W + b - y)**2)").names] == ["x", "W", "b", "y"]


def test_a_name_with_a_line_of_its_own_is_not_to_be_filled():
    parsed = parse("h = tanh(x @ W)\nmean(h)")
    assert [each.name for each in parsed.names] == ["x", "W"]
    assert [each.target for each in parsed.statements] == ["h", None]


def test_signs_bind_as_in_python():
    (statement,) = parse("a + b * -c ** 2").statements
    match statement.tree:
        case Binary("+", Name("a"), Binary("*", Name("b"), Negative(Binary("**", Name("c"), Number(2))))):
            return
    pytest.fail(str(statement.tree))


def test_numbers_alone_are_worked_out_and_take_their_names_place():
    (statement,) = parse("n = 2 * 3 - 1\nx * n").statements
    assert isinstance(statement.tree, Binary)
    assert isinstance(statement.tree.right, Number)
    assert statement.tree.right.value == 5


def test_the_place_of_a_sign_is_the_sign():
    (statement,) = parse("(x) @ (W)").statements
    assert statement.tree.place.column == 5


def test_places_count_characters_after_words_in_any_script():
    (statement,) = parse("입력 @ W").statements
    assert statement.tree.place.column == 4


def test_remarks_and_indents_are_left_out_and_columns_stay():
    (first, second) = parse("# a line\n   h = x * 2  # twice\n  mean(h)\n").statements
    assert (first.place.line, first.place.column) == (2, 4)
    assert (second.tree.place.line, second.tree.place.column) == (3, 3)


def test_every_function_can_be_called_by_its_name():
    for name, function in functions().items():
        least = 0 if function.most == 0 else max(function.least, 1)
        operands = ", ".join("abcdefgh"[:least])
        (statement,) = parse(f"{name}({operands})").statements
        assert isinstance(statement.tree, Apply)
        assert type(statement.tree.op) is function.op


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("mean(x, axis=0)", "ReduceMean(axes=(0,), keepdims=False)"),
        ("sum(x, (0, -1), keepdims=True)", "ReduceSum(axes=(0, -1), keepdims=True)"),
        ("reshape(x, [2, -1])", "Reshape(shape=(2, -1), allow_zero=False)"),
        ("softmax(x, axis=0)", "Softmax(axis=0)"),
        ("transpose(x, order=(1, 0))", "Transpose(order=(1, 0))"),
        ('mse(x, y, reduction="sum")', "MeanSquaredError(reduction='sum')"),
        (
            "max_pool2d(x, 3)",
            "MaxPool2d(window=(3, 3), stride=None, padding=(0, 0), dilation=(1, 1), ceil=False, auto_pad='')",
        ),
        (
            "max_pool(x, 3, padding=1)",
            "MaxPool(window=(3, 3), stride=None, padding=(1,), dilation=(), ceil=False, auto_pad='')",
        ),
        ("clip(x, 0, 1)", "Clip(low=0.0, high=1.0)"),
        ("concat(x, y, axis=1)", "Concat(axis=1)"),
        ("concat([x, y], axis=1)", "Concat(axis=1)"),
        ("x.T", "Transpose(order=None)"),
        ("cast(x, 'float64')", "Cast(dtype='float64')"),
    ],
)
def test_options_are_the_fields_of_the_operation(text, op):
    (statement,) = parse(text).statements
    assert isinstance(statement.tree, Apply)
    assert repr(statement.tree.op) == op


@pytest.mark.parametrize(
    ("text", "ops"),
    [
        ("x[0]", ["Slice(starts=(0,), ends=(1,), axes=(0,), steps=None)", "Squeeze(axes=(0,))"]),
        ("x[-1]", ["Slice(starts=(-1,), ends=(2147483647,), axes=(0,), steps=None)", "Squeeze(axes=(0,))"]),
        ("x[:, 1:3]", ["Slice(starts=(1,), ends=(3,), axes=(1,), steps=None)"]),
        ("x[..., 0]", ["Slice(starts=(0,), ends=(1,), axes=(-1,), steps=None)", "Squeeze(axes=(-1,))"]),
        ("x[::2]", ["Slice(starts=(0,), ends=(2147483647,), axes=(0,), steps=(2,))"]),
    ],
)
def test_square_brackets_cut(text, ops):
    tree = parse(text).statements[0].tree
    found = []
    while isinstance(tree, Apply):
        found.append(repr(tree.op))
        tree = tree.operands[0]
    assert found[::-1] == ops


# ---- mistakes ---------------------------------------------------------------------------------------------


def test_an_unknown_function_is_told_with_its_column_and_what_was_meant():
    assert (
        told("mean(x)+tanhh(x)") == "there is no function “tanhh”; did you mean tanh, atanh, tan? (column 9)"
    )
    assert place("mean(x)+tanhh(x)") == (1, 9, 5)


def test_the_line_is_told_where_there_are_several():
    assert told("h = x * 2\nmean(hh(h))").endswith("(line 2, column 6)")


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("", (1, 1, 1), "nothing is computed yet"),
        ("x", (1, 1, 1), "nothing is computed yet"),
        ("2 * 3", (1, 1, 1), "nothing is computed yet"),
        ("x @ W +", (1, 7, 1), "something is missing at the end"),
        ("mean((x @ W)", (1, 5, 1), "the bracket ( is never closed"),
        ("mean(x))", (1, 8, 1), "the bracket ) was never opened"),
        ("(x]", (1, 3, 1), "the bracket ] was never opened"),
        ("x y", (1, 3, 1), "an operator"),
        ("x × y", (1, 3, 1), "“×” is written as * here"),
        ("x ^ 2", (1, 3, 1), "“^” is written as ** here"),
        ("x; y", (1, 2, 1), "the sign “;”"),
        ("x // 2", (1, 3, 2), "only + - * / ** and @"),
        ("x.shape", (1, 2, 6), "only .T"),
        ("softmax(x, axes=0)", (1, 12, 6), "has no option “axes”; it has axis"),
        ("softmax(x, axis=0.5)", (1, 12, 8), "should be a whole number, not 0.5"),
        ("softmax(x, 0, 1)", (1, 1, 7), "too much in its brackets"),
        ("softmax(x, 0, axis=1)", (1, 15, 6), "is given twice"),
        ("tanh(x, 1)", (1, 1, 4), "too much in its brackets"),
        ("mse(x)", (1, 1, 3), "mse takes x, target"),
        ("mse(x, y, reduction='all')", (1, 11, 15), 'should be one of "mean", "sum"'),
        ("mean(x, axis=k)", (1, 14, 1), "an option is a number"),
        ("reshape(x, (1.5, 2))", (1, 13, 3), "a whole number is needed"),
        ("cast(x, 'elephant')", (1, 1, 4), "no type that is computed with"),
        ("dropout(x, 2)", (1, 1, 7), "the rate must be"),
        ("x[::0]", (1, 2, 5), "a step of 0"),
        ("x[..., ...]", (1, 2, 10), "at most once"),
        ("x * 'a'", (1, 5, 3), "can only be an option"),
        ("x * True", (1, 5, 4), "can only be an option"),
        ("x * 1e999", (1, 5, 5), "too large"),
        ("1 / 0 * x", (1, 3, 1), "too large, or it cannot"),
        ("x * 2\nmean(x)", (1, 1, 5), "nothing can use"),
        ("h = x * 2\nh = h * 2\nmean(h)", (2, 1, 1), "two lines for “h”"),
        ("h = x * 2\nx = h * 2", (2, 1, 1), "before its own line"),
        ("a, b = x * 2", (1, 1, 4), "a line begins with one name"),
    ],
)
def test_a_mistake_is_told_with_its_place(text, where, says):
    assert says in told(text)
    assert place(text) == where


# ---- nothing runs -----------------------------------------------------------------------------------------

HOSTILE = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "(lambda: 1)()",
    "[x for x in y]",
    "{x: 1}",
    "{x}",
    "f'{x}'",
    "(y := 1)",
    "x if y else z",
    "x and y",
    "not x",
    "~x",
    "x < y",
    "x == y",
    "await x",
    "yield x",
    "*x",
    "mean(*x)",
    "mean(**x)",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "import os",
    "del x",
    "x += 1",
    "x: int = 1",
    "def f(): pass",
    "class A: pass",
    "while True: pass",
    "for i in x: pass",
    "with x: pass",
    "raise x",
    "assert x",
    "global x",
    "x.T.__class__",
    "9**9**9**9 * x",
    "x * 10**400",
    "x * " + "9" * 3000,
    "(" * 2000 + "x" + ")" * 2000,
    "-" * 3000 + "x",
    "x" + "**2" * 1000,
    "x" + "+x" * 1500,
    "tanh(" * 39 + "x" + ")" * 39 + "@y" * 200,
    "x.T" + ".T" * 1000,
    "x[" * 40 + "0" + "]" * 40,
    "mean(x" + ", 1" * 900 + ")",
    "x\x00y",
    "x\\\ny",
    "x\x0c* y",
    "\ufeffx * y",
    "ｅｖａｌ(x)",
    "x * 1j",
    "x * b''",
    "x * ...",
    "x * None",
    "x * '" + "a" * 100 + "'",
    "a" * 3999,
    "print(x)",
    "exit()",
    "not " * 900 + "x",
    "x if x else " * 300 + "x",
    "lambda:" * 500 + "x",
    "tanh(" * 39 + "-" * 900 + "x" + ")" * 39,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_expression_of_tensors_is_refused_in_a_sentence(text, monkeypatch):
    for name in ("eval", "exec", "compile", "open", "__import__"):
        monkeypatch.setattr(builtins, name, forbidden(name, getattr(builtins, name)))
    monkeypatch.setattr(os, "system", forbidden("system", os.system))
    with pytest.raises(GraphScopeError) as caught:
        parse(text)
    assert caught.type is InputError
    assert len(str(caught.value)) < 400
    assert place_of(caught.value) is not None


def forbidden(name, original):
    """Stands for a builtin that runs things; Python's parser is ``compile`` told to parse only."""

    def call(*arguments, **options):
        if name == "compile" and arguments[3:4] == (1024,):  # ast.PyCF_ONLY_AST
            return original(*arguments, **options)
        if name == "__import__":
            return original(*arguments, **options) if arguments[0] != "os" else pytest.fail("imported os")
        pytest.fail(f"{name} was called")

    return call


def test_the_deepest_text_that_is_read_fits_on_a_small_stack():
    told = []
    size = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=lambda: told.extend(map(refusal, HOSTILE)))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
    assert len(told) == len(HOSTILE)


def refusal(text: str) -> str:
    try:
        parse(text)
    except GraphScopeError as error:
        return str(error)
    return ""


WORDS = "x W mean tanh softmax concat reshape ( ) [ ] , : = + - * / @ ** . .T 0 1 2.5 1e400 axis True None".split()
WORDS += [
    *"'a' # ... lambda if for __class__ 한 == := { } f' \\ ; ~".split(),
    "\n",
    " ",
    "\t",
    "\x00",
    "9" * 40,
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=24).map("".join)))
@example("x" + "*x" * 79)
@example("é = x\nmean(é*2)")
@example("2if x else y")
def test_any_text_is_read_or_refused_in_a_sentence(text):
    try:
        parsed = parse(text)
    except GraphScopeError as error:
        found = place_of(error)
        assert found is not None
        assert found.line >= 1
        assert found.column >= 1
        return
    assert parsed.statements


@given(st.lists(st.sampled_from(WORDS), max_size=24).map("".join))
def test_a_text_that_is_still_typed_is_completed_as_far_as_it_goes(text):
    made = completed(text)
    assert completed(made) == made


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("mean((x @ W + ", "mean((x @ W))"),
        ("mean(x @ W", "mean(x @ W)"),
        ("x @ W *", "x @ W"),
        ("h = x @ W\nmean(", "h = x @ W"),
        ("h = x @ W\nloss = ", "h = x @ W"),
        ("softmax(x, axis=", "softmax(x)"),
    ],
)
def test_a_text_that_is_still_typed_is_read_as_far_as_it_goes(typed, read):
    assert completed(typed) == read
    assert parse(read)
