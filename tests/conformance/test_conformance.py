"""ONNX's own operator tests: none gives a wrong answer, and no fewer pass than the page says."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conformance import page
from tests.conformance.cases import Outcome, cases, run

pytest.importorskip("onnx", reason="onnx is not installed")


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [run(case) for case in cases()]


def test_no_operator_test_gives_a_wrong_answer(outcomes: list[Outcome]) -> None:
    assert [each for each in outcomes if each.result == "failed"] == []


def test_no_fewer_tests_pass_than_the_page_says(outcomes: list[Outcome]) -> None:
    floor = page.floor(page.PAGE.read_text(encoding="utf-8"))
    totals = Counter(each.result for each in outcomes)
    assert totals["passed"] >= floor["passed"], "python -m tests.conformance says which no longer pass"


def test_whatever_is_refused_is_refused_in_a_sentence(outcomes: list[Outcome]) -> None:
    assert [each.name for each in outcomes if each.result == "refused" and " " not in each.reason] == []


def test_the_totals_of_a_page_can_be_read_back() -> None:
    made = [Outcome("a", "Relu", "passed"), Outcome("b", "Relu", "refused", "no | such <thing>")]
    told = page.text(made, "1.0", 28)
    assert page.floor(told) == Counter(passed=1, refused=1, failed=0)
    assert "| Relu | 1 |  | 1 | no \\| such &lt;thing> |" in told
