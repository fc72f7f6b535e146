"""What a typed expression is once it has been read: numbers, names, operators and operations, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from graphscope.model.expression.place import Place
from graphscope.ops.base import Op

Sign = Literal["+", "-", "*", "/", "**", "@"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number, also one that was worked out from others."""

    value: int | float
    place: Place


@dataclass(frozen=True, slots=True)
class Name:
    """A name: of a line above, or one that is to be filled."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands with a sign between them; its place is that of the sign."""

    sign: Sign
    left: Tree
    right: Tree
    place: Place


@dataclass(frozen=True, slots=True)
class Negative:
    """An operand with its sign turned."""

    operand: Tree
    place: Place


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation on its operands."""

    op: Op
    operands: tuple[Tree, ...]
    place: Place


Tree: TypeAlias = Number | Name | Binary | Negative | Apply


@dataclass(frozen=True, slots=True)
class Statement:
    """One line: what it computes, and the name that it gives to that, or None."""

    target: str | None
    tree: Tree
    place: Place


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole text.

    Args:
        names: what is to be filled, in the order of reading.
        several: whether the text has several lines.
    """

    text: str
    statements: tuple[Statement, ...]
    names: tuple[Name, ...]
    several: bool
