"""A small language for conditions such as ``norm(grad(W1)) > 10``, read without ever running Python.

An expression is parsed by Python's own grammar, and every part of it must be in the tables of this module and of
`functions`: numbers, names, comparisons, ``and or not``, ``+ - * / // % **``, indices, and calls of fixed functions.
What is left is a tree of closures over NumPy arrays; there is no attribute, import or object to get at.

Names: ``loss``, ``iteration``, ``position``, and the values of the graph (``W1``, ``fc1.weight``). What is spelled
otherwise stands in quotation marks: ``value("conv 1.weight")``. Gradients are ``grad(W1)``, ``grad("conv 1.weight")``.
Whoever evaluates hands over a mapping with the keys of `Expression.names`; None stands for a number that does not
exist yet, and what needs it is not known (None) either.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, cast

import numpy as np

from graphscope.debug import functions
from graphscope.errors import ExpressionError, Sentence

LONGEST, DEEPEST = 500, 40
"""Characters of an expression and levels of it: far more than a condition has, far less than hurts."""
PLAIN = ("loss", "iteration", "position")
"""Names of the run itself."""

Names = Mapping[str, Any]
Run = Callable[[Names], Any]
"""Evaluates a part; raises `_Unknown` where a number does not exist yet."""


@dataclass(frozen=True, eq=False)
class Expression:
    """An expression that has been read.

    Args:
        text: as it was written, in one line.
        columns: every key that it needs (``loss``, ``W1``, ``grad(W1)``) with where it stands first, from 1.
    """

    text: str
    columns: Mapping[str, int]
    _run: Run = field(repr=False)

    @property
    def names(self) -> frozenset[str]:
        """The keys that it needs."""
        return frozenset(self.columns)

    def evaluate(self, names: Names) -> Any:
        """Its value: a number, a truth or an array; None where it needs what does not exist yet.

        Raises:
            ExpressionError: a name that is not in ``names``, an index out of range, shapes that do not fit.
        """
        try:
            with np.errstate(all="ignore"):
                return functions.plain(self._run(names))
        except _Unknown:
            return None

    def holds(self, names: Names) -> bool:
        """Whether it is true; what is not known yet is not.

        Raises:
            ExpressionError: as `evaluate`, or many truths in place of one.
        """
        found = self.evaluate(names)
        if np.size(found) != 1:
            raise error_at(self.text, 1, functions.MANY_TRUTHS)
        return bool(found)


def gradient_of(name: str) -> str:
    """The key of a value's gradient: ``grad(W1)``."""
    return f"grad({name})"


