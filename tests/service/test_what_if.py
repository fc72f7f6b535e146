"""What an edit did, told in a sentence: every number in it is the session's, in both languages."""

from __future__ import annotations

import re

import pytest

from graphscope.debug.session import Session
from graphscope.debug.what_if import Consequence
from graphscope.errors import Sentence
from graphscope.service.what_if import delta, deltas, signed, title_of, told
from graphscope.view.numbers import parse
from graphscope.view.text import Language, Text
from tests.engine.examples import forward_only, session, square_plus, xor

LANGUAGES: tuple[Language, ...] = ("en", "ko")
SIGNED = re.compile(r"[+−](?:Inf|\d[\d.]*(?:e[−+]?\d+)?)|(?<![\w.])0(?![\d.])")


def say(sentence: Sentence, language: Language) -> str:
    return str(Text(language).tell(sentence))


def numbers_in(sentence: Sentence, language: Language) -> list[float]:
    """The signed numbers of a sentence, without the indices of elements."""
    plain = re.sub(r"\[[\d,]*\]", "", say(sentence, language))
    return [parse(found.rstrip(".").replace("+", "", 1)) for found in SIGNED.findall(plain)]


def moved(run: Session, change: float, name: str = "W1") -> Consequence:
    array = run.value(name)
    assert array is not None
    index = (0, 1)[: array.ndim]
    return run.what_if(name, index, float(array[index]) + change)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_line_is_the_sessions(language: Language) -> None:
    run, plain = session(xor()), session(xor())
    for each in (run, plain):
        each.step(2)
    small, large = moved(run, 0.1), moved(run, 0.5)
    weight = run.value("W1")
    assert weight is not None
    plain.iterate()
    slope, loss = plain.gradient("W1"), plain.loss
    truth = []
    for change in (0.1, 0.5):
        run.set_element("W1", (0, 1), float(weight[0, 1]) + change)
        run.iterate()
        truth.append((run.loss or 0.0) - (loss or 0.0))
        run.undo()
    assert slope is not None
    expected = [0.1, 0.1 * slope[0, 1], truth[0], 0.5, 0.5 * slope[0, 1], truth[1]]
    found = numbers_in(told(small, large), language)
    assert found == pytest.approx(expected, rel=5e-3)


def test_the_line_reads_as_it_should() -> None:
    run = session(xor())
    run.step(2)
    line = say(told(moved(run, 0.1)), "en")
    pattern = r"You moved W1\[0,1\] by \+0\.10\. The gradient predicted ΔL = [+−]0\.\d+; it was [+−]0\.\d+\."
    assert re.fullmatch(pattern, line)
    korean = r"W1\[0,1\]을 \+0\.10만큼 옮겼습니다\. 기울기가 예측한 ΔL은 .+, 실제 ΔL은 .+입니다\."
    assert re.fullmatch(korean, say(told(moved(run, 0.1)), "ko"))


def test_what_was_already_used_is_said_to_change_the_next_loss() -> None:
    run = session(xor())
    run.step(6)
    line = say(told(moved(run, 0.1)), "en")
    assert "It was already used in this iteration, so this loss stays; that of iteration 1 differs by" in line


def test_after_its_update_the_gradient_of_the_next_iteration_predicts() -> None:
    run = session(xor())
    run.iterate()
    assert "for the next one the gradient predicted ΔL = " in say(told(moved(run, 0.1)), "en")


def test_a_value_that_nothing_uses_any_more_changes_no_loss() -> None:
    run = session(xor())
    run.iterate()
    line = say(told(moved(run, 0.1, "h")), "en")
    assert line.endswith("Nothing that is still to come uses it, so no loss changes.")


def test_without_a_loss_it_is_said_that_there_is_none() -> None:
    run = session(forward_only())
    run.step(2)
    assert say(told(run.what_if("x", 0, 3.0)), "en").endswith(
        "There is no ΔL to tell: this model has no loss."
    )


def test_of_several_uses_those_that_are_to_come_are_counted() -> None:
    run = session(square_plus())
    run.step(3)
    line = say(told(run.what_if("p", (), 4.0)), "en")
    assert line == (
        "You moved p by +1. 1 of its 3 uses were still to come; their gradient predicted ΔL = +1; it was +1."
    )


def test_a_change_that_rounding_swallows_is_told_as_such() -> None:
    run = session(xor())
    run.step(2)
    assert "are lost where the loss is rounded" in say(told(moved(run, 1e-6)), "en")


def test_several_numbers_at_once_are_counted_instead_of_named() -> None:
    run = session(xor())
    run.step(2)
    array = run.value("W1")
    assert array is not None
    run.set_value("W1", array + 1)
    found = run.consequence
    assert found is not None
    assert say(told(found), "en").startswith("You changed 8 numbers of W1. The gradient predicted ΔL = ")
    assert say(title_of(found.edit), "en") == "edit W1"


def test_an_edit_to_the_same_number_says_that_nothing_moved() -> None:
    run = session(xor())
    run.step(2)
    assert say(told(moved(run, 0.0)), "en").startswith("W1 has the numbers that it had.")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.1, "+0.10"), (-0.5, "−0.50"), (1.0, "+1"), (0.16289634, "+0.16290"), (0.0, "0"), (1e-6, "+1e−6")],
)
def test_a_step_is_told_with_its_sign(value: float, shown: str) -> None:
    assert signed(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-0.0074219, "−0.00742"),
        (0.1234567, "+0.123"),
        (12.3456, "+12.35"),
        (0.0, "0"),
        (float("inf"), "+Inf"),
        (-7.4219e-06, "−7.42e−6"),
    ],
)
def test_a_change_of_the_loss_is_told_with_three_digits(value: float, shown: str) -> None:
    assert delta(value) == shown


def test_two_changes_that_differ_look_different() -> None:
    assert deltas(0.012341, 0.012342) == ("+0.012341", "+0.012342")
    assert deltas(0.5, 0.5) == ("+0.50", "+0.50") or deltas(0.5, 0.5) == ("+0.5", "+0.5")


def test_a_gradient_is_said_to_change_the_next_loss_only() -> None:
    run = session(xor())
    run.step(15)
    found = run.what_if("W1", (0, 1), 2.0, gradient=True)
    line = say(told(found), "en")
    assert line.startswith("You moved ∂L/∂W1[0,1] by ")
    assert "through the updates that of iteration 1 differs by" in line
    assert say(title_of(found.edit), "en").startswith("edit ∂L/∂W1[0,1] ")
