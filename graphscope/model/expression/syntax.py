"""Reads a typed expression with Python's own parser, which runs nothing, and a white list of what may be in it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from typing import NoReturn, TypeVar, cast

from graphscope.errors import GraphScopeError, Sentence
from graphscope.model.expression.cuts import END, cut
from graphscope.model.expression.functions import Function, Option, function
from graphscope.model.expression.place import Place, at, place_of
from graphscope.model.expression.positions import Positions
from graphscope.model.expression.scanning import Scanned, refused, scan
from graphscope.model.expression.tree import (
    Apply,
    Binary,
    Name,
    Negative,
    Number,
    Parsed,
    Sign,
    Statement,
    Tree,
)
from graphscope.ops.base import Op
from graphscope.ops.indexing import Gather
from graphscope.ops.shaping import Transpose

DEEPEST = 80
"""So many operators and functions can stand in each other, a long sum counted too."""
MOST = 300
"""So many operations are read."""
NAMES = 60
"""So many names can be filled."""
EXACT = 2**53
"""Whole numbers beyond it are floating ones: no tensor could hold them exactly."""
_DEEP = Sentence("this is nested too deeply; give parts of it a name, line by line")
_SIGNS: dict[type[ast.operator], Sign] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
}
_FOLDED: dict[Sign, Callable[[float, float], float]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "**": lambda x, y: float(x) ** float(y),  # in floating point, where no power takes long
}
_Told = TypeVar("_Told")


def parse(text: str) -> Parsed:
    """What a text says.

    Raises:
        InputError: it is no expression that can be read here; the sentence names the column.
    """
    return _Reader(scan(text), text).parsed()


def _python(scanned: Scanned) -> ast.Module:
    """Python's tree of a text; only its parser works here, nothing is compiled or run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "2in" is warned of before it is refused
        return ast.parse(scanned.text)


