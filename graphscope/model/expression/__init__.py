"""Models typed as an expression: read safely, its names filled with shapes and data, and built as any other model."""

from __future__ import annotations

from graphscope.model.expression.building import Built, build, check
from graphscope.model.expression.examples import EXAMPLES, Example
from graphscope.model.expression.names import ROLES, Declaration, Leaf, Role
from graphscope.model.expression.place import Place, place_of
from graphscope.model.expression.source import ExpressionSource
from graphscope.model.expression.syntax import mended, parse
from graphscope.model.expression.tree import Parsed

__all__ = [
    "EXAMPLES",
    "ROLES",
    "Built",
    "Declaration",
    "Example",
    "ExpressionSource",
    "Leaf",
    "Parsed",
    "Place",
    "Role",
    "build",
    "check",
    "mended",
    "parse",
    "place_of",
]
