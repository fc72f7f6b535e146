"""A tooltip of plain lines: names come from files and may hold markup, which is shown as it is."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from graphscope.gui.canvas.painting import plain


def tip(lines: Iterable[str]) -> str:
    """Lines as Qt's tooltips take them; the first is the title."""
    shown = [escape(plain(line)) for line in lines]
    if not shown:
        return ""
    told = "<br>".join((f"<b>{shown[0]}</b>", *shown[1:]))
    return f"<div style='white-space:pre'>{told}</div>"
