"""Prints operations as expressions: ``m + b1``, ``relu(s)``, ``mean((p - y) ** 2)``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

import numpy as np

from graphscope.graph.graph import Node
from graphscope.model.builder import identifier
from graphscope.model.losses import BY_NAME as LOSSES
from graphscope.ops.base import Op

COMPARE, SUM, PRODUCT, SIGN, POWER, WHOLE = range(6)
"""How tightly an expression holds together."""
SIGNS: Mapping[str, tuple[str, int]] = {
    "Add": ("+", SUM),
    "Sub": ("-", SUM),
    "Mul": ("*", PRODUCT),
    "Div": ("/", PRODUCT),
    "MatMul": ("@", PRODUCT),
    "Pow": ("**", POWER),
    "Greater": (">", COMPARE),
    "Less": ("<", COMPARE),
    "Equal": ("==", COMPARE),
    "GreaterOrEqual": (">=", COMPARE),
    "LessOrEqual": ("<=", COMPARE),
    "NotEqual": ("!=", COMPARE),
    "FloorDivide": ("//", PRODUCT),
}
_LOSS_NAMES = {type(loss): name for name, loss in LOSSES.items()}


@dataclass(frozen=True)
class Term:
    """A part of an expression, and what is computed in it.

    Args:
        strength: how tightly it holds together; what binds tighter puts it in brackets.
        nodes: those that it computes, in order.
        leaves: inputs, parameters and constants that it names.
        numbers: constants whose number stands in it.
    """

    text: str
    strength: int = WHOLE
    nodes: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def within(self, strength: int) -> str:
        """Its text where something of that strength is around it."""
        return self.text if self.strength >= strength else f"({self.text})"


def applied(node: Node, operands: Sequence[Term | None]) -> Term:
    """A node as an expression of its operands."""
    text, strength = _written(node, operands)
    given = [each for each in operands if each is not None]
    nodes = [name for each in given for name in each.nodes]
    leaves = dict.fromkeys(name for each in given for name in each.leaves)
    numbers = dict.fromkeys(name for each in given for name in each.numbers)
    return Term(text, strength, (*nodes, node.name), tuple(leaves), tuple(numbers))


def _written(node: Node, operands: Sequence[Term | None]) -> tuple[str, int]:
    op, given = node.op, [each for each in operands if each is not None]
    sign, strength = SIGNS.get(op.name, ("", WHOLE))
    if len(given) == 2 and sign:
        left, right = given
        back = strength in (POWER, COMPARE)  # a power binds from the right; comparisons are never chained
        first = left.within(strength + back)
        second = right.within(strength if sign == "**" else strength + 1)
        return f"{first} {sign} {second}", strength
    if op.name == "Neg" and len(given) == 1:
        return f"-{given[0].within(SIGN)}", SIGN
    return f"{function(op)}({', '.join((*_operands(op, operands), *options(op)))})", WHOLE


def _operands(op: Op, operands: Sequence[Term | None]) -> list[str]:
    """The operands of a call; one that follows a missing one is named, where it has a name of its own."""
    told: list[str] = []
    gap = False
    if op.signature.operands and op.signature.operands[-1].variadic:
        return ["None" if each is None else each.text for each in operands]
    for slot, each in enumerate(operands):
        if each is None:
            gap = True
        else:
            told.append(f"{op.operand(slot)}={each.text}" if gap else each.text)
    return told


def function(op: Op) -> str:
    """What an operation is called as a function: ``relu``, ``mean``, ``cross_entropy``."""
    return _LOSS_NAMES.get(type(op)) or identifier(op.name).removeprefix("reduce_")


def options(op: Op) -> list[str]:
    """The fields of an operation that are not as usual: ``axis=1``."""
    return [f"{name}={literal(op.attributes[name])}" for name in unusual(op)]


def unusual(op: Op) -> list[str]:
    """The names of the fields that are not as usual."""
    usual = {item.name: item.default for item in fields(op)}  # pyright: ignore[reportArgumentType]
    return [name for name, value in op.attributes.items() if not _same(value, usual.get(name))]


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and value == default


def literal(value: Any) -> str:
    """A plain value as code, as short as it can be."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=not value.isprintable())
    if isinstance(value, float):
        return number(value)
    if isinstance(value, tuple):
        items = [literal(each) for each in cast("tuple[Any, ...]", value)]
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    return repr(value)


def number(value: float) -> str:
    """A number without digits that say nothing: ``2``, ``0.5``, ``1e-08``."""
    return repr(float(value)).removesuffix(".0")


def array(values: np.ndarray) -> str:
    """A small array as nested lists of short numbers."""
    if values.ndim:
        return f"[{', '.join(array(each) for each in values)}]"
    return number(float(values)) if values.dtype.kind == "f" else repr(values.item())
