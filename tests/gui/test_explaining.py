"""What is selected is explained where it was made, at four depths."""

from __future__ import annotations

import pytest

import graphscope as gs
from graphscope.engine.step import Ref
from graphscope.service.explaining import explanation
from graphscope.service.requests import AskExplanation
from graphscope.view.numbers import number
from tests.gui.conftest import position, settle


@pytest.fixture
def session():
    with gs.open("xor") as opened:
        opened.seek(15)
        yield opened


def told(session, **asked) -> str:
    made = explanation(session, AskExplanation("en", **asked))
    return "\n".join([made.title, *(paragraph.plain for paragraph in made.paragraphs)])


def test_without_a_selection_the_step_that_just_ran_is_explained(session) -> None:
    assert told(session).startswith("MatMul backward → ∂L/∂x, ∂L/∂W1")


def test_an_element_is_explained_by_the_step_that_made_it(session) -> None:
    text = told(session, ref=Ref("gradient", "h"), index=(1, 2))
    assert text.startswith("MatMul backward → ∂L/∂h, ∂L/∂W2\nThis was 3 steps ago")
    assert "∂L/∂h[1,2] = ∂L/∂m2[1,0] · W2[2,0]" in text
    assert told(session, ref=Ref("value", "h"), index=(0, 0)).startswith("Tanh → h")
    assert session.position == 15


def test_a_gradient_of_several_parts_is_explained_by_its_last_sum() -> None:
    with gs.open("fan_out") as session:
        session.seek(9)
        assert "4 + 3" in told(session, ref=Ref("gradient", "x"))


def test_what_no_step_has_made_says_what_it_is(session) -> None:
    assert "W1 is a parameter" in told(session, ref=Ref("value", "W1"))
    session.seek(4)
    assert "gradients appear in the backward phase" in told(session, ref=Ref("gradient", "h"))


def test_the_kernel_is_told_call_by_call(session) -> None:
    session.seek(13)
    text = told(session, depth="kernel")
    assert "Calls of the kernel to the array library numpy, in order: 3" in text
    assert "t₁" in text


def test_each_call_of_a_kernel_tells_a_number_of_what_it_gave(session) -> None:
    session.seek(13)
    gradient, h = session.gradient("h"), session.value("h")
    text = told(session, depth="kernel", ref=Ref("gradient", "s1"), index=(1, 2))
    assert f"[4×4], at [1,2]: {number(h[1, 2] ** 2)}" in text
    assert f"[4×4], at [1,2]: {number(gradient[1, 2] * (1 - h[1, 2] ** 2))}" in text


def test_the_layer_is_told_by_its_operations(session) -> None:
    text = told(session, depth="layer")
    assert text.startswith("hidden")
    assert "▶ m1 = MatMul(x, W1)" in text


def test_the_device_is_told_in_plain_facts(session) -> None:
    text = told(session, depth="device")
    assert "NumPy" in text
    assert "smart cores" in text


def test_before_the_first_step_the_first_key_is_told(session) -> None:
    session.seek(0)
    assert "Press →" in told(session)


def test_in_the_window_a_selected_element_is_explained_and_nothing_moves(window) -> None:
    window.running.seek(15)
    settle(window)
    page = window.docks.panel("explain")._page
    window.desk.selection.select("h", "gradient", (1, 2))
    settle(window)
    assert "∂L/∂h[1,2] = ∂L/∂m2[1,0]" in page.plain_text()
    assert position(window) == 15
    window.desk.selection.clear()
    settle(window)
    assert "MatMul backward → ∂L/∂x, ∂L/∂W1" in page.plain_text()
