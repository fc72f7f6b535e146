"""Puts a graph together from ops: computes what is known at once, and adds a node for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, NamedTuple, cast

import numpy as np

from graphscope.graph.graph import Graph, Node, Value, ValueKind
from graphscope.graph.scope import Scope
from graphscope.graph.spec import TensorSpec
from graphscope.importers.onnx.operand import Operand
from graphscope.model.builder import identifier
from graphscope.ops.base import Op

FOLDED = 2**20
"""So many elements at most are computed at opening; more are left to the run, where one can see them."""
SHOWN = 64
"""So many numbers at most are told to a shape rule."""


class _Made(NamedTuple):
    """A node that the rule at work has made; its names are not final yet."""

    name: str
    op: Op
    inputs: tuple[str | None, ...]
    outputs: tuple[Operand, ...]


class Mark(NamedTuple):
    """How many values, nodes and names there were."""

    values: int
    nodes: int
    names: int


@dataclass(eq=False)
class Assembly:
    """A graph under construction.

    Args:
        title: what the names of the node at work begin with.
        scope: the group that it stands in.
    """

    values: dict[str, Value] = field(default_factory=dict[str, Value])
    nodes: list[Node] = field(default_factory=list[Node])
    arrays: dict[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    title: str = ""
    scope: Scope = ()
    _names: dict[str, None] = field(default_factory=dict[str, None])
    _tried: dict[str, int] = field(default_factory=dict[str, int])
    _pending: list[_Made] = field(default_factory=list[_Made])
    _placed: dict[str, Operand] = field(default_factory=dict[str, Operand])

    # ---- names ----------------------------------------------------------------------------------------

    def free(self, name: str) -> str:
        """The name, or one with a number if it is taken; taken from then on."""
        number = self._tried.get(name, 1)
        while (candidate := name if number == 1 else f"{name}_{number}") in self._names:
            number += 1
        self._tried[name] = number
        self._names[candidate] = None
        return candidate

    def begin(self, title: str, scope: Scope) -> None:
        """A rule sets to work on a node of the file."""
        self.title, self.scope = title, scope
        self._pending = []

    # ---- operands -------------------------------------------------------------------------------------

    def leaf(self, name: str, spec: TensorSpec, kind: ValueKind, array: np.ndarray | None = None) -> Operand:
        """An input, parameter, buffer or constant; all but inputs stand in the graph once they are used."""
        operand = Operand(self.free(name), spec, kind, array)
        if kind == "input":
            self._place(operand, ())
        return operand

    def constant(self, array: np.ndarray, label: str) -> Operand:
        """An operand of known numbers."""
        array = _read_only(array)
        return self.leaf(
            f"{self.title}.{label}", TensorSpec(array.shape, array.dtype.name), "constant", array
        )

    def place(self, operand: Operand) -> str:
        """The name of an operand's value, which stands in the graph from now on."""
        if operand.name not in self.values and operand.kind != "node":
            self._place(operand, self.scope)
        return operand.name

    def _place(self, operand: Operand, scope: Scope) -> None:
        gradient = operand.spec.floating and operand.kind in ("parameter", "input")
        self.values[operand.name] = Value(operand.name, operand.spec, operand.kind, scope, gradient)
        if operand.array is not None:
            self.arrays[operand.name] = operand.array

    # ---- nodes ----------------------------------------------------------------------------------------

    def apply(
        self, op: Op, operands: Sequence[Operand | None], label: str, *, fold: bool = True
    ) -> tuple[Operand, ...]:
        """A node with ``op``, or, where all numbers are known, its results.

        Args:
            label: what its value is called after the file's node.
            fold: whether known numbers are computed with at once.

        Raises:
            GraphScopeError: the operands do not fit.
        """
        specs = op.specs(*(None if item is None else _told(item) for item in operands))
        base = f"{self.title}.{label or identifier(op.name)}"
        arrays = _folded(op, operands, specs) if fold else None
        if arrays is not None:
            return tuple(self.leaf(base, _spec(array), "constant", array) for array in arrays)
        name = self.free(base)
        several = len(specs) > 1
        names = [self.free(f"{name}.{op.output(index)}") if several else name for index in range(len(specs))]
        made = tuple(Operand(each, spec) for each, spec in zip(names, specs, strict=True))
        inputs = tuple(None if item is None else item.name for item in operands)
        self._pending.append(_Made(name, op, inputs, made))
        self._placed.update(
            {item.name: item for item in operands if item is not None and item.kind != "node"}
        )
        return made

    def finish(self, results: Iterable[tuple[str, Operand]]) -> dict[str, Operand]:
        """Keep what the rule made, under the names of the file.

        Args:
            results: for the outputs of the file's node their names and the operands that the rule gave.

        Returns:
            the operands under their final names.
        """
        pending = {item.name: node for node in self._pending for item in node.outputs}
        given: dict[str, Operand] = {}
        renamed: dict[str, str] = {}
        for output, operand in results:
            mine = operand.name in pending or (operand.known and operand.name not in self.values)
            if mine and operand.name not in renamed and operand.name != output:
                renamed[operand.name] = self.free(output) if output else operand.name
            given[output] = replace(operand, name=renamed.get(operand.name, operand.name))
        for operand in self._placed.values():
            self.place(replace(operand, name=renamed.get(operand.name, operand.name)))
        for node in self._pending:
            self._keep(node, renamed)
        self._pending, self._placed = [], {}
        return given

    def _keep(self, made: _Made, renamed: Mapping[str, str]) -> None:
        outputs = tuple(renamed.get(item.name, item.name) for item in made.outputs)
        for name, item in zip(outputs, made.outputs, strict=True):
            self.values[name] = Value(name, item.spec, "node", self.scope, item.spec.floating)
        inputs = tuple(None if name is None else renamed.get(name, name) for name in made.inputs)
        only = outputs[0] if len(outputs) == 1 else self.title if len(self._pending) == 1 else made.name
        self.nodes.append(Node(self._node_name(only, outputs), made.op, inputs, outputs, self.scope))

    def _node_name(self, wanted: str, outputs: tuple[str, ...]) -> str:
        """A node may be called what its only output is called, but nothing else is."""
        return wanted if wanted in outputs else self.free(wanted)

    def mark(self) -> Mark:
        """How much there is; `rollback` brings it back to that."""
        return Mark(len(self.values), len(self.nodes), len(self._names))

    def rollback(self, mark: Mark) -> None:
        """Forget what was made since."""
        self._pending, self._placed = [], {}
        del self.nodes[mark.nodes :]
        while len(self.values) > mark.values:
            name, _ = self.values.popitem()
            self.arrays.pop(name, None)
        while len(self._names) > mark.names:
            self._tried.pop(self._names.popitem()[0], None)

    def graph(self, name: str, outputs: tuple[str, ...]) -> Graph:
        """The finished graph."""
        leaves = [value for value in self.values.values() if value.kind != "node"]
        made = [value for value in self.values.values() if value.kind == "node"]
        return Graph(name, (*leaves, *made), tuple(self.nodes), outputs)


