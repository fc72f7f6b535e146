"""Finds what a user means by a few letters, which are contained in order; in Korean too."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from graphscope.gui.keyboard import HANGUL

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ".split()
_FINALS = (
    *(
        "",
        "ㄱ",
        "ㄲ",
        "ㄱㅅ",
        "ㄴ",
        "ㄴㅈ",
        "ㄴㅎ",
        "ㄷ",
        "ㄹ",
        "ㄹㄱ",
        "ㄹㅁ",
        "ㄹㅂ",
        "ㄹㅅ",
        "ㄹㅌ",
        "ㄹㅍ",
        "ㄹㅎ",
    ),
    *("ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ"),
)
"""Initials, vowels and finals in Unicode's order, as the keys that type them."""
_PAIRS = {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ"}

START, RUN, FIRST = 8, 5, 3
"""What a matched letter earns at the start of a word, right after the one before, at the very start."""
WHOLE = 6
"""What letters earn that stand together as they were typed: “pha” means “phase” before “precision has”."""

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Match:
    """How well a title fits, more is better, and the places of the characters that were asked for."""

    score: int
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Letters:
    """A text as lower-case letters, syllables taken apart; for each the character that it belongs to."""

    signs: str
    places: tuple[int, ...]
    starts: tuple[bool, ...]


@lru_cache(maxsize=4096)
def _letters(text: str) -> _Letters:
    signs, places, starts = "", [], []
    before = " "
    for place, character in enumerate(unicodedata.normalize("NFC", text)):
        keys = _keys(character)
        opens = not before.isalnum() or (character.isupper() and before.islower())
        signs += keys
        places += [place] * len(keys)
        starts += [opens, *[False] * (len(keys) - 1)]
        before = character
    return _Letters(signs, tuple(places), tuple(starts))


def _keys(character: str) -> str:
    """The keys that type a character: 값 is ㄱㅏㅂㅅ, so ㄱ finds it as well as 가, 갑 and 값."""
    code = ord(character) - ord("가")
    if 0 <= code < 11172:
        initial, rest = divmod(code, 588)
        vowel, final = divmod(rest, 28)
        return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]
    return _PAIRS.get(character, character.lower())


def match(query: str, *titles: str) -> Match | None:
    """How well a query fits the best of some titles; None where none has all its letters.

    Every word of the query must be found, in any order. Letters typed with a Korean input method still on
    mean the Latin ones on their keys. Places are those in the first title, none where another fits better.
    """
    asked = query.split()
    if not asked:
        return Match(0, ())
    first = _all_words(asked, titles[0])
    latin = [_latin(word) for word in asked]
    others = [_all_words(words, title) for words in (asked, latin) for title in titles]
    best = max((found for found in others if found is not None), key=lambda found: found.score, default=None)
    if first is None or best is None:
        return None if best is None else Match(best.score, ())
    return first if first.score >= best.score else Match(best.score, ())


def _latin(word: str) -> str:
    return "".join(HANGUL.get(sign, sign) for sign in _letters(word).signs)


def _all_words(words: list[str], title: str) -> Match | None:
    found = [_word(_letters(word).signs, _letters(title)) for word in words]
    if any(each is None for each in found):
        return None
    matches = [each for each in found if each is not None]
    places = sorted({place for each in matches for place in each.places})
    # Of two titles that fit alike the shorter one is meant.
    return Match(sum(each.score for each in matches) * 100 - len(title), tuple(places))


def _word(asked: str, title: _Letters) -> Match | None:
    """The best way to find the letters in order: at starts of words, and in runs."""
    if not _contains(asked, title.signs):
        return None
    # For each place of the letter at hand: the best score up to there, and the places that make it.
    ends: dict[int, tuple[int, tuple[int, ...]]] = {-1: (0, ())}
    for letter in asked:
        grown: dict[int, tuple[int, tuple[int, ...]]] = {}
        for place in (at for at, sign in enumerate(title.signs) if sign == letter):
            before = [
                (score + _worth(title, place, end), (*way, place))
                for end, (score, way) in ends.items()
                if end < place
            ]
            if before:
                grown[place] = max(before)
        ends = grown
        if not ends:
            return None
    score, way = max(
        (score + WHOLE * (way[-1] - way[0] == len(asked) - 1), way) for score, way in ends.values()
    )
    return Match(score, tuple(sorted({title.places[at] for at in way})))


def _contains(asked: str, signs: str) -> bool:
    rest = iter(signs)
    return all(letter in rest for letter in asked)


def _worth(title: _Letters, place: int, end: int) -> int:
    worth = 1 + START * title.starts[place] + FIRST * (place == 0)
    if end >= 0:
        worth += RUN if place == end + 1 else -min(place - end - 1, 3)
    return worth


def ranked(query: str, things: Iterable[Thing], titles: Callable[[Thing], tuple[str, ...]]) -> list[Thing]:
    """The things that fit a query, the best first; those that fit alike stay in their order."""
    found = [(match(query, *titles(thing)), thing) for thing in things]
    fitting = [(each, thing) for each, thing in found if each is not None]
    return [thing for _, thing in sorted(fitting, key=lambda pair: -pair[0].score)]
