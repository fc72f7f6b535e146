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
        self._templates = korean() if language == "ko" else {}

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
    """``{name:을/를}`` is the field and the particle that fits its last sound."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if "/" in format_spec and not format_spec.isascii():
            return f"{value}{particle(str(value), format_spec)}"
        return super().format_field(value, format_spec)


_FORMATTER = _KoreanFormatter()

_DIGIT_ENDS = {"0": "ㅇ", "1": "ㄹ", "2": "", "3": "ㅁ", "4": "", "5": "", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ", "9": ""}
"""The final consonant of each digit as it is read: 영 일 이 삼 사 오 육 칠 팔 구."""

_LATIN_ENDS = {"l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "r": "ㄹ"}
"""Latin letters read by name that end in a consonant: 엘 엠 엔 알."""


def particle(word: str, pair: str) -> str:
    """The particle of ``pair`` (with final consonant / without) that follows ``word``.

    ``으로/로`` also takes the second form after ㄹ. What stands in brackets at the end is not read.
    """
    closed, opened = pair.split("/")
    sound = final_sound(word)
    if closed.startswith("으로"):
        return opened if sound in ("", "ㄹ") else closed
    return closed if sound else opened


def final_sound(word: str) -> str:
    """The final consonant of a word as it is read aloud: "" if it ends in a vowel."""
    read = re.sub(r"[\s\"'”’)\]}>.,]+$", "", re.sub(r"\s*\([^()]*\)\s*$", "", word))
    last = read[-1:]
    if "가" <= last <= "힣":
        index = (ord(last) - ord("가")) % 28
        return "" if index == 0 else "ㄹ" if index == 8 else "받침"
    return _DIGIT_ENDS.get(last) or _latin_end(read, last)


def _latin_end(read: str, last: str) -> str:
    """English words by their spelling (add 애드, matmul 맷멀), single letters by their name (L 엘)."""
    lower = last.lower()
    if len(re.findall(r"[A-Za-z]+$", read)[0]) == 1 if re.search(r"[A-Za-z]+$", read) else False:
        return _LATIN_ENDS.get(lower, "")
    return {"l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "b": "", "g": "받침", "k": "받침", "p": "받침"}.get(lower, "")