def _told(operand: Operand) -> TensorSpec:
    """The spec that a shape rule is told: with the numbers of a small constant."""
    if operand.array is None or operand.array.size > SHOWN or operand.kind != "constant":
        return operand.spec
    return replace(operand.spec, value=operand.value)


def _spec(array: np.ndarray) -> TensorSpec:
    return TensorSpec(array.shape, array.dtype.name)


def _read_only(array: np.ndarray) -> np.ndarray:
    array = array.view()
    array.setflags(write=False)
    return array


def _folded(
    op: Op, operands: Sequence[Operand | None], specs: Sequence[TensorSpec]
) -> tuple[np.ndarray, ...] | None:
    """The results of an op on known numbers, if it is small and NumPy alone can do it; else None."""
    if specs and all(spec.value is not None for spec in specs):  # such as the sizes of an operand
        return tuple(_read_only(np.asarray(spec.value, dtype=spec.dtype)) for spec in specs)
    present = [item for item in operands if item is not None]
    if op.drawn or not all(item.known for item in present) or not _small(present, specs):
        return None
    arrays = [_handed(op, slot, item) for slot, item in enumerate(operands)]
    try:
        with np.errstate(all="ignore"):
            made = cast("Any", op).forward(np, *arrays)
    except Exception:  # noqa: BLE001 - what NumPy alone cannot do, the run does
        return None
    results: tuple[Any, ...] = made[: len(specs)] if op.signature.packed else (made,)
    found = tuple(_read_only(np.asarray(each)) for each in results)
    fitting = all(_fits(array, spec) for array, spec in zip(found, specs, strict=True))
    return found if fitting else None


def _small(operands: Sequence[Operand], specs: Sequence[TensorSpec]) -> bool:
    sizes = [prod(item.array.shape) for item in operands if item.array is not None]
    sizes += [spec.size or 0 for spec in specs]
    return max(sizes, default=0) <= FOLDED


def _handed(op: Op, slot: int, operand: Operand | None) -> Any:
    if operand is None:
        return None
    return operand.value if op.operand(slot) in op.host else operand.array


def _fits(array: np.ndarray, spec: TensorSpec) -> bool:
    sizes = zip(spec.shape, array.shape, strict=False)
    return (
        array.dtype.name == spec.dtype
        and array.ndim == spec.rank
        and all(not isinstance(wanted, int) or wanted == size for wanted, size in sizes)
    )
