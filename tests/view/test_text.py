"""The words of two languages: particles, fields, sentences and errors."""

import pytest

from graphscope.errors import InputError, Sentence
from graphscope.view.text import Text, particle


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("사과", "을/를", "를"),
        ("값", "을/를", "을"),
        ("물", "으로/로", "로"),
        ("집", "으로/로", "으로"),
        ("서버", "으로/로", "로"),
        ("W1", "은/는", "은"),  # 일
        ("W2", "은/는", "는"),  # 이
        ("b3", "이/가", "이"),  # 삼
        ("h", "은/는", "는"),  # 에이치
        ("L", "을/를", "을"),  # 엘
        ("matmul", "을/를", "을"),
        ("“값”", "과/와", "과"),
        ("기울기 (4×4)", "은/는", "는"),
        ("x[1, 0]", "을/를", "을"),  # 영
    ],
)
def test_a_particle_follows_the_sound_that_its_word_ends_in(word, pair, expected):
    assert particle(word, pair) == expected


def test_a_korean_template_puts_the_particle_behind_its_field(monkeypatch):
    text = Text("ko")
    text._templates = {"Add {x} and {y}": "{x:와/과} {y:을/를} 더합니다"}
    assert text("Add {x} and {y}", x="h", y="b1") == "h와 b1을 더합니다"


def test_a_particle_can_follow_a_quotation_mark():
    text = Text("ko")
    text._templates = {"not {x}": "“{x}”{x:|은/는} 아닙니다"}
    assert text("not {x}", x="값") == "“값”은 아닙니다"
    assert text("not {x}", x="사과") == "“사과”는 아닙니다"


def test_a_template_without_translation_is_told_in_english():
    assert Text("ko")("no such template {n}", n=3) == "no such template 3"


def test_a_sentence_inside_a_sentence_is_told_in_the_same_language():
    text = Text("en")
    assert text("Because {reason}.", reason=Sentence("{a} is missing", a="x")) == "Because x is missing."


def test_an_error_keeps_what_was_added_to_its_sentence():
    error = InputError("{name} is wrong", name="x")
    error.args = (f"{error} — model.py:3",)
    assert Text("en").tell(error) == "x is wrong — model.py:3"
