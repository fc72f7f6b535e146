"""How mathematics is written in one line: signs, brackets where they are needed, and what each part is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Literal, cast

from graphscope.view.numbers import MINUS, number

SpanKind = Literal["value", "gradient", "local", "number", "operator", "result", "shape", "symbol"]
Quantity = Literal["value", "gradient", "drawn", "local"]


@dataclass(frozen=True, slots=True)
class Spot:
    """What a part of a formula stands for, so that the window can light it up.

    Args:
        quantity: whether it is a value, a gradient, a random array or an array inside the kernel.
        name: the value's name in the graph (for a gradient that of its value), or the name inside the kernel.
        place: its array in ``Trace.arrays``.
        index: the element, or None for the whole array.
    """

    quantity: Quantity
    name: str
    place: int
    index: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line that has one look."""

    text: str
    kind: SpanKind
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a formula; ``slot`` is the output (forward) or the operand (backward) that it defines."""

    spans: tuple[Span, ...]
    slot: int | None = None

    @property
    def text(self) -> str:
        """The line as plain text."""
        return "".join(span.text for span in self.spans)


class Level(IntEnum):
    """How tightly the outermost sign of a part binds."""

    LOGIC = 0
    COMPARE = 1
    SUM = 2
    NEGATIVE = 3
    PRODUCT = 4
    FRACTION = 5
    POWER = 6
    ATOM = 7


@dataclass(frozen=True, slots=True)
class Written:
    """A written part: its spans, and what must be known to build it into a larger one.

    Args:
        function: the function whose sign is outermost.
        value: the number that it is, if it is a plain one.
    """

    spans: tuple[Span, ...]
    level: Level = Level.ATOM
    function: str = ""
    value: Any = None

    @property
    def text(self) -> str:
        """The part as plain text."""
        return "".join(span.text for span in self.spans)


SUPERSCRIPTS: Final = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
SUBSCRIPTS: Final = str.maketrans("0123456789-−", "₀₁₂₃₄₅₆₇₈₉₋₋")

INFIX: Mapping[str, tuple[str, Level]] = {
    "add": ("+", Level.SUM),
    "subtract": (MINUS, Level.SUM),
    "multiply": ("·", Level.PRODUCT),
    "matmul": ("·", Level.PRODUCT),
    "divide": ("/", Level.PRODUCT),
    "floor_divide": ("//", Level.PRODUCT),
    "remainder": ("mod", Level.PRODUCT),
    "less": ("<", Level.COMPARE),
    "less_equal": ("≤", Level.COMPARE),
    "greater": (">", Level.COMPARE),
    "greater_equal": ("≥", Level.COMPARE),
    "equal": ("=", Level.COMPARE),
    "not_equal": ("≠", Level.COMPARE),
    "logical_and": ("∧", Level.LOGIC),
    "logical_or": ("∨", Level.LOGIC),
    "logical_xor": ("⊻", Level.LOGIC),
    "bitwise_and": ("∧", Level.LOGIC),
    "bitwise_or": ("∨", Level.LOGIC),
    "bitwise_xor": ("⊻", Level.LOGIC),
    "bitwise_left_shift": ("≪", Level.COMPARE),
    "bitwise_right_shift": ("≫", Level.COMPARE),
}
"""Functions that are written between their operands."""

AROUND: Mapping[str, tuple[str, str]] = {"abs": ("|", "|"), "floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉")}
NAMES: Mapping[str, str] = {"maximum": "max", "minimum": "min", "log": "ln", "pow": "pow"}
TRANSPARENT: Final = frozenset({"positive", "asarray", "conj", "real"})


def operator(text: str) -> Span:
    """A sign."""
    return Span(text, "operator")


def literal(value: Any) -> Written:
    """A plain number that stands in the kernel."""
    if isinstance(value, bool | int | float):
        text = number(cleaned(value))
        level = Level.NEGATIVE if text.startswith(MINUS) else Level.ATOM
        return Written((Span(text, "number"),), level, value=value)
    return Written((Span(str(value), "symbol"),))


def cleaned(value: Any) -> Any:
    """A number of the kernel without the dust of computing it: 1 − 0.999 is 0.001."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def bracket(part: Written, least: Level) -> tuple[Span, ...]:
    """The part, in brackets if it binds less tightly than ``least``; a comparison in Iverson's (1 or 0)."""
    if part.level >= least:
        return part.spans
    left, right = ("[", "]") if part.level <= Level.COMPARE else ("(", ")")
    return (operator(left), *part.spans, operator(right))


def infix(function: str, left: Written, right: Written, *, sign: str | None = None) -> Written:
    """Two parts with a sign between them."""
    usual, level = INFIX[function]
    first = bracket(left, _left_level(function, level, left))
    second = bracket(right, _right_level(function, level, right))
    return Written((*first, operator(f" {sign or usual} "), *second), level, function)


