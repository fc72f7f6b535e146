"""Expressions: what they mean, what is refused with which column, and that nothing of Python can be reached."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscope.debug import conditions
from graphscope.debug.expression import DEEPEST, LONGEST, Expression, parse
from graphscope.debug.functions import FACTS, METHODS, TABLE
from graphscope.errors import ExpressionError
from tests.engine.examples import ADAM, forward_only, session, xor

W = np.arange(6.0).reshape(2, 3)
NAMES: dict[str, Any] = {
    "loss": 0.5,
    "iteration": 3,
    "position": 44,
    "W1": W,
    "grad(W1)": np.ones((2, 3)),
    "fc1.weight": np.array([1.0, np.nan]),
    "conv 1.weight": np.array([[2]]),
    "empty": np.zeros((0, 2)),
    "later": None,
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("loss < 0.1", False),
        ("0 < loss < 1", True),
        ("1 < loss < 2", False),
        ("not loss > 1", True),
        ("loss > 1 or iteration == 3", True),
        ("loss > 1 and iteration == 3", False),
        ("iteration % 2 == 1 and position // 10 == 4", True),
        ("2 + 3 * 4 - 6 / 2", 11),
        ("-2 ** 2", -4),
        ("+loss", 0.5),
        ("2 ** -1", 0.5),
        ("W1[1, 0]", 3),
        ("W1[-1][0]", 3),
        ("sum(W1[:, 1:])", 12),
        ("sum(W1[0, ::2])", 2),
        ("W1.max()", 5),
        ("W1.shape[1]", 3),
        ("len(W1)", 2),
        ("min(W1)", 0),
        ("max(loss, 2, iteration)", 3),
        ("min(loss, W1[0, 2])", 0.5),
        ("mean(W1)", 2.5),
        ("(W1 == 0).mean()", 1 / 6),
        ("abs(0 - loss)", 0.5),
        ("norm(grad(W1))", math.sqrt(6)),
        ('norm(grad("W1"))', math.sqrt(6)),
        ("any(isnan(fc1.weight)) and not any(isinf(fc1.weight))", True),
        ("isnan(fc1.weight).all()", False),
        ('value("conv 1.weight")[0, 0]', 2),
        ("exp(0) + log(1) + sqrt(4)", 3),
        ("True", True),
        ("9**9**9", math.inf),
        ("1 / 0", math.inf),
        ("1e999", math.inf),
        ("9" * 400, math.inf),
        ("loss\n  < \t1", True),
    ],
)
def test_an_expression_means_what_it_means_in_numpy(text: str, found: Any) -> None:
    assert parse(text).evaluate(NAMES) == found


def test_an_expression_of_arrays_is_an_array() -> None:
    np.testing.assert_array_equal(parse("2 * W1 - grad(W1)").evaluate(NAMES), 2 * W - 1)


def test_an_expression_knows_which_names_it_needs() -> None:
    assert parse('loss < norm(grad("conv 1.weight")) + fc1.weight[0] + loss').names == {
        "loss",
        "grad(conv 1.weight)",
        "fc1.weight",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("later", None),
        ("norm(later) > 1", None),
        ("not later > 1", None),
        ("later > 1 or loss < 1", True),
        ("loss < 1 or later > 1", True),
        ("later > 1 or loss > 1", None),
        ("later > 1 and loss < 1", None),
        ("later > 1 and loss > 1", False),
    ],
)
def test_what_needs_a_number_that_is_not_there_yet_is_not_known(text: str, found: bool | None) -> None:
    assert parse(text).evaluate(NAMES) is found
    assert parse(text).holds(NAMES) is bool(found)


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("", 1, "such as loss < 0.1"),
        ("loss <", 7, "was expected"),
        ("loss = 3", 6, "write =="),
        ("loss + ) 1", 8, "was expected"),
        ("가중치 + )", 7, "was expected"),
        ("가중치 + [1]", 7, "only numbers"),
        ("[1]", 1, "only numbers"),
        ("lambda: 1", 1, "only numbers"),
        ("loss if loss else 1", 1, "only numbers"),
        ("(loss := 3)", 2, "only numbers"),
        ('f"{loss}"', 1, "only numbers"),
        ("'text'", 1, "a number was expected"),
        ("1j", 1, "a number was expected"),
        ("...", 1, "a number was expected"),
        ("None", 1, "a number was expected"),
        ("norm", 1, "norm(…)"),
        ("1 + f(2)", 5, "there are abs, min"),
        ("abs(1, 2)", 1, "one array"),
        ("abs()", 1, "one array"),
        ("max(loss, key=1)", 1, "without names"),
        ("grad()", 1, "one name"),
        ("grad(1 + 2)", 1, "one name"),
        ("W1 @ W1", 1, "+ - *"),
        ("~loss", 1, "not"),
        ("loss in W1", 1, "== !="),
        ("loss is 1", 1, "== !="),
        ("W1[loss]", 4, "whole number"),
        ("W1[None]", 4, "whole number"),
        ("W1[True]", 4, "whole number"),
        ("W1[::0]", 4, "not 0"),
        ("(W1 + 1).real", 1, "after a dot"),
        ("W1.tofile()", 1, "after a dot"),
        ("(1).max(2)(3)", 1, "after a dot"),
        ("-" * 100 + "1", DEEPEST + 1, "brackets"),
        ("(" * 300, 201, "was expected"),
        ("a" * (LONGEST + 1), LONGEST, "at most"),
        ("loss\0", 6, "was expected"),
    ],
)
def test_what_is_not_an_expression_is_refused_with_its_column(text: str, column: int, expected: str) -> None:
    with pytest.raises(ExpressionError, match="column") as caught:
        parse(text)
    assert expected in str(caught.value)
    assert caught.value.sentence.fields["column"] == column


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("1 + nobody", 5, "nothing named “nobody”"),
        ("W1.__class__", 1, "nothing named"),
        ("1 + W1[2, 0]", 5, "no element [2, 0] in an array of shape 2×3"),
        ("loss[0]", 1, "no element"),
        ("W1 + fc1.weight", 1, "shapes 2×3 and 2"),
        ("max(W1, fc1.weight)", 1, "shapes 2×3 and 2"),
        ("max(empty)", 1, "without elements"),
        ("mean(empty)", 1, "without elements"),
        ("len(loss)", 1, "no length"),
        ("W1 > 0 or loss > 1", 1, "any(…)"),
        ("not W1", 1, "any(…)"),
    ],
)
def test_what_does_not_fit_is_told_with_its_column(text: str, column: int, expected: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text).evaluate(NAMES)
    assert expected in str(caught.value)
    assert caught.value.sentence.fields["column"] == column


def test_many_truths_are_no_condition() -> None:
    with pytest.raises(ExpressionError, match="any"):
        parse("W1 > 0").holds(NAMES)


def test_a_calculation_that_would_fill_the_memory_is_refused() -> None:
    tall = np.broadcast_to(np.ones(()), (100_000, 1))
    names = {"tall": tall, "wide": tall.T}
    assert parse("sum(tall)").evaluate(names) == 100_000
    with pytest.raises(ExpressionError, match="10000000000 numbers"):
        parse("sum(tall * wide)").evaluate(names)


TYPED = (
    *TABLE,
    *METHODS,
    *FACTS,
    *NAMES,
    *"()[]{}.,:+-*/%<>=!@'#\"\\\0\n",
    "**",
    "not",
    "or",
    "and",
    " ",
    "1",
    "if",
)
TYPED += ("lambda", "__class__", "import", "grad", "for", "in", "é", "0x", "1_0", "e9")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(TYPED), max_size=12).map("".join))
def test_whatever_is_typed_ends_in_a_number_or_a_sentence(text: str) -> None:
    try:
        found = parse(text).evaluate(NAMES)
    except ExpressionError:
        return
    assert found is None or isinstance(found, bool | int | float | np.ndarray)


# ---- in a run -------------------------------------------------------------------------------------------------


def test_names_of_a_run_are_its_values_gradients_and_optimizer_state() -> None:
    run = session(xor(ADAM))
    run.iterate(2)
    names = conditions.RunNames(run)
    assert parse("iteration == 1 and position == 38").holds(names)
    assert parse("loss").evaluate(names) == run.loss
    assert parse("norm(grad(W1))").evaluate(names) == pytest.approx(float(np.linalg.norm(run.gradient("W1"))))  # type: ignore[arg-type]
    np.testing.assert_array_equal(parse('value("W1@m")').evaluate(names), run.value("W1@m"))
    assert not parse("loss > 0").holds(conditions.RunNames(run, position=20))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("los < 1", "did you mean loss"),
        ("norm(grad(W9)) > 1", "W9"),
        ("W1 > 0", "any"),
        ("W1[5, 0] > 0", "no element"),
        ("norm(W1 + b2[:, 0])", "no element"),
    ],
)
def test_a_condition_that_cannot_be_one_is_refused_before_the_run(text: str, expected: str) -> None:
    with pytest.raises(ExpressionError, match=expected):
        conditions.check(parse(text), session(xor()))


@pytest.mark.parametrize(
    "text", ["loss > 1", "h[3, 3] > 0", 'norm(value("W1@v")) > 1', "grad(h).max() > iteration"]
)
def test_a_condition_is_accepted_before_its_numbers_exist(text: str) -> None:
    from graphscope.ops import Adam

    run = session(xor(Adam(0.1)))
    conditions.check(parse(text), run)
    assert run.position == 0


def test_a_model_without_a_loss_has_no_condition_on_it() -> None:
    with pytest.raises(ExpressionError, match="no loss"):
        conditions.check(parse("loss > 1"), session(forward_only()))


def test_an_expression_can_be_printed() -> None:
    told: Expression = parse("loss   <  1")
    assert told.text == "loss < 1"
    assert "_run" not in repr(told)
