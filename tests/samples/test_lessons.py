"""Every number in a lesson is the session's own."""

import re

import pytest

import graphscope as gs
from graphscope.app.samples import samples

CLAIM = re.compile(r"`(∂L/∂)?([\w. ]+?)(?:\[([\d,]+)\])? = (−?[\d.]+)`")
CASES = [
    pytest.param(sample, language, id=f"{sample.name}-{language}")
    for sample in samples()
    for language in ("en", "ko")
]


def claims(sample, language):
    return [
        (bool(gradient), name, tuple(map(int, index.split(","))) if index else (), told)
        for gradient, name, index, told in CLAIM.findall(sample.lesson(language))
    ]


@pytest.mark.parametrize(("sample", "language"), CASES)
def test_every_number_of_a_lesson_is_what_the_first_iteration_computes(sample, language):
    session = gs.open(sample.name)
    while session.next.phase != "update":
        session.step()
    told = claims(sample, language)
    assert told
    for gradient, name, index, text in told:
        array = session.gradient(name) if gradient else session.value(name)
        assert array is not None
        decimals = len(text.partition(".")[2])
        assert round(float(array[index]), decimals) == float(text.replace("−", "-")), (name, index, text)


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_a_lesson_makes_the_same_claims_in_both_languages(sample):
    assert claims(sample, "en") == claims(sample, "ko")


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_a_lesson_starts_with_the_samples_title(sample):
    for language in ("en", "ko"):
        assert sample.lesson(language).splitlines()[0] == f"# {sample.title[language]}"
