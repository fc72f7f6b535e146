"""Equations are broken before signs, the loosest first, and never inside a name or a number."""

from __future__ import annotations

from graphscope.gui.widgets.equation import plain, together, wrapped
from graphscope.view.notation import Span


def pieces(text: str, columns: int) -> list[str]:
    spans = wrapped([Span(text, "operator")], columns)
    return [plain(piece) for piece in "".join(span.text for span in spans).split(" ")]


def test_a_sum_of_products_is_broken_at_its_pluses():
    assert pieces("a[0,0] · b[0] + a[0,1] · b[1]", 20) == ["a[0,0] · b[0]", "+ a[0,1] · b[1]"]


def test_a_long_product_is_broken_at_its_dots():
    assert pieces("first_factor · second_factor", 20) == ["first_factor", "· second_factor"]


def test_brackets_are_broken_only_where_nothing_looser_is_enough():
    assert pieces("f(a + b) + g(c + d)", 12) == ["f(a + b)", "+ g(c + d)"]
    assert pieces("f(a + b) + g(c + d)", 6) == ["f(a", "+ b)", "+ g(c", "+ d)"]


def test_a_minus_before_a_number_stays_with_it():
    assert pieces("−0.5 + (−1)", 5) == ["−0.5", "+ (−1)"]


def test_the_line_says_the_same():
    spans = (
        Span("∂L/∂h[1,2]", "gradient"),
        Span(" = ", "operator"),
        Span("x", "value"),
        Span(" · 2", "number"),
    )
    told = "".join(span.text for span in wrapped(spans, 8))
    assert plain(told) == "∂L/∂h[1,2] = x · 2"
    assert [span.kind for span in wrapped(spans, 8)] == [span.kind for span in spans]


def test_a_gradients_name_in_a_sentence_stays_in_one_piece():
    assert plain(together("Add ∂L/∂h")) == "Add ∂L/∂h"
    assert together("Add ∂L/∂h") != "Add ∂L/∂h"
