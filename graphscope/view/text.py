"""Telling sentences in the user's language: English templates, Korean catalogues, and Korean particles."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from graphscope.errors import GraphScopeError, Sentence

Language = Literal["en", "ko"]
LANGUAGES: Mapping[Language, str] = {"en": "English", "ko": "한국어"}

_CATALOGUES = Path(__file__).parent / "korean"


class Text:
    """The words of one language.

    ``text("Step {n}", n=3)`` tells a template; ``text.tell(sentence)`` a sentence or an error.
    """

    def __init__(self, language: Language = "en") -> None:
        self.language: Language = language
        self._templates: Mapping[str, str] = korean() if language == "ko" else {}

    def __call__(self, template: str, /, **fields: Any) -> str:
        translated = self._templates.get(template, template)
        told = {name: self.tell(field) for name, field in fields.items()}
        return _FORMATTER.vformat(translated, (), told)

    def tell(self, told: Any) -> Any:
        """A sentence or error in this language; anything else as it is."""
        if isinstance(told, GraphScopeError):
            sentence = self(told.sentence.template, **told.sentence.fields)
            where = str(told).removeprefix(str(told.sentence))
            return sentence + where
        return self(told.template, **told.fields) if isinstance(told, Sentence) else told


@cache
def korean() -> Mapping[str, str]:
    """Every Korean template by its English one, from all catalogues."""
    merged: dict[str, str] = {}
    for path in sorted(_CATALOGUES.glob("*.json")):
        merged.update(json.loads(path.read_text(encoding="utf-8")))
    return merged


class _KoreanFormatter(Formatter):
    """``{name:을/를}`` is the field and the particle that fits its last sound; ``{name:|을/를}`` the particle alone.

    The second form follows a quotation mark: ``“{name}”{name:|을/를}``.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        if "/" in format_spec and not format_spec.isascii():
            alone = format_spec.startswith("|")
            return ("" if alone else str(value)) + particle(str(value), format_spec.lstrip("|"))
        return super().format_field(value, format_spec)


_FORMATTER = _KoreanFormatter()

_FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
"""Final consonants in the order in which Unicode composes syllables."""

_DIGIT_ENDS = {
    "0": "ㅇ",
    "1": "ㄹ",
    "2": "",
    "3": "ㅁ",
    "4": "",
    "5": "",
    "6": "ㄱ",
    "7": "ㄹ",
    "8": "ㄹ",
    "9": "",
}
"""The final consonant of each digit as it is read: 영 일 이 삼 사 오 육 칠 팔 구."""

_LETTER_ENDS = {"l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "r": "ㄹ"}
"""Latin letters whose name ends in a consonant: 엘 엠 엔 알."""

_SPELLING_ENDS = {"l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "g": "ㅇ", "k": "ㄱ", "p": "ㅂ"}
"""Last letters of English words that are heard as a final consonant."""


_AFTER_VOWEL = ("를", "는", "가", "와", "로", "라")


def particle(word: str, pair: str) -> str:
    """The particle of ``pair``, such as 을/를 (either order), that follows ``word``.

    으로/로 takes its second form after ㄹ too. What stands in brackets at the end of the word is not read.
    """
    closed, opened = pair.split("/")
    if closed in _AFTER_VOWEL:
        closed, opened = opened, closed
    sound = final_sound(word)
    if closed == "으로" and sound == "ㄹ":
        return opened
    return closed if sound else opened


def final_sound(word: str) -> str:
    """The final consonant of a word as it is read aloud: "" if it ends in a vowel."""
    read = re.sub(r"[\s\"'”’)\]}>.,]+$", "", re.sub(r"\s*\([^()]*\)\s*$", "", word))
    last = read[-1:]
    if "가" <= last <= "힣":
        return _FINALS[(ord(last) - ord("가")) % len(_FINALS)]
    return _DIGIT_ENDS[last] if last in _DIGIT_ENDS else _latin_end(read)


def _latin_end(word: str) -> str:
    """English words by their spelling (matmul 맷멀), single letters by their name (L 엘)."""
    letters = re.search(r"[A-Za-z]+$", word)
    if letters is None:
        return ""
    ends = _LETTER_ENDS if len(letters[0]) == 1 else _SPELLING_ENDS
    return ends.get(letters[0][-1].lower(), "")
