"""Prepares a line of mathematics for a narrow page: it may be broken before a sign, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from graphscope.view.notation import Span

GLUE = "\u2060"
"""Forbids a line break between two characters (word joiner)."""
HARD = "\u00a0"
"""A space at which no line ends."""

_OPEN, _CLOSE = "([{⌊⌈", ")]}⌋⌉"
_LOOSE, _TIGHT = "=≈+−<>≤≥≠∧∨⊻", "·⊙/"


@dataclass(frozen=True, slots=True)
class _Break:
    """A space at which a line may end, and how tightly what it parts holds together (0 most loosely)."""

    place: int
    level: int


def wrapped(spans: Sequence[Span], columns: int) -> tuple[Span, ...]:
    """The spans with spaces that hold together what belongs together; they say the same.

    Args:
        columns: characters that a line has room for; a piece that is longer is broken at tighter signs.
    """
    text = "".join(span.text for span in spans)
    chosen = _chosen(text, _breaks(text), columns)
    glued: list[Span] = []
    start = 0
    for span in spans:
        end = start + len(span.text)
        glued.append(replace(span, text="".join(_sign(text, place, chosen) for place in range(start, end))))
        start = end
    return tuple(glued)


def together(sentence: str) -> str:
    """A sentence in which no gradient's name is broken at its fraction bar."""
    return sentence.replace("/∂", f"/{GLUE}∂")


def plain(text: str) -> str:
    """A text as it was before it was prepared."""
    return text.replace(GLUE, "").replace(HARD, " ")


def _breaks(text: str) -> list[_Break]:
    found: list[_Break] = []
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in _OPEN) - (sign in _CLOSE)
        following, before = text[place + 1 : place + 2], text[place - 1 : place] if place else ""
        if sign != " " or not before.strip() or not following.strip():
            continue
        if before in ",:;" or following in _LOOSE:
            found.append(_Break(place, 2 * depth))
        elif following in _TIGHT:
            found.append(_Break(place, 2 * depth + 1))
    return found


def _chosen(text: str, breaks: Sequence[_Break], columns: int) -> frozenset[int]:
    """The loosest breaks with which no piece is too long; all of them where some piece is."""
    levels = sorted({each.level for each in breaks})
    for level in levels:
        places = [each.place for each in breaks if each.level <= level]
        edges = [0, *places, len(text)]
        if max(end - start for start, end in pairwise(edges)) <= columns:
            return frozenset(places)
    return frozenset(each.place for each in breaks)


def _sign(text: str, place: int, chosen: frozenset[int]) -> str:
    sign, following = text[place], text[place + 1 : place + 2]
    if sign == " ":
        return " " if place in chosen else HARD
    # Between two letters or digits no line ends anyway.
    free = not following or following == " " or (sign.isalnum() and following.isalnum())
    return sign if free else sign + GLUE
