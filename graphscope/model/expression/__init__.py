"""Models typed as an expression: read safely, its names filled with shapes and data, and built as any other model."""

from __future__ import annotations

from graphscope.model.expression.building import Built, build, check
from graphscope.model.expression.examples import EXAMPLES, Example
from graphscope.model.expression.names import ROLES, Declaration, Leaf, Role
from graphscope.model.expression.place import Cell, Place, cell_of, place_of
from graphscope.model.expression.scanning import completed, unfinished
from graphscope.model.expression.source import ExpressionSource
from graphscope.model.expression.syntax import parse
from graphscope.model.expression.tree import Parsed

__all__ = [
    "EXAMPLES",
    "ROLES",
    "Built",
    "Cell",
    "Declaration",
    "Example",
    "ExpressionSource",
    "Leaf",
    "Parsed",
    "Place",
    "Role",
    "build",
    "cell_of",
    "check",
    "completed",
    "parse",
    "place_of",
    "unfinished",
]
