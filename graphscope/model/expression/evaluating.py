"""Goes through a typed expression with a builder, and tells where something does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from graphscope.errors import GraphScopeError
from graphscope.model.builder import Builder
from graphscope.model.expression.place import Place, at
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
from graphscope.model.handle import Handle
from graphscope.ops.arithmetic import Add, Div, Mul, Neg, Pow, Sub
from graphscope.ops.base import Op
from graphscope.ops.linear import MatMul

Operand: TypeAlias = Handle | int | float
Work: TypeAlias = Callable[[Any, Any], Handle]
SIGNS: Mapping[Sign, tuple[Op, Work]] = {
    "+": (Add(), lambda x, y: x + y),
    "-": (Sub(), lambda x, y: x - y),
    "*": (Mul(), lambda x, y: x * y),
    "/": (Div(), lambda x, y: x / y),
    "**": (Pow(), lambda x, y: x**y),
    "@": (MatMul(), lambda x, y: x @ y),
}
"""The operation of each sign, and what Python calls it."""


class Watcher(Protocol):
    """Sees each operation before it is applied, with its operands."""

    def __call__(self, op: Op, operands: tuple[Operand, ...]) -> None:
        """Look at it; to go on elsewhere, raise."""
        ...


def _nothing(op: Op, operands: tuple[Operand, ...]) -> None: ...


@dataclass
class Evaluation:
    """One walk through an expression.

    Args:
        leaf: makes the value of a name, once.
        watch: sees each operation before it is applied.
    """

    parsed: Parsed
    builder: Builder
    leaf: Callable[[str], Handle]
    watch: Watcher = _nothing
    places: list[Place] = field(default_factory=list[Place])
    """Where each node was typed, in the order of the nodes."""
    values: dict[str, Handle] = field(default_factory=dict[str, Handle])

    def run(self) -> Handle:
        """The value of the last line.

        Raises:
            GraphScopeError: an operation does not fit its operands; the sentence names its column.
        """
        made: Operand = 0
        for each in self.parsed.statements:
            made = self._value(each.tree)
            if each.target is not None and isinstance(made, Handle):
                self._name(each, made, each.target)
        if not isinstance(made, Handle):
            raise TypeError(made)  # the reader refuses texts that end with a number
        return made

    def _name(self, statement: Statement, made: Handle, name: str) -> None:
        """A line's name for what it computes; for a value that has a name it is only another one."""
        if not isinstance(statement.tree, Name):
            self._placed(statement.place, lambda: made.named(name))
        self.values[name] = made

    def _value(self, tree: Tree) -> Operand:
        match tree:
            case Number():
                return tree.value
            case Name():
                return self._named(tree.name)
            case Binary():
                op, work = SIGNS[tree.sign]
                left, right = self._value(tree.left), self._value(tree.right)
                return self._apply(op, (left, right), tree.place, lambda: work(left, right))
            case Negative():
                operand: Any = self._value(tree.operand)
                return self._apply(Neg(), (operand,), tree.place, lambda: -operand)
            case Apply():
                operands = tuple(self._value(each) for each in tree.operands)
                return self._apply(
                    tree.op, operands, tree.place, lambda: self.builder.call(tree.op, *operands)
                )

    def _named(self, name: str) -> Handle:
        if name not in self.values:
            self.values[name] = self.leaf(name)
        return self.values[name]

    def _apply(
        self, op: Op, operands: tuple[Operand, ...], place: Place, work: Callable[[], Handle]
    ) -> Handle:
        self.watch(op, operands)
        made = self._placed(place, work)
        self.places.append(place)
        return made

    def _placed(self, place: Place, work: Callable[[], Handle]) -> Handle:
        try:
            return work()
        except GraphScopeError as error:
            raise at(place, error, several=self.parsed.several) from error
