"""Where the parts of a typed text stand, in lines and columns as people count them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from graphscope.errors import Sentence
from graphscope.model.expression.place import Place
from graphscope.model.expression.scanning import Scanned

_OPERATORS = b"+-*/@%|&^<>"
_LONG = (b"**", b"//", b"<<", b">>")


@dataclass(frozen=True)
class Positions:
    """Turns the byte positions of Python's parser into places of the text as it was typed."""

    scanned: Scanned
    lines: tuple[bytes, ...]

    @classmethod
    def of(cls, scanned: Scanned) -> Positions:
        """Those of a text."""
        return cls(scanned, tuple(line.encode() for line in scanned.text.split("\n")))

    def place(self, node: ast.expr | ast.stmt | ast.keyword) -> Place:
        """All of a part, or its first line."""
        line = self.lines[node.lineno - 1]
        end = node.end_col_offset if node.end_lineno == node.lineno else len(line)
        start = self.column(node.lineno, node.col_offset)
        return Place(node.lineno, start, max(1, self.column(node.lineno, end or 0) - start))

    def column(self, line: int, offset: int) -> int:
        """The column of a byte: characters, from 1, the indent included."""
        return len(self.lines[line - 1][:offset].decode(errors="ignore")) + 1 + self.scanned.indents[line - 1]

    def last(self, node: ast.expr, width: int) -> Place:
        """The last characters of a part."""
        line = node.end_lineno or node.lineno
        return Place(line, max(1, self.column(line, node.end_col_offset or 0) - width), width)

    def sign(self, node: ast.BinOp) -> Place:
        """The sign between two operands: what is there besides brackets and space."""
        line, offset = node.left.end_lineno or 1, node.left.end_col_offset or 0
        while line <= node.right.lineno:
            told = self.lines[line - 1]
            end = node.right.col_offset if line == node.right.lineno else len(told)
            for byte in range(offset, end):
                if told[byte] in _OPERATORS:
                    return Place(line, self.column(line, byte), 2 if told[byte : byte + 2] in _LONG else 1)
            line, offset = line + 1, 0
        return self.place(node)

    def bracket(self, node: ast.Subscript) -> Place:
        """What stands in square brackets, with them."""
        start, end = self.last(node.value, 1), self.last(node, 1)
        width = end.column - start.column if start.line == end.line else 1
        return Place(start.line, start.column + 1, max(1, width))

    def given(self, place: Place) -> str:
        """What stands there."""
        start = place.column - 1 - self.scanned.indents[place.line - 1]
        return self.lines[place.line - 1].decode()[start : start + place.width]

    def stopped(self, error: SyntaxError) -> tuple[Place, Sentence]:
        """Where Python's parser stopped, at the last character at most, and what that means."""
        lines = self.scanned.text.rstrip().split("\n")
        line, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
        if line > len(lines) or (line == len(lines) and column > len(lines[-1])):
            place = Place(len(lines), max(1, len(lines[-1])) + self.scanned.indents[len(lines) - 1])
            return place, Sentence("something is missing at the end")
        place = Place(line, min(column, max(1, len(lines[line - 1]))) + self.scanned.indents[line - 1])
        return place, Sentence("this cannot be read; is an operator, a comma or a bracket missing?")