def gradient_in(key: str) -> str | None:
    """The value whose gradient a key names, or None for another key."""
    return key[5:-1] if key.startswith("grad(") and key.endswith(")") else None


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        ExpressionError: it is not one; its column is where it goes wrong, its sentence what was expected there.
    """
    line = " ".join(text.split())
    if len(line) > LONGEST:
        reason = Sentence("write it with at most {longest} characters", longest=LONGEST)
        raise error_at(f"{line[:40]}…", LONGEST, reason)
    reader = _Reader(line)
    run = reader.read(_tree(line).body, 1)
    return Expression(line, reader.columns, run)


def error_at(line: str, column: int, reason: Sentence) -> ExpressionError:
    """The error for one place of a line."""
    return ExpressionError("“{text}”, column {column}: {reason}", text=line, column=column, reason=reason)


def _tree(line: str) -> ast.Expression:
    example = Sentence("write an expression such as loss < 0.1")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(line, mode="eval")
    except SyntaxError as error:
        column = error.offset or len(line) + 1  # none: the line ends too soon
        raise error_at(line, column, _grammar(line, column) if line else example) from None
    except (ValueError, MemoryError, RecursionError):
        raise error_at(line, 1, example) from None


def _grammar(line: str, column: int) -> Sentence:
    if line[column - 1 : column + 1].strip() == "=":
        return Sentence("to compare two numbers, write ==")
    return Sentence("a number, a name or a bracket was expected; an expression looks like loss < 0.1")


class _Unknown(Exception):  # noqa: N818 - no error: a number that does not exist yet
    """Raised while evaluating, and caught before anybody sees it."""


_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.remainder,
    ast.Pow: np.float_power,
}
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}


@dataclass
class _Reader:
    """Turns the tree of one line into closures, and notes the names in it."""

    line: str
    columns: dict[str, int] = field(default_factory=dict[str, int])

    def column(self, node: ast.AST) -> int:
        """Where a part starts, in characters from 1; Python counts bytes from 0."""
        start = cast("int", getattr(node, "col_offset", 0))
        return len(self.line.encode()[:start].decode(errors="ignore")) + 1

    def refuse(self, node: ast.AST, reason: Sentence) -> NoReturn:
        """Say what is wrong with a part."""
        raise error_at(self.line, self.column(node), reason)

    def read(self, node: ast.expr, depth: int) -> Run:
        """The closure of a part; what has no entry in the table is not in the language."""
        if depth > DEEPEST:
            self.refuse(node, Sentence("there are too many brackets within brackets; write it shorter"))
        read = _READERS.get(type(node))
        if read is None:
            told = Sentence("only numbers, names, comparisons and functions such as norm can be used here")
            self.refuse(node, told)
        return read(self, node, depth + 1)

    # ---- leaves -------------------------------------------------------------------------------------------

    def constant(self, node: ast.Constant, _: int) -> Run:
        """A number or a truth."""
        if not isinstance(node.value, bool | int | float):
            told = Sentence(
                "a number was expected; a name in quotation marks is written {form}", form='value("…")'
            )
            self.refuse(node, told)
        number = np.bool_(node.value) if isinstance(node.value, bool) else functions.number(node.value)
        return lambda _: number

    def name(self, node: ast.Name, _: int) -> Run:
        """A value, or a number of the run."""
        if node.id in (*functions.TABLE, *_NAMING):
            self.refuse(node, Sentence("{name} is a function; write {name}(…)", name=node.id))
        return self.fetch(node, node.id)

    def fetch(self, node: ast.AST, key: str) -> Run:
        """What the mapping holds under a key."""
        column = self.column(node)
        self.columns.setdefault(key, column)

        def run(names: Names) -> Any:
            try:
                found = names[key]
            except KeyError:
                told = Sentence("there is nothing named “{name}”", name=key)
                raise error_at(self.line, column, told) from None
            if found is None:
                raise _Unknown
            return functions.array(found)

        return run

    def attribute(self, node: ast.Attribute, depth: int) -> Run:
        """A value's name with dots in it, or one of the few facts of an array."""
        if node.attr in functions.FACTS:
            return self.apply(node, functions.FACTS[node.attr], [self.read(node.value, depth)])
        dotted = _dotted(node)
        if dotted is None:
            self.refuse(node, _after_a_dot())
        return self.fetch(node, dotted)

    # ---- arithmetic ---------------------------------------------------------------------------------------

    def binary(self, node: ast.BinOp, depth: int) -> Run:
        """Two numbers and a sign between them."""
        combine = _BINARY.get(type(node.op))
        if combine is None:
            self.refuse(node, Sentence("between two numbers comes one of {signs}", signs="+ - * / // % **"))
        return self.apply(
            node, functions.pairwise(combine), [self.read(node.left, depth), self.read(node.right, depth)]
        )

    def unary(self, node: ast.UnaryOp, depth: int) -> Run:
        """A sign before a number, or ``not``."""
        run = self.read(node.operand, depth)
        if isinstance(node.op, ast.Not):
            return lambda names: np.bool_(not self.truth(node, run(names)))
        if not isinstance(node.op, ast.USub | ast.UAdd):
            self.refuse(node, Sentence("before a number comes {signs}", signs="+, - or not"))
        sign = np.negative if isinstance(node.op, ast.USub) else np.positive
        return lambda names: sign(functions.numeric(run(names)))

    def compare(self, node: ast.Compare, depth: int) -> Run:
        """``0 < loss < 1`` holds where each of its comparisons does."""
        runs = [self.read(each, depth) for each in (node.left, *node.comparators)]
        pairs: list[Run] = []
        for compared, left, right in zip(node.ops, runs, runs[1:], strict=False):
            combine = _COMPARED.get(type(compared))
            if combine is None:
                signs = "== != < <= > >="
                self.refuse(node, Sentence("numbers are compared by one of {signs}", signs=signs))
            pairs.append(self.apply(node, functions.pairwise(combine), [left, right]))
        return pairs[0] if len(pairs) == 1 else self.together(node, pairs, decisive=False)

    def boolean(self, node: ast.BoolOp, depth: int) -> Run:
        """``and`` and ``or``."""
        runs = [self.read(each, depth) for each in node.values]
        return self.together(node, runs, decisive=isinstance(node.op, ast.Or))

    def together(self, node: ast.AST, runs: list[Run], *, decisive: bool) -> Run:
        """As far as it can be known: ``a or b`` holds where b does, though a is not known yet."""

        def run(names: Names) -> Any:
            unknown = False
            for each in runs:
                try:
                    if self.truth(node, each(names)) is decisive:
                        return np.bool_(decisive)
                except _Unknown:
                    unknown = True
            if unknown:
                raise _Unknown
            return np.bool_(not decisive)

        return run

    def truth(self, node: ast.AST, found: Any) -> bool:
        """Yes or no, of what is one number."""
        if found.size != 1:
            self.refuse(node, functions.MANY_TRUTHS)
        return bool(found)

    # ---- indices and calls --------------------------------------------------------------------------------

    def subscript(self, node: ast.Subscript, depth: int) -> Run:
        """An element, a row, a part."""
        run = self.read(node.value, depth)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        index = tuple(self.slice(part) if isinstance(part, ast.Slice) else self.whole(part) for part in parts)
        return self.apply(node, functions.part(index), [run])

    def slice(self, node: ast.Slice) -> slice:
        """From, up to, in steps of."""
        start, stop, step = (
            None if end is None else self.whole(end) for end in (node.lower, node.upper, node.step)
        )
        if step == 0:
            self.refuse(node, Sentence("the steps of a slice are not 0"))
        return slice(start, stop, step)

    def whole(self, node: ast.expr) -> int:
        """A whole number that stands there as such."""
        negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
        number = node.operand if isinstance(node, ast.UnaryOp) and negative else node
        value = number.value if isinstance(number, ast.Constant) else None
        if type(value) is not int:
            told = Sentence("an index is a whole number such as 0 or -1, or a slice such as 1:3")
            self.refuse(node, told)
        return -value if negative else value

    def call(self, node: ast.Call, depth: int) -> Run:
        """A function of the table, ``grad`` or ``value``."""
        if node.keywords:
            self.refuse(node, Sentence("what a function is given is written without names here"))
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr in functions.METHODS:
            return self.function(node, called.attr, [called.value, *node.args], depth)
        if not isinstance(called, ast.Name):
            self.refuse(node, _after_a_dot())
        if called.id in _NAMING:
            name = self.named(node, called.id)
            return self.fetch(node, gradient_of(name) if called.id == "grad" else name)
        return self.function(node, called.id, node.args, depth)

    def named(self, node: ast.Call, function: str) -> str:
        """The name of a value within ``grad(…)`` or ``value(…)``."""
        given = node.args[0] if len(node.args) == 1 else None
        if isinstance(given, ast.Constant) and isinstance(given.value, str) and given.value:
            return given.value
        name = _dotted(given)
        if name is None:
            told = Sentence(
                '{function} takes one name: {function}(W1) or {function}("W1")', function=function
            )
            self.refuse(node, told)
        return name

    def function(self, node: ast.Call, name: str, arguments: list[ast.expr], depth: int) -> Run:
        """A call of a function of the table."""
        function = functions.TABLE.get(name)
        if function is None:
            known = ", ".join((*functions.TABLE, *_NAMING))
            told = Sentence("there is no function {name}; there are {known}", name=name, known=known)
            self.refuse(node, told)
        if not 1 <= len(arguments) <= function.most:
            told = Sentence("{name} takes one array: {name}(x)", name=name)
            self.refuse(node, told)
        return self.apply(node, function.call, [self.read(each, depth) for each in arguments])

    def apply(self, node: ast.AST, function: Callable[..., Any], runs: list[Run]) -> Run:
        """Evaluate the parts, then the function on them; what does not fit is told with its column."""
        column = self.column(node)

        def run(names: Names) -> Any:
            try:
                return function(*[each(names) for each in runs])
            except functions.Unfit as unfit:
                raise error_at(self.line, column, unfit.sentence) from None

        return run


_NAMING = ("grad", "value")
"""What is called with a name."""
_READERS: Mapping[type[ast.expr], Callable[[_Reader, Any, int], Run]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.attribute,
    ast.BinOp: _Reader.binary,
    ast.UnaryOp: _Reader.unary,
    ast.Compare: _Reader.compare,
    ast.BoolOp: _Reader.boolean,
    ast.Subscript: _Reader.subscript,
    ast.Call: _Reader.call,
}
"""Every kind of part that there is; nothing else is read."""


def _after_a_dot() -> Sentence:
    known = (*(f"{name}()" for name in functions.METHODS), *functions.FACTS)
    return Sentence("after a dot comes one of {known}", known=", ".join(known))


def _dotted(node: ast.AST | None) -> str | None:
    """``fc1.weight`` as one name, or None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    before = _dotted(node.value) if isinstance(node, ast.Attribute) else None
    return f"{before}.{node.attr}" if before is not None and isinstance(node, ast.Attribute) else None
