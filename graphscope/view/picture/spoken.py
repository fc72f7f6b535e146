"""A card in words, for screen readers: its name, what it holds, and what the step did to it."""

from __future__ import annotations

from graphscope.engine.summary import Summary
from graphscope.view.numbers import number
from graphscope.view.picture.faces import Face
from graphscope.view.picture.items import Card
from graphscope.view.text import Text


def spoken(card: Card, face: Face, text: Text) -> str:
    """One line on a card."""
    parts = [" ".join(part for part in (card.title, card.symbol, card.shape) if part)]
    for row, shown in zip(card.rows, face.rows, strict=True):
        if row.form != "words":
            said = _numbers(shown.summary, text)
            parts.append(text("gradient {said}", said=said) if row.role == "gradient" else said)
    parts += [text("just ran")] if face.ran else []
    parts += [text("next")] if face.next else []
    parts += [text("edited")] if any(row.edited is not None for row in face.rows) else []
    parts += [text("breakpoint")] if face.stop is not None else []
    if face.sum is not None:
        parts.append(text("{count} of {total} added", count=face.sum.count, total=face.sum.total))
    return ", ".join(parts)


def _numbers(summary: Summary | None, text: Text) -> str:
    if summary is None:
        return text("not computed yet")
    if summary.scalar:
        return number(summary.cells[0, 0])
    low, high, mean = number(summary.low), number(summary.high), number(summary.mean)
    return text("from {low} to {high}, mean {mean}", low=low, high=high, mean=mean)
