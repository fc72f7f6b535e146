"""Where in a typed expression something stands, and errors that say so."""

from __future__ import annotations

from dataclasses import dataclass

from graphscope.errors import GraphScopeError, InputError, Sentence, ShapeError


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a text: its line and column, counted from 1, and how many characters it has."""

    line: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the table of names: whose row, and which column of it."""

    name: str
    column: str


def at(place: Place, problem: Sentence | GraphScopeError, *, several: bool) -> GraphScopeError:
    """A problem with its place as an error: one of shapes stays one, all others are of what was typed.

    Args:
        several: whether the text has several lines, so that the line is to be told too.
    """
    kind = ShapeError if isinstance(problem, ShapeError) else InputError
    sentence = problem.sentence if isinstance(problem, GraphScopeError) else problem
    where = {"column": place.column, "line": place.line, "width": place.width}
    if several:
        return kind("{problem} (line {line}, column {column})", problem=sentence, **where)
    return kind("{problem} (column {column})", problem=sentence, **where)


def of(cell: Cell, problem: Sentence) -> InputError:
    """A problem of the table of names as an error."""
    return InputError("{name}: {problem}", name=cell.name, problem=problem, cell=cell.column)


def place_of(error: GraphScopeError) -> Place | None:
    """The part of the text that an error is about, if it is about one."""
    fields = error.sentence.fields
    if not {"line", "column", "width"} <= set(fields):
        return None
    return Place(fields["line"], fields["column"], fields["width"])


def cell_of(error: GraphScopeError) -> Cell | None:
    """The part of the table of names that an error is about, if it is about one."""
    fields = error.sentence.fields
    return Cell(fields["name"], fields["cell"]) if {"name", "cell"} <= set(fields) else None
