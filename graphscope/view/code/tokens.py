"""Takes a line of Python apart into words, strings, numbers and comments, so that each can have its colour."""

from __future__ import annotations

import re
from keyword import kwlist
from typing import Literal, NamedTuple

Kind = Literal["keyword", "definition", "call", "string", "number", "comment"]
Quote = Literal["", "'''", '"""']
"""The string of several lines that a line begins in."""

_PREFIX = r"(?i:\b[rbuf]{1,2})?"
_TOKEN = re.compile(
    rf"""(?P<comment>\#.*)
    |(?P<long>{_PREFIX}(?P<quote>'''|\"\"\"))
    |(?P<string>{_PREFIX}(?:'(?:\\.|[^'\\])*(?:'|$)|"(?:\\.|[^"\\])*(?:"|$)))
    |\b(?:def|class)\s+(?P<definition>\w+)
    |(?P<keyword>\b(?:{"|".join(kwlist)})\b)
    |(?P<number>(?<![\w.])(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?))
    |(?P<call>\b[^\W\d]\w*(?=\())
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A part of a line."""

    kind: Kind
    start: int
    length: int


def tokens(line: str, inside: Quote = "") -> tuple[list[Token], Quote]:
    """The parts of a line that have a kind, and the string that the next line begins in."""
    found: list[Token] = []
    place = 0
    if inside:
        place = _end_of(line, inside, 0)
        found.append(Token("string", 0, min(place, len(line))))
        if place > len(line):
            return found, inside
    while (match := _TOKEN.search(line, place)) is not None:
        place = match.end()
        if match["long"]:
            quote: Quote = '"""' if match["quote"] == '"""' else "'''"
            place = _end_of(line, quote, place)
            found.append(Token("string", match.start(), min(place, len(line)) - match.start()))
            if place > len(line):
                return found, quote
        elif match["definition"]:
            found.append(Token("keyword", match.start(), match.start("definition") - match.start()))
            found.append(Token("definition", match.start("definition"), len(match["definition"])))
        else:
            kind: Kind = match.lastgroup  # type: ignore[assignment]
            found.append(Token(kind, match.start(), place - match.start()))
    return found, ""


def _end_of(line: str, quote: str, start: int) -> int:
    """Where a string of several lines ends; beyond the line where it goes on."""
    place = start
    while (place := line.find(quote, place)) >= 0:
        before = line[start:place]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return place + len(quote)
        place += 1
    return len(line) + 1
