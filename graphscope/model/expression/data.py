"""What fills a name of an expression: numbers typed by hand, or the word for how they are drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite, prod
from typing import Any, Literal, TypeAlias

from graphscope.errors import InputError
from graphscope.graph.spec import Dim, format_shape
from graphscope.model import initializers
from graphscope.model.initializers import Initializer

Word = Literal["zeros", "ones", "normal", "uniform", "glorot", "he"]
WORDS: tuple[Word, ...] = ("zeros", "ones", "normal", "uniform", "glorot", "he")
DRAWN: tuple[Word, ...] = ("normal", "uniform", "glorot", "he")
LONGEST = 20_000
"""So many characters of numbers are read."""
DEEPEST = 8
"""So many axes a shape can have."""
LARGEST = 10_000_000
"""So many numbers are drawn for one name."""
BATCH = 8
"""How many samples are drawn where nothing says how many there are."""
_TOKEN = re.compile(r"[\[\](),]|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_CLOSING = {"[": "]", "(": ")"}
_DIGITS = 16
"""Longer whole numbers are floating ones: no tensor could hold them exactly."""
Numbers: TypeAlias = int | float | tuple["Numbers", ...]


@dataclass(frozen=True, slots=True)
class Data:
    """What fills a name.

    Args:
        numbers: as they were typed, nested in tuples; None where a word says how they are drawn.
        seed: what drawn numbers depend on; None leaves it to the session.
    """

    word: Word | None = None
    numbers: Numbers | None = None
    seed: int | None = None

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The shape of the numbers; None where they take any: a word, or one number for all elements."""
        return None if self.numbers is None or not isinstance(self.numbers, tuple) else _shape(self.numbers)

    @property
    def whole(self) -> bool:
        """Whether all its numbers are whole."""
        return self.numbers is not None and _every_whole(self.numbers)

    @property
    def text(self) -> str:
        """As the table shows it."""
        if self.word is None:
            return str(listed(self.numbers or 0))
        return self.word if self.seed is None else f"{self.word}:{self.seed}"


def read(text: str) -> Data:
    """``[[0, 1], [1, 0]]``, ``0.5``, ``zeros``, ``glorot``, ``normal:3``.

    Raises:
        InputError: neither numbers in lists of equal lengths nor a word that is known.
    """
    told = text.strip()
    match = re.fullmatch(r"([a-z]+)(?::(\d{1,9}))?", told)
    if match is not None:
        word: Word | None = next((each for each in WORDS if each == match[1]), None)
        if word is None or (match[2] and word not in DRAWN):
            raise _unknown(told)
        return Data(word, None, int(match[2]) if match[2] else None)
    return Data(None, _numbers(told))


def _unknown(told: str) -> InputError:
    return InputError(
        "data is numbers such as [[0, 1], [1, 0]], or one of {known} (normal:3 draws with seed 3), not {given}",
        known=", ".join(WORDS),
        given=told if len(told) <= 40 else f"{told[:40]}…",
    )


def _numbers(told: str) -> Numbers:
    tokens = _TOKEN.findall(told) if len(told) <= LONGEST else []
    if "".join(tokens) != "".join(told.split()):  # something else stands between them
        raise _unknown(told)
    try:
        found, rest = _list(tokens, 0, 0)
        if rest != len(tokens):
            raise _unknown(told)
        _shape(found)
    except (ValueError, IndexError, OverflowError):
        raise _unknown(told) from None
    return found


def _list(tokens: list[str], place: int, depth: int) -> tuple[Numbers, int]:
    """What begins at a token, and where it ends. Raises ValueError or IndexError where it is no list of numbers."""
    if tokens[place] not in _CLOSING:
        return _number(tokens[place]), place + 1
    closing = _CLOSING[tokens[place]]
    items: list[Numbers] = []
    place += 1
    if depth == DEEPEST:
        raise ValueError
    while tokens[place] != closing:
        item, place = _list(tokens, place, depth + 1)
        items.append(item)
        if tokens[place] == ",":
            place += 1
        elif tokens[place] != closing:
            raise ValueError
    return tuple(items), place + 1


def _number(token: str) -> int | float:
    whole = token.lstrip("+-").isdecimal() and len(token) <= _DIGITS
    value = int(token) if whole else float(token)
    if not isfinite(value):
        raise ValueError
    return value


def _shape(numbers: Numbers) -> tuple[int, ...]:
    """Raises ValueError where lists of one axis have different lengths."""
    if not isinstance(numbers, tuple):
        return ()
    shapes = {_shape(each) for each in numbers}
    if len(shapes) > 1:
        raise ValueError
    return (len(numbers), *(shapes.pop() if shapes else ()))


def _every_whole(numbers: Numbers) -> bool:
    return all(map(_every_whole, numbers)) if isinstance(numbers, tuple) else isinstance(numbers, int)


def listed(numbers: Numbers) -> Any:
    """Numbers nested in lists, as they are typed in Python."""
    return [listed(each) for each in numbers] if isinstance(numbers, tuple) else numbers


# ---- shapes -----------------------------------------------------------------------------------------------


def read_shape(text: str) -> tuple[Dim, ...]:
    """``batch, 2``, ``2×4``, ``(3)``, or ``scalar`` for one number.

    Raises:
        InputError: anything else.
    """
    told = text.strip().strip("()[]").strip()
    if told in ("scalar", ""):
        return ()
    parts = [part for part in re.split(r"\s*[,×*]\s*|\s+|(?<=\d)x(?=\d)", told) if part]
    if len(parts) > DEEPEST or not all(re.fullmatch(r"\d{1,7}|[^\W\d]\w{0,30}", part) for part in parts):
        raise InputError(
            "a shape is sizes such as 2, 4 or batch, 2, or the word scalar, not {given}",
            given=told if len(told) <= 40 else f"{told[:40]}…",
        )
    return tuple(int(part) if part[0].isdecimal() else part for part in parts)


# ---- how they are drawn -----------------------------------------------------------------------------------


def initializer(word: Word, *, parameter: bool) -> Initializer:
    """How a word draws: parameters small, as they begin; data of the size of 1."""
    if not parameter and word == "normal":
        return initializers.Normal(1.0)
    if not parameter and word == "uniform":
        return initializers.Uniform(0.0, 1.0)
    return initializers.BY_NAME[word]


def check_size(shape: tuple[int, ...]) -> None:
    """Hold drawn data to a size that fits any computer.

    Raises:
        InputError: it is larger.
    """
    if prod(shape) > LARGEST:
        raise InputError(
            "{shape} is more than {count} numbers; make it smaller", shape=format_shape(shape), count=LARGEST
        )


def pattern(shape: tuple[int, ...], count: int) -> Numbers:
    """Whole numbers 0, 1, 2, … below ``count`` in turn, in a shape: classes, or rows to be looked up."""

    def fill(axes: tuple[int, ...], start: int) -> Numbers:
        if not axes:
            return start % count
        step = prod(axes[1:])
        return tuple(fill(axes[1:], start + place * step) for place in range(axes[0]))

    return fill(shape, 0)
