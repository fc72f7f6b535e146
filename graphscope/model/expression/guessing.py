"""Guesses the shapes that nobody gave: what an operation needs of its operands, then what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from graphscope.errors import GraphScopeError
from graphscope.graph.spec import Dim
from graphscope.model.builder import Builder
from graphscope.model.expression.evaluating import Evaluation, Operand
from graphscope.model.expression.names import Asked, Role
from graphscope.model.expression.tree import Parsed
from graphscope.model.handle import Handle
from graphscope.ops.arithmetic import Binary
from graphscope.ops.base import Op
from graphscope.ops.convolution import Conv2d
from graphscope.ops.indexing import Gather
from graphscope.ops.linear import MatMul
from graphscope.ops.loss import BinaryCrossEntropyWithLogits, Loss, SoftmaxCrossEntropy
from graphscope.ops.normalization import BatchNorm
from graphscope.ops.pooling import Pool2d

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


class _Unknown(Handle):
    """Stands for a name whose shape is not known yet."""

    __slots__ = ()


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

    def __post_init__(self) -> None:
        self.shapes.update({name: each.shape for name, each in self.asked.items() if each.shape is not None})

    def found(self) -> dict[str, Guess]:
        """Everything."""
        for _ in range(_ROUNDS * len(self.asked) + 1):
            try:
                self._walk()
            except _Learned:
                continue
            except GraphScopeError:
                pass  # the model is built anew afterwards, and says it
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
        builder = Builder("guess", dtype=self.dtype)
        Evaluation(self.parsed, builder, lambda name: self._leaf(builder, name), self._watch).run()

    def _leaf(self, builder: Builder, name: str) -> Handle:
        if name not in self.shapes:
            return _Unknown(builder, name)
        whole = self.holding.get(name, ("numbers", None))[0] in ("classes", "rows")
        shape = tuple(self._size(size) for size in self.shapes[name])
        return builder.input(name, shape, dtype="int64" if whole else None)

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
        if _open(one):
            self.sizes[str(one)] = other
            raise _Learned
        if _open(other):
            self.sizes[str(other)] = one
            raise _Learned

    def _learn(self, operand: Operand, shape: Shape, holding: Holding = "numbers", count: Dim = None) -> None:
        if isinstance(operand, _Unknown):
            if None in shape:
                self._settle()
            self.shapes[operand.name] = shape
            self.holding[operand.name] = (holding, count)
            raise _Learned

    def _settle(self) -> None:
        """Let every size be the usual one: something is worked out from them."""
        waiting = [name for name in self.usual if self._size(name) == name]
        self.sizes.update({name: self.usual[name] for name in waiting})
        if waiting:
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
        elif isinstance(op, (Conv2d, Pool2d)):
            self._picture(op, operands)
        elif isinstance(op, BatchNorm):
            self._channels(op, operands)
        unknown = [each for each in operands if isinstance(each, _Unknown)]
        if unknown:  # data first: a parameter follows what it works on
            first = min(unknown, key=lambda each: self._role(each) not in ("input", "target"))
            self._learn(first, self._beside(first, operands))

    def _beside(self, operand: _Unknown, operands: tuple[Operand, ...]) -> Shape:
        """The shape of what nothing is known of: that of another operand, else what is usual."""
        known = [each for each in operands if isinstance(each, Handle) and not isinstance(each, _Unknown)]
        return known[0].shape if known else self._usual(self._role(operand) or "input")

    def _product(self, x: Operand, w: Operand) -> None:
        if isinstance(x, _Unknown):
            rows = self._inner(w) if self._known(w) and self._role(x) != "input" else None
            self._learn(x, ("batch" if rows is None else self._new(HIDDEN), self._inner(w)))
        if isinstance(w, _Unknown) and isinstance(x, Handle) and x.shape:
            columns: Dim = "batch" if self._role(w) == "input" else self._new(HIDDEN)
            self._learn(w, (x.shape[-1], columns))
        if self._known(x) and self._known(w) and x.spec.rank and w.spec.rank > 1:  # type: ignore[union-attr]
            self._same(x.shape[-1], w.shape[-2])  # type: ignore[union-attr]

    def _known(self, operand: Operand) -> bool:
        return isinstance(operand, Handle) and not isinstance(operand, _Unknown)

    def _inner(self, w: Operand) -> Dim:
        """The size that the left factor of a product shares with the right one."""
        if isinstance(w, Handle) and self._known(w) and w.spec.rank > 1:
            return w.shape[-2]
        return self._new(FEATURES)

    def _alike(self, op: Op, x: Operand, y: Operand) -> None:
        """Operands of one shape; a parameter is one for all samples."""
        for one, other in ((x, y), (y, x)):
            if isinstance(one, _Unknown) and isinstance(other, Handle) and self._known(other):
                chance = isinstance(op, BinaryCrossEntropyWithLogits)
                self._learn(
                    one, self._fitting(self._role(one), other.shape), "chances" if chance else "numbers"
                )
        if isinstance(x, Handle) and isinstance(y, Handle) and self._known(x) and self._known(y):
            target = isinstance(op, Loss) or "target" in (self._role(x), self._role(y))
            for one, other in zip(reversed(x.shape), reversed(y.shape), strict=False):
                if target or 1 not in (one, other):
                    self._same(one, other)

    def _fitting(self, role: Role | None, shape: Shape) -> Shape:
        if role == "constant":
            return ()
        if role == "parameter":
            flowing = bool(shape) and isinstance(shape[0], str) and not _open(shape[0])
            return shape[1:] if flowing else shape
        for size in shape[-1:]:
            if role == "target" and isinstance(size, str) and _open(size):
                self.usual[size] = OUTPUTS
        return shape

    def _classes(self, scores: Operand, target: Operand) -> None:
        if (
            isinstance(target, _Unknown)
            and isinstance(scores, Handle)
            and self._known(scores)
            and scores.shape
        ):
            size = scores.shape[-1]
            if isinstance(size, str) and _open(size):
                self.usual[size] = CLASSES
            self._learn(target, scores.shape[:-1], "classes", size)
        if isinstance(target, Handle) and isinstance(scores, Handle) and self._known(scores):
            self._whole_target(target, scores)

    def _whole_target(self, target: Handle, scores: Handle) -> None:
        """A target of one axis less holds classes, whoever gave its shape."""
        name = target.name
        if name in self.asked and target.spec.rank == scores.spec.rank - 1 and name not in self.holding:
            self.holding[name] = ("classes", scores.shape[-1])
            raise _Learned

    def _rows(self, x: Operand, indices: Operand) -> None:
        if isinstance(x, _Unknown):
            self._learn(x, (self._new(ROWS), self._new(FEATURES)))
        name = indices.name if isinstance(indices, Handle) else ""
        if isinstance(x, Handle) and name in self.asked and name not in self.holding:
            self.shapes.setdefault(name, ("batch",))
            self.holding[name] = ("rows", x.shape[0] if x.shape else None)
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
