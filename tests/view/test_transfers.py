"""A transfer is told with what it copies, where to, and how much, in every language."""

from __future__ import annotations

import pytest

from graphscope.debug.session import Session
from graphscope.engine.step import Step
from graphscope.view.explain import explain
from graphscope.view.telling import made_by, short_titles, step_title
from graphscope.view.text import Text
from tests.engine.examples import session, shuffled, xor
from tests.fakes import fake_cupy_backend

ENGLISH, KOREAN = Text("en"), Text("ko")


def switched(run: Session, position: int) -> tuple[Step, ...]:
    run.seek(position)
    return run.switch(fake_cupy_backend())


def test_its_title_names_array_target_and_size() -> None:
    run = session(xor())
    steps = switched(run, 19)
    assert step_title(steps[0], run.graph, ENGLISH) == "⇄ W1 → CuPy · GPU 0 (32 B)"
    assert step_title(steps[0], run.graph, KOREAN) == "⇄ W1 → CuPy · GPU 0 (32 B)"
    assert short_titles(steps[0], run.graph, ENGLISH) == ("⇄",)


def test_gradients_and_what_is_kept_for_backward_have_names_too() -> None:
    run = session(shuffled())
    titles = [step_title(step, run.graph, ENGLISH) for step in switched(run, 9)]
    assert any(title.startswith("⇄ mask · dropped →") for title in titles)
    run = session(xor())
    while run.next.kind != "update":
        run.step()
    titles = [step_title(step, run.graph, ENGLISH) for step in run.switch(fake_cupy_backend())]
    assert any(title.startswith("⇄ ∂L/∂W1 →") for title in titles)


def test_every_transfer_of_every_position_has_a_title_and_is_about_a_card() -> None:
    for position in range(1, 24):
        run = session(shuffled())
        for step in switched(run, position):
            assert step_title(step, run.graph, ENGLISH).startswith("⇄ ")
            name, role = made_by(step, run.graph)
            assert role in ("value", "gradient")
            assert name is None or name in run.graph.values or "@" in name


@pytest.mark.parametrize(
    ("text", "word"), [(ENGLISH, "The numbers stay the same."), (KOREAN, "수는 그대로입니다.")]
)
def test_its_explanation_says_from_where_to_where_how_much_and_why(text: Text, word: str) -> None:
    run = session(xor())
    steps = switched(run, 19)
    made = explain(run, steps[-1], text=text)
    say, why = made.paragraphs
    assert {each for each in ("b2", "NumPy · CPU", "CuPy · GPU 0", "4 B", word) if each in say.text} == {
        "b2",
        "NumPy · CPU",
        "CuPy · GPU 0",
        "4 B",
        word,
    }
    assert "CuPy · GPU 0" in why.text
