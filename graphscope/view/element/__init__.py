"""Explains one element: the chain of equalities from names over numbers to the result, each checked."""

from graphscope.view.element.condition import Condition
from graphscope.view.element.equation import Check, Equation, Remainder, Term, element
from graphscope.view.element.rules import has_rule

__all__ = ["Check", "Condition", "Equation", "Remainder", "Term", "element", "has_rule"]