def _left_level(function: str, level: Level, part: Written) -> Level:
    if level <= Level.COMPARE:
        return _beside(function, level, part)
    return Level.FRACTION if level == Level.PRODUCT and _mixes(function, part.function) else level


def _right_level(function: str, level: Level, part: Written) -> Level:
    if level <= Level.COMPARE:
        return _beside(function, level, part)
    if level == Level.SUM:
        tight = function == "subtract" and part.level == Level.SUM
        return Level.PRODUCT if tight or part.level == Level.NEGATIVE else Level.SUM
    return Level.FRACTION if function != "multiply" or _mixes(function, part.function) else Level.PRODUCT


def _beside(function: str, level: Level, part: Written) -> Level:
    """A chain of the same connective needs no brackets, nor do comparisons in it."""
    if level == Level.COMPARE:
        return Level.SUM
    return level if part.function == function else Level.COMPARE


def _mixes(outer: str, inner: str) -> bool:
    """Whether a matrix product meets another product: there the order of doing matters."""
    return inner in INFIX and (outer == "matmul") != (inner == "matmul")


def prefix(sign: str, part: Written, level: Level, function: str = "") -> Written:
    """A sign before a part."""
    return Written((operator(sign), *bracket(part, Level.POWER)), level, function)


def postfix(part: Written, sign: str) -> Written:
    """A raised sign after a part: a power, a transpose."""
    return Written((*bracket(part, Level.ATOM), operator(sign)), Level.POWER)


def call(name: str, parts: Sequence[Written]) -> Written:
    """A function by its name."""
    spans: list[Span] = [operator(f"{name}(")]
    for position, part in enumerate(parts):
        spans.extend((*((operator(", "),) if position else ()), *part.spans))
    return Written((*spans, operator(")")))


def function(name: str, parts: Sequence[Written], *, times: str = "·") -> Written:
    """An elementwise function of written parts.

    Args:
        times: the sign for a product: ``⊙`` between tensors.
    """
    if name in TRANSPARENT or (name == "astype" and parts[0].level > Level.COMPARE):
        return parts[0]
    if name == "multiply" and parts[0].spans == parts[1].spans and _is_atom(parts[0]):
        return postfix(parts[0], "²")
    if name == "multiply" and any(_is_one(part) for part in parts):
        return parts[1] if _is_one(parts[0]) else parts[0]
    if name in INFIX:
        return infix(name, parts[0], parts[1], sign=times if name == "multiply" else None)
    special = _special(name, parts)
    return special or call(NAMES.get(name, name), parts)


def _is_atom(part: Written) -> bool:
    return part.level >= Level.FRACTION or (len(part.spans) == 1 and part.value is None)


def _is_one(part: Written) -> bool:
    return not isinstance(part.value, bool) and part.value == 1


def _special(name: str, parts: Sequence[Written]) -> Written | None:
    """The functions that have a way of writing of their own."""
    first = parts[0]
    if name == "astype":
        return truth(first)
    if name == "negative":
        return Written((operator(MINUS), *bracket(first, Level.PRODUCT)), Level.NEGATIVE, name)
    if name in {"logical_not", "bitwise_invert"}:
        return prefix("¬", first, Level.ATOM)
    if name in AROUND:
        left, right = AROUND[name]
        return Written((operator(left), *first.spans, operator(right)))
    if name == "sqrt":
        return prefix("√", first, Level.POWER)
    if name == "square":
        return postfix(first, "²")
    if name == "reciprocal":
        return infix("divide", literal(1), first)
    if name == "pow":
        return _power(first, parts[1])
    if name == "log1p":
        return call("ln", [infix("add", literal(1), first)])
    if name == "expm1":
        return infix("subtract", call("exp", [first]), literal(1))
    return None


def _power(base: Written, exponent: Written) -> Written:
    value = exponent.value
    if value == 0.5:
        return prefix("√", base, Level.POWER)
    if isinstance(value, int | float) and value == int(value):
        return postfix(base, str(int(value)).translate(SUPERSCRIPTS))
    raised = (*bracket(base, Level.ATOM), operator("^"), *bracket(exponent, Level.ATOM))
    return Written(raised, Level.POWER)


def truth(part: Written) -> Written:
    """A comparison as a number, 1 or 0, in Iverson's brackets; anything else as it is."""
    return Written(bracket(part, Level.SUM)) if part.level <= Level.COMPARE else part


def axes(axis: Any) -> str:
    """Axes as the foot of a sign: Σ₀, Σ₋₁; nothing for all of them."""
    if axis is None:
        return ""
    chosen = cast("tuple[int, ...]", axis) if isinstance(axis, tuple) else (axis,)
    return ",".join(str(each).translate(SUBSCRIPTS) for each in chosen)


def foot(index: int) -> str:
    """A number as the foot of a name: t₁."""
    return str(index).translate(SUBSCRIPTS)
