"""What is told of a step: true numbers, whole sentences, in both languages."""

import re

import pytest

import graphscope as gs
from graphscope.engine.step import Ref
from graphscope.view.explain import explain
from graphscope.view.numbers import parse
from graphscope.view.text import Text

SAMPLES = ("apple_shop", "fan_out", "linear_regression", "xor", "digits_softmax", "digits_cnn")


@pytest.fixture(scope="module", params=SAMPLES)
def session(request):
    with gs.open(request.param) as opened:
        yield opened


def last(session):
    step = session.last
    assert step is not None
    return step


def explained(session, language, **asked):
    """Every step of one iteration with its explanation, the session standing right after it."""
    session.seek(0)
    for _ in range(len(session.iteration_steps)):
        (step,) = session.step()
        yield step, explain(session, step, text=Text(language), **asked)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_step_of_every_sample_is_told_in_whole_sentences(session, language):
    for step, told in explained(session, language):
        assert told.title
        assert told.at("say"), step
        assert told.at("why"), step
        for paragraph in told.paragraphs:
            assert paragraph.plain
            assert not re.search(r"[{}]", paragraph.plain), paragraph.plain


def test_in_korean_every_sentence_is_korean(session):
    for step, told in explained(session, "ko"):
        for paragraph in (*told.at("say"), *told.at("why")):
            assert re.search(r"[가-힣]", paragraph.plain), (step.kind, paragraph.plain)


def test_both_languages_print_the_same_mathematics(session):
    mathematics = [
        [
            [
                re.sub(" (holds|does not hold|성립함|성립|성립하지 않음):", ":", p.plain)
                for p in told.paragraphs
                if p.spans
            ]
            for step, told in explained(session, language)
            if step.kind != "accumulate"  # its formula names the contribution in words
        ]
        for language in ("en", "ko")
    ]
    assert mathematics[0] == mathematics[1]


def test_the_printed_result_is_the_stored_number(session):
    checked = 0
    for step, told in explained(session, "en"):
        if step.kind not in ("forward", "update") or not told.choices:
            continue
        choice = told.choices[0]
        line = next(p for p in told.at("numbers") if any(span.kind == "result" for span in p.spans))
        result = next(span.text for span in line.spans if span.kind == "result")
        stored = float(session.array(choice.ref)[choice.index])
        assert parse(result) == pytest.approx(stored, rel=5e-4, abs=1e-5), (step, result, stored)
        checked += 1
    assert checked


def test_the_element_that_is_asked_for_is_explained():
    with gs.open("xor") as session:
        session.seek(12)
        told = explain(session, last(session), text=Text(), ref=Ref("gradient", "h"), index=(1, 2))
        lines = [paragraph.plain for paragraph in told.at("numbers")]
        assert lines[0] == "∂L/∂h[1,2] = ∂L/∂m2[1,0] · W2[2,0]"
        assert [re.sub(r"\s+", " ", line).strip() for line in lines[1:3]] == [
            "= (−0.170973) · 0.963520",
            "= −0.16474",
        ]
        assert told.choices[0].ref == Ref("gradient", "h")


def test_an_element_that_does_not_exist_gives_the_largest_instead():
    with gs.open("xor") as session:
        session.seek(5)
        told = explain(session, last(session), text=Text(), ref=Ref("value", "h"), index=(9, 9))
        assert told.choices[0].index == (3, 2)


def test_a_value_used_three_times_says_which_contribution_is_added():
    with gs.open("fan_out") as session:
        session.seek(9)
        told = explain(session, last(session), text=Text())
        assert "3 of 3" in told.at("say")[0].plain
        numbers = " ".join(paragraph.plain for paragraph in told.at("numbers"))
        assert "4 + 3" in numbers
        assert "7" in numbers


def test_scalars_are_explained_without_shapes():
    with gs.open("apple_shop") as session:
        session.seek(3)
        told = explain(session, last(session), text=Text())
        assert all("scalar" not in paragraph.plain for paragraph in told.paragraphs)
