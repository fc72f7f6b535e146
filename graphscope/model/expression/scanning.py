"""Looks over a typed text before it is read: its signs, its brackets, its indents, and its length."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from keyword import iskeyword
from types import MappingProxyType

from graphscope.errors import GraphScopeError, Sentence
from graphscope.model.expression.place import Place, at

LONGEST = 4000
"""So many characters are read: models of more are written in Python."""
DEEPEST = 40
"""So many brackets can stand in each other."""
SIGNS = frozenset("+-*/@()[],.:=_\"' \t\n")
INSTEAD: Mapping[str, str] = MappingProxyType(
    {"×": "*", "·": "*", "⋅": "*", "−": "-", "–": "-", "÷": "/", "^": "**", "²": "**2", "³": "**3", "ᵀ": ".T"}
)
"""What is to be typed for signs of printed mathematics."""
_SIGNS_READ = 1000
"""So many operators, dots and opening brackets are read."""
_SHOWN = 24
_WORD = re.compile(r"[^\W\d]\w*")
_CONSTANTS = ("True", "False", "None")
_PAIRS = {")": "(", "]": "["}
_CLOSING = {"(": ")", "[": "]"}
_LEFT_OPEN = re.compile(r"(?:[\s+\-*/@,=.:]+|(?<![\w.])[^\W\d]\w*\s*=|[^\W\d]\w*\(|[(\[])$")
"""An end that waits for more: an operator, a comma, a bracket that was just opened."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A text fit to be read.

    Args:
        text: without remarks and without the indents of its lines.
        indents: how many characters were taken away at the beginning of each line.
        several: whether more than one line has something on it.
    """

    text: str
    indents: tuple[int, ...]
    several: bool


def scan(text: str) -> Scanned:
    """Look over a text.

    Raises:
        InputError: it is too long, has a sign that means nothing here, or its brackets do not match.
    """
    lines = [_without_remark(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    several = sum(bool(line.strip()) for line in lines) > 1
    _check_signs(lines, several=several)
    _check_words(lines, several=several)
    depths = _depths(lines, several=several)
    indents = tuple(
        0 if depth else len(line) - len(line.lstrip()) for line, depth in zip(lines, depths, strict=True)
    )
    cut = "\n".join(line[indent:] for line, indent in zip(lines, indents, strict=True))
    return Scanned(cut, indents, several)


def _without_remark(line: str) -> str:
    return line.partition("#")[0].rstrip()


def _check_signs(lines: list[str], *, several: bool) -> None:
    if sum(len(line) + 1 for line in lines) > LONGEST:
        last = Place(1, 1)
        told = Sentence(
            "this is longer than {count} characters; write it as a model in Python", count=LONGEST
        )
        raise at(last, told, several=False)
    for number, line in enumerate(lines, 1):
        for column, sign in enumerate(line, 1):
            if sign not in SIGNS and not f"a{sign}".isidentifier():
                raise at(Place(number, column), _strange(sign), several=several)


def _check_words(lines: list[str], *, several: bool) -> None:
    """Words of Python's own, and more signs than the operations that may be read could need.

    Python's parser goes deeper with each of them, on a stack that has an end.
    """
    count = 0
    for number, line in enumerate(lines, 1):
        for found in _WORD.finditer(line):
            if iskeyword(found[0]) and found[0] not in _CONSTANTS:
                place = Place(number, found.start() + 1, len(found[0]))
                raise at(place, refused(found[0]), several=several)
        for column, sign in enumerate(line, 1):
            count += sign in "+-*/@.(["
            if count > _SIGNS_READ:
                told = Sentence(
                    "there are more than {count} signs; write it as a model in Python", count=_SIGNS_READ
                )
                raise at(Place(number, column), told, several=several)


def refused(given: str) -> Sentence:
    """What is told of something that has no meaning here."""
    return Sentence(
        "“{given}” cannot be used here; there are numbers, names, + - * / ** @, brackets, .T and functions",
        given=given if len(given) <= _SHOWN else f"{given[:_SHOWN]}…",
    )


def _strange(sign: str) -> Sentence:
    if sign in INSTEAD:
        return Sentence("“{sign}” is written as {instead} here", sign=sign, instead=INSTEAD[sign])
    shown = sign if sign.isprintable() and not sign.isspace() else f"U+{ord(sign):04X}"
    return Sentence("the sign “{sign}” has no meaning here", sign=shown)


def _depths(lines: list[str], *, several: bool) -> list[int]:
    """How many brackets are open at the beginning of each line.

    Raises:
        InputError: a bracket has no partner, or too many stand in each other.
    """
    opened: list[tuple[str, Place]] = []
    depths: list[int] = []
    for number, line in enumerate(lines, 1):
        depths.append(len(opened))
        for column, sign in enumerate(line, 1):
            _count(opened, sign, Place(number, column), several=several)
    if opened:
        sign, place = opened[-1]
        raise at(place, Sentence("the bracket {sign} is never closed", sign=sign), several=several)
    return depths


def _count(opened: list[tuple[str, Place]], sign: str, place: Place, *, several: bool) -> None:
    if sign in _CLOSING:
        opened.append((sign, place))
        if len(opened) > DEEPEST:
            told = Sentence("more than {count} brackets stand in each other", count=DEEPEST)
            raise at(place, told, several=several)
    elif sign in _PAIRS:
        if not opened or opened[-1][0] != _PAIRS[sign]:
            raise at(place, Sentence("the bracket {sign} was never opened", sign=sign), several=several)
        opened.pop()


def completed(text: str) -> str:
    """A text that is still being typed, as if it ended here: what waits for more is left out, brackets are closed."""
    lines = [_without_remark(line) for line in text[:LONGEST].split("\n")]
    cut, before = "\n".join(lines).rstrip(), ""
    while cut != before:
        before, cut = cut, _LEFT_OPEN.sub("", cut).rstrip()
    return cut + _missing(cut)


def _missing(text: str) -> str:
    """The closing brackets that a text lacks at its end."""
    opened: list[str] = []
    for sign in text:
        if sign in _CLOSING:
            opened.append(_CLOSING[sign])
        elif opened and sign == opened[-1]:
            opened.pop()
    return "".join(reversed(opened[:DEEPEST]))


def unfinished(error: GraphScopeError) -> bool:
    """Whether an error is of a text that is only not finished yet."""
    problem = error.sentence.fields.get("problem")
    return isinstance(problem, Sentence) and problem.template in _UNFINISHED


_UNFINISHED = frozenset(
    {
        "the bracket {sign} is never closed",
        "something is missing at the end",
        "nothing is computed yet; type an operation, such as mean(x @ W)",
    }
)
"""What is told of a text that lacks its end."""