@dataclass
class _Reader:
    """Turns Python's tree into ours, refusing whatever ours does not have."""

    scanned: Scanned
    text: str
    positions: Positions = field(init=False)
    lines: dict[str, Number | None] = field(default_factory=dict[str, "Number | None"])
    """What has a line of its own: its number, or None where it is computed."""
    names: dict[str, Name] = field(default_factory=dict[str, Name])
    count: int = 0

    def __post_init__(self) -> None:
        self.positions = Positions.of(self.scanned)

    # ---- lines --------------------------------------------------------------------------------------------

    def parsed(self) -> Parsed:
        """The whole text."""
        found = [self._statement(each) for each in self._body()]
        statements = tuple(each for each in found if each is not None)
        for each in statements[:-1]:
            if each.target is None:
                told = Sentence("nothing can use what this line computes; give it a name, such as h = …")
                self._fail(each.place, told)
        if not self.count or isinstance(statements[-1].tree, Number):
            told = Sentence("nothing is computed yet; type an operation, such as mean(x @ W)")
            raise at(Place(1, 1), told, several=False)
        return Parsed(self.text, statements, tuple(self.names.values()), self.scanned.several)

    def _body(self) -> list[ast.stmt]:
        try:
            return _python(self.scanned).body
        except SyntaxError as error:
            self._fail(*self.positions.stopped(error))
        except (ValueError, MemoryError, RecursionError, OverflowError):
            self._fail(Place(1, 1), _DEEP)

    def _statement(self, node: ast.stmt) -> Statement | None:
        """One line; None for a number with a name, which is put wherever the name stands."""
        if isinstance(node, ast.Expr):
            return Statement(None, self._tree(node.value, 0), self.positions.place(node))
        if not isinstance(node, ast.Assign):
            self._refuse(node)
        target = node.targets[0]
        if len(node.targets) != 1 or not isinstance(target, ast.Name):
            self._fail(
                self.positions.place(target), Sentence("a line begins with one name, as in h = tanh(x)")
            )
        tree, place = self._tree(node.value, 0), self.positions.place(target)
        self._give(target.id, tree, place)
        return None if isinstance(tree, Number) else Statement(target.id, tree, place)

    def _give(self, name: str, tree: Tree, place: Place) -> None:
        if name in self.lines:
            told = Sentence("there are two lines for “{name}”; give one of them another name", name=name)
            self._fail(place, told)
        if name in self.names:
            told = Sentence("“{name}” is used before its own line; give the line another name", name=name)
            self._fail(place, told)
        self.lines[name] = tree if isinstance(tree, Number) else None

    # ---- trees --------------------------------------------------------------------------------------------

    def _tree(self, node: ast.expr, depth: int) -> Tree:
        if depth > DEEPEST:
            self._fail(self.positions.place(node), _DEEP)
        match node:
            case ast.Constant():
                return self._number(node)
            case ast.Name():
                return self._name(node)
            case ast.BinOp():
                return self._binary(node, depth + 1)
            case ast.UnaryOp():
                return self._unary(node, depth + 1)
            case ast.Attribute():
                return self._attribute(node, depth + 1)
            case ast.Call():
                return self._call(node, depth + 1)
            case ast.Subscript():
                return self._subscript(node, depth + 1)
            case _:
                return self._refuse(node)

    def _number(self, node: ast.Constant) -> Tree:
        value, place = cast("object", node.value), self.positions.place(node)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._fail(
                place, Sentence("{given} can only be an option of a function", given=_shown(repr(value)))
            )
        return Number(self._finite(lambda: value, place), place)

    def _finite(self, work: Callable[[], object], place: Place) -> int | float:
        """A number that a tensor can hold."""
        try:
            value = work()
            if isinstance(value, (int, float)) and isfinite(value):
                return value if abs(value) <= EXACT else float(value)
        except (OverflowError, ZeroDivisionError):
            pass
        return self._fail(place, Sentence("this number is too large, or it cannot be worked out"))

    def _name(self, node: ast.Name) -> Tree:
        name, place = node.id, self.positions.place(node)
        if name in self.lines:
            known = self.lines[name]
            return Name(name, place) if known is None else Number(known.value, place)
        if name not in self.names:
            if len(self.names) == NAMES:
                self._fail(place, Sentence("there are more than {count} names", count=NAMES))
            self.names[name] = Name(name, place)
        return Name(name, place)

    def _binary(self, node: ast.BinOp, depth: int) -> Tree:
        left, right = self._tree(node.left, depth), self._tree(node.right, depth)
        place, sign = self.positions.sign(node), _SIGNS.get(type(node.op))
        if sign is None:
            self._fail(place, Sentence("only + - * / ** and @ stand between two values"))
        if not isinstance(left, Number) or not isinstance(right, Number):
            self._add(place)
            return Binary(sign, left, right, place)
        if sign == "@":
            self._fail(place, Sentence("@ multiplies matrices, not numbers; type *"))
        values = left.value, right.value
        return Number(self._finite(lambda: _FOLDED[sign](*values), place), place)

    def _unary(self, node: ast.UnaryOp, depth: int) -> Tree:
        operand, whole = self._tree(node.operand, depth), self.positions.place(node)
        place = Place(whole.line, whole.column)
        if isinstance(node.op, ast.UAdd):
            return operand
        if not isinstance(node.op, ast.USub):
            self._refuse(node)
        if isinstance(operand, Number):
            return Number(-operand.value, place)
        self._add(place)
        return Negative(operand, place)

    def _attribute(self, node: ast.Attribute, depth: int) -> Tree:
        operand, place = self._tree(node.value, depth), self.positions.last(node, len(node.attr) + 1)
        if node.attr != "T":
            told = Sentence("only .T, the transpose, can follow a value, not .{name}", name=_shown(node.attr))
            self._fail(place, told)
        return self._apply((Transpose(),), (operand,), place)

    def _subscript(self, node: ast.Subscript, depth: int) -> Tree:
        operand, place = self._tree(node.value, depth), self.positions.bracket(node)
        made = self._told(place, lambda: cut(node, self._whole))
        return self._apply(made, (operand,), place) if made else operand

    def _apply(self, made: tuple[Op, ...], operands: tuple[Tree, ...], place: Place) -> Tree:
        """Operations one after the other, the first on the operands."""
        first, *others = made
        self._add(place)
        tree = Apply(first, operands, place)
        for op in others:
            self._add(place)
            tree = Apply(op, (tree,), place)
        return tree

    # ---- functions ----------------------------------------------------------------------------------------

    def _call(self, node: ast.Call, depth: int) -> Tree:
        if not isinstance(node.func, ast.Name):
            self._refuse(node.func)
        name, place = node.func.id, self.positions.place(node.func)
        kind = self._told(place, lambda: function(name))
        operands, rest = self._split(kind, node.args)
        if len(operands) < kind.least:
            told = Sentence("{function} takes {operands}", function=name, operands=", ".join(kind.operands))
            self._fail(place, told)
        trees = tuple(self._operand(each, kind, depth) for each in operands)
        positional = [self._option(each) for each in rest]
        named = {self._keyword(each): self._option(each.value) for each in node.keywords}
        options = {str(each.arg): self.positions.place(each) for each in node.keywords}
        return self._apply((self._made(kind, positional, named, options, place),), trees, place)

    def _made(
        self,
        kind: Function,
        positional: list[Option],
        named: dict[str, Option],
        options: dict[str, Place],
        place: Place,
    ) -> Op:
        """The operation of a function; a mistake is that of the option that it is about."""
        try:
            return kind.make(positional, named)
        except GraphScopeError as error:
            about = options.get(str(error.sentence.fields.get("option")), place)
            raise at(about, error, several=self.scanned.several) from error

    def _split(self, kind: Function, listed: list[ast.expr]) -> tuple[list[ast.expr], list[ast.expr]]:
        """Operands, and options without a name; any number of operands may be one list, too."""
        if kind.most is not None:
            return listed[: kind.most], listed[kind.most :]
        if listed and isinstance(listed[0], (ast.List, ast.Tuple)):
            return listed[0].elts, listed[1:]
        return listed, []

    def _operand(self, node: ast.expr, kind: Function, depth: int) -> Tree:
        """An operand; a number among values is a floating one, but an index stays whole."""
        tree = self._tree(node, depth)
        if isinstance(tree, Number) and kind.op is not Gather:
            return Number(float(tree.value), tree.place)
        return tree

    def _keyword(self, node: ast.keyword) -> str:
        if node.arg is None:
            self._refuse(node)
        return node.arg

    def _option(self, node: ast.expr) -> Option:
        """What is told to a function apart from its operands: a number, some in brackets, a word."""
        if isinstance(node, (ast.Tuple, ast.List)):
            return tuple(self._whole(each) for each in node.elts)
        if isinstance(node, ast.Constant) and isinstance(node.value, (bool, str, type(None))):
            return node.value
        tree = self._tree(node, DEEPEST - 2)
        if not isinstance(tree, Number):
            self._fail(
                self.positions.place(node), Sentence("an option is a number, not something to compute")
            )
        return tree.value

    def _whole(self, node: ast.expr) -> int:
        tree = self._tree(node, DEEPEST - 2)
        if not isinstance(tree, Number) or not isinstance(tree.value, int) or abs(tree.value) > END:
            self._fail(self.positions.place(node), Sentence("a whole number is needed here"))
        return tree.value

    # ---- refusing -----------------------------------------------------------------------------------------

    def _add(self, place: Place) -> None:
        """Count one operation more."""
        self.count += 1
        if self.count > MOST:
            told = Sentence(
                "there are more than {count} operations; write it as a model in Python", count=MOST
            )
            self._fail(place, told)

    def _told(self, place: Place, work: Callable[[], _Told]) -> _Told:
        """What ``work`` gives; its errors get a place, unless they have one."""
        try:
            return work()
        except GraphScopeError as error:
            if place_of(error) is not None:
                raise
            raise at(place, error, several=self.scanned.several) from error

    def _fail(self, place: Place, told: Sentence) -> NoReturn:
        raise at(place, told, several=self.scanned.several)

    def _refuse(self, node: ast.expr | ast.stmt | ast.keyword) -> NoReturn:
        place = self.positions.place(node)
        self._fail(place, refused(self.positions.given(place)))


def _shown(told: str) -> str:
    return told if len(told) <= 24 else f"{told[:24]}…"
