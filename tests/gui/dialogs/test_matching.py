"""Finding by a few letters: in order, the best first, in any words' order, and under a Korean input method."""

import pytest

from graphscope.app.command import commands
from graphscope.gui.dialogs.matching import match, ranked

TITLES = [f"{each.submenu}: {each.title}" if each.submenu else each.title for each in commands()]


def found(query: str) -> list[str]:
    return ranked(query, TITLES, lambda title: (title,))


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("step", "Step"),
        ("gtst", "Go to step…"),
        ("fs", "First step"),
        ("nph", "Next phase"),
        ("pha", "Next phase"),  # not “Precision: As the model has it”
        ("abgs", "About GraphScope"),
    ],
)
def test_the_best_title_comes_first(query, best) -> None:
    assert found(query)[0] == best


def test_letters_must_stand_in_order() -> None:
    assert match("pets", "Step") is None
    assert match("stp", "Step") is not None


def test_words_may_come_in_any_order() -> None:
    one, two = match("dark theme", "Theme: Dark"), match("theme dark", "Theme: Dark")
    assert one is not None
    assert one == two


def test_the_characters_that_were_asked_for_are_told() -> None:
    fit = match("gst", "Go to step")
    assert fit is not None
    assert fit.places == (0, 6, 7)


def test_an_empty_query_fits_everything_in_its_order() -> None:
    assert found("  ") == TITLES


@pytest.mark.parametrize("query", ["단계", "ㄷㄱ", "단ㄱ", "다", "단계 가"])
def test_korean_is_found_by_syllables_initials_and_half_typed_syllables(query) -> None:
    assert match(query, "단계로 가기") is not None


def test_a_final_consonant_that_is_going_to_be_an_initial_is_no_hindrance() -> None:
    # On the way to 다음 국면 an input method shows 국며 before 국면, and 닥 where ㄱ begins the next syllable.
    assert match("국며", "다음 국면") is not None
    assert match("닥", "다가") is not None


def test_latin_letters_typed_with_a_korean_input_method_on_are_understood() -> None:
    fit = match("ㄴㅅ데", "단계", "Step")  # the keys s, t, e, p
    assert fit is not None
    assert fit.places == ()


def test_places_are_told_for_the_shown_title_only() -> None:
    fit = match("step", "단계", "Step")
    assert fit is not None
    assert fit.places == ()
