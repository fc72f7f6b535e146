"""Guesses the shapes that nobody gave: what an operation needs of its operands, then what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeGuard

from graphscope.errors import GraphScopeError
from graphscope.graph.spec import Dim
from graphscope.model.builder import Builder
from graphscope.model.expression.evaluating import Evaluation, Operand
from graphscope.model.expression.names import FED, Asked, Role
from graphscope.model.expression.tree import Parsed
from graphscope.model.handle import Handle
from graphscope.ops.arithmetic import Binary
from graphscope.ops.base import Op
from graphscope.ops.convolution import Conv2d
from graphscope.ops.indexing import Gather
from graphscope.ops.linear import MatMul
from graphscope.ops.loss import BinaryCrossEntropyWithLogits, Loss
from graphscope.ops.loss_of_classes import SoftmaxCrossEntropy
from graphscope.ops.normalization import BatchNorm
from graphscope.ops.pooling import AvgPool2d, MaxPool2d

Shape = tuple[Dim, ...]
FEATURES, HIDDEN, OUTPUTS, CLASSES, ROWS, PICTURE = 2, 4, 1, 3, 6, 8
"""The usual sizes of what nothing determines: columns of data, units, targets, classes, a table, a picture."""
_MARK = "?"
"""What the names of sizes that are still to be found begin with; nobody can type it."""
_ROUNDS = 6
"""So many times for each name the expression is gone through at most."""
Holding = Literal["numbers", "classes", "rows", "chances"]


@dataclass(frozen=True, slots=True)
class Guess:
    """What was found out of a name: its shape, and what its numbers are (below ``count``, if they are whole)."""

    shape: Shape
    holding: Holding = "numbers"
    count: int = 2


class _Learned(Exception):  # noqa: N818 - no error: something was found out, so the walk begins again
    """Something was found out."""


def guess(parsed: Parsed, asked: Mapping[str, Asked], dtype: str) -> dict[str, Guess]:
    """The shape of every name, and what it holds."""
    return _Guesser(parsed, asked, dtype).found()


@dataclass
class _Guesser:
    """Walks through an expression until nothing more is found out."""

    parsed: Parsed
    asked: Mapping[str, Asked]
    dtype: str
    shapes: dict[str, Shape] = field(default_factory=dict[str, Shape])
    sizes: dict[str, Dim] = field(default_factory=dict[str, Dim])
    """What the sizes that were to be found are."""
    usual: dict[str, int] = field(default_factory=dict[str, int])
    """What they are if nothing determines them."""
    holding: dict[str, tuple[Holding, Dim]] = field(default_factory=dict[str, "tuple[Holding, Dim]"])
    again: bool = False
    """Whether a size was found since the walk began, so that what was worked out before may say more now."""

    def __post_init__(self) -> None:
        self.builder = Builder("guess", dtype=self.dtype)
        self.shapes.update({name: each.shape for name, each in self.asked.items() if each.shape is not None})

    def found(self) -> dict[str, Guess]:
        """Everything."""
        for _ in range(_ROUNDS * len(self.asked) + 1):
            self.again = False
            try:
                self._walk()
            except _Learned:
                continue
            except GraphScopeError:
                pass  # the model is built anew afterwards, and says it
            if not self.again:
                break
        for name, each in self.asked.items():
            if name not in self.shapes:
                self.shapes[name] = self._usual(each.role)
        return {name: self._guess(name) for name in self.asked}

    def _guess(self, name: str) -> Guess:
        shape = tuple(self._final(size) for size in self.shapes[name])
        holding, count = self.holding.get(name, ("numbers", None))
        size = self._final(count)
        return Guess(shape, holding, size if isinstance(size, int) and size > 0 else 2)

    def _walk(self) -> None:
        self.builder = Builder("guess", dtype=self.dtype)
        Evaluation(self.parsed, self.builder, self._leaf, self._watch).run()

    def _leaf(self, name: str) -> Handle:
        """The value of a name; one that nothing is known of is put into the builder when something is."""
        if name in self.shapes:
            self._put(name)
        return Handle(self.builder, name)

    def _put(self, name: str) -> None:
        whole = self.holding.get(name, ("numbers", None))[0] in ("classes", "rows")
        shape = tuple(self._size(size) for size in self.shapes[name])
        self.builder.input(name, shape, dtype="int64" if whole else None)

    def _unknown(self, operand: Operand) -> TypeGuard[Handle]:
        """Whether an operand is a name that nothing is known of."""
        return isinstance(operand, Handle) and operand.name in self.asked and operand.name not in self.shapes

    def _known(self, operand: Operand) -> TypeGuard[Handle]:
        """Whether an operand is a value with a shape."""
        return isinstance(operand, Handle) and not self._unknown(operand)

    # ---- sizes --------------------------------------------------------------------------------------------

    def _new(self, usual: int) -> str:
        name = f"{_MARK}{len(self.usual)}"
        self.usual[name] = usual
        return name

    def _size(self, size: Dim) -> Dim:
        """A size as far as it is known."""
        while isinstance(size, str) and size in self.sizes:
            size = self.sizes[size]
        return size

    def _final(self, size: Dim) -> Dim:
        found = self._size(size)
        return self.usual[found] if isinstance(found, str) and found in self.usual else found

    def _same(self, one: Dim, other: Dim) -> None:
        """Two sizes are equal: what is to be found of them is found."""
        one, other = self._size(one), self._size(other)
        if one == other or one is None or other is None:
            return
        if _open(one) and _open(other):
            self.usual[str(other)] = min(self.usual[str(one)], self.usual[str(other)])
        name, size = (one, other) if _open(one) else (other, one)
        if _open(name):
            self.sizes[str(name)], self.again = size, True

    def _learn(self, operand: Operand, shape: Shape, holding: Holding = "numbers", count: Dim = None) -> None:
        """What an unknown name is."""
        if self._unknown(operand):
            if None in shape:
                self._settle()
            self.shapes[operand.name] = tuple(
                size if size is not None else self._new(FEATURES) if axis else "batch"
                for axis, size in enumerate(shape)
            )
            self.holding[operand.name] = (holding, count)
            self._put(operand.name)

    def _settle(self) -> None:
        """Let every size be the usual one: something is worked out from them."""
        waiting = [name for name in self.usual if self._size(name) == name]
        if not self.again:
            self.sizes.update({name: self.usual[name] for name in waiting})
        if waiting or self.again:
            raise _Learned

    def _usual(self, role: Role) -> Shape:
        if role in ("input", "target"):
            return ("batch", self._new(FEATURES if role == "input" else OUTPUTS))
        return (self._new(FEATURES), self._new(HIDDEN)) if role == "parameter" else ()

    def _role(self, operand: Operand) -> Role | None:
        """What a name stands for; None for what is computed."""
        row = self.asked.get(operand.name) if isinstance(operand, Handle) else None
        return row.role if row is not None else None

    # ---- what operations need -----------------------------------------------------------------------------

    def _watch(self, op: Op, operands: tuple[Operand, ...]) -> None:
        if isinstance(op, MatMul):
            self._product(*operands)
        elif isinstance(op, SoftmaxCrossEntropy):
            self._classes(*operands)
        elif isinstance(op, (Loss, Binary)):
            self._alike(op, *operands)
        elif isinstance(op, Gather):
            self._rows(*operands)
        elif isinstance(op, (Conv2d, MaxPool2d, AvgPool2d)):
            self._picture(op, operands)
        elif isinstance(op, BatchNorm):
            self._channels(op, operands)
        unknown = [each for each in operands if self._unknown(each)]
        for each in sorted(unknown, key=lambda each: self._role(each) not in FED):
            self._learn(
                each, self._beside(each, operands)
            )  # data first: a parameter follows what it works on

    def _beside(self, operand: Handle, operands: tuple[Operand, ...]) -> Shape:
        """The shape of what nothing is known of: that of another operand, else what is usual."""
        other = next((each for each in operands if self._known(each)), None)
        if other is None:
            return self._usual(self._role(operand) or "input")
        return self._fitting(self._role(operand), other)

    def _product(self, x: Operand, w: Operand) -> None:
        if self._unknown(x):
            fixed = self._known(w) and self._role(x) != "input"
            self._learn(x, (self._new(HIDDEN) if fixed else "batch", self._inner(w)))
        if self._unknown(w) and self._known(x) and x.shape:
            columns: Dim = "batch" if self._role(w) == "input" else self._new(HIDDEN)
            self._learn(w, (x.shape[-1], columns))
        if self._known(x) and self._known(w) and x.shape and w.spec.rank > 1:
            self._same(x.shape[-1], w.shape[-2])

    def _inner(self, w: Operand) -> Dim:
        """The size that the left factor of a product shares with the right one."""
        if self._known(w) and w.spec.rank > 1:
            return w.shape[-2]
        return self._new(FEATURES)

    def _alike(self, op: Op, x: Operand, y: Operand) -> None:
        """Operands of one shape; a parameter is one for all samples."""
        for one, other in ((x, y), (y, x)):
            if self._known(other):
                chance = isinstance(op, BinaryCrossEntropyWithLogits)
                self._learn(one, self._fitting(self._role(one), other), "chances" if chance else "numbers")
        if self._known(x) and self._known(y):
            equal = isinstance(op, Loss) or "target" in (self._role(x), self._role(y))
            self._pairs(x.shape, y.shape, equal=equal)

    def _pairs(self, one: Shape, other: Shape, *, equal: bool) -> None:
        """Two shapes that meet, aligned from the right; unless they must be equal a size of 1 is stretched."""
        for left, right in zip(reversed(one), reversed(other), strict=False):
            if equal or 1 not in (left, right):
                self._same(left, right)

    def _fitting(self, role: Role | None, other: Handle) -> Shape:
        """The shape of a name that meets a value."""
        shape = other.shape
        if role == "constant":
            return ()
        if role == "parameter" and self._role(other) != "parameter":
            return shape[1:] if len(shape) > 1 or "batch" in shape else shape
        for size in shape[-1:]:
            if role == "target" and _open(size):
                self.usual[str(size)] = OUTPUTS
        return shape

    def _classes(self, scores: Operand, target: Operand) -> None:
        if not self._known(scores) or not scores.shape:
            return
        size = scores.shape[-1]
        if self._unknown(target):
            if _open(size):
                self.usual[str(size)] = CLASSES
            self._learn(target, scores.shape[:-1], "classes", size)
        if self._known(target) and target.spec.rank == scores.spec.rank:
            self._pairs(scores.shape, target.shape, equal=True)
        elif self._known(target) and target.name in self.asked and target.name not in self.holding:
            self.holding[target.name] = ("classes", size)  # whoever gave its shape, it has one axis less
            raise _Learned

    def _rows(self, x: Operand, indices: Operand) -> None:
        self._learn(x, (self._new(ROWS), self._new(FEATURES)))
        count = x.shape[0] if self._known(x) and x.shape else None
        self._learn(indices, ("batch",), "rows", count)
        if isinstance(indices, Handle) and indices.name in self.asked and indices.name not in self.holding:
            self.holding[indices.name] = ("rows", count)
            raise _Learned

    def _picture(self, op: Op, operands: tuple[Operand, ...]) -> None:
        x, *others = operands
        self._learn(x, ("batch", 1, PICTURE, PICTURE))
        if isinstance(op, Conv2d) and isinstance(x, Handle) and x.spec.rank == 4 and others:
            self._learn(others[0], (HIDDEN, x.shape[1], 3, 3))
            filters = others[0].shape[0] if isinstance(others[0], Handle) else None
            for each in others[1:]:
                self._learn(each, (filters,))

    def _channels(self, op: BatchNorm, operands: tuple[Operand, ...]) -> None:
        x, *others = operands
        self._learn(x, ("batch", self._new(HIDDEN)))
        if isinstance(x, Handle) and -x.spec.rank <= op.axis < x.spec.rank:
            for each in others:
                self._learn(each, (x.shape[op.axis],))


def _open(size: Dim) -> bool:
    """Whether a size is still to be found."""
    return isinstance(size, str) and size.startswith(_MARK)
