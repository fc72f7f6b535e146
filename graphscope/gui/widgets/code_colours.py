"""Quiet colours for code: weights and greys, because hues are kept for numbers, gradients and errors."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit

from graphscope.view.code.tokens import Kind, Quote, tokens
from graphscope.view.palette import Theme, mix

_LONG: Mapping[int, Quote] = {1: "'''", 2: '"""'}
"""The state of a line that ends inside a string."""


class Colours(QSyntaxHighlighter):
    """Colours a document as Python."""

    def __init__(self, view: QPlainTextEdit) -> None:
        super().__init__(view.document())
        self._formats: dict[Kind, QTextCharFormat] = {}

    def retheme(self, theme: Theme) -> None:
        """Write everything in the inks of a theme."""
        soft = mix(theme.ink, theme.muted, 0.7)
        inks: dict[Kind, tuple[str, QFont.Weight]] = {
            "keyword": (theme.ink, QFont.Weight.Bold),
            "definition": (theme.ink, QFont.Weight.Bold),
            "call": (theme.ink, QFont.Weight.Normal),
            "string": (soft, QFont.Weight.Normal),
            "number": (theme.ink, QFont.Weight.Normal),
            "comment": (theme.muted, QFont.Weight.Normal),
        }
        self._formats = {kind: _format(*each) for kind, each in inks.items()}
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        found, inside = tokens(text, _LONG.get(self.previousBlockState(), ""))
        for token in found:
            if token.kind in self._formats:
                self.setFormat(token.start, token.length, self._formats[token.kind])
        self.setCurrentBlockState(next((state for state, quote in _LONG.items() if quote == inside), 0))


def _format(ink: str, weight: QFont.Weight) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(ink))
    made.setFontWeight(weight)
    return made
