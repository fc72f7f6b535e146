"""The plan of one iteration: its steps in order, and a cell for every array that they make.

No cell is written twice. The value of a name at any step is then a look-up ("the newest of its cells that is
written by now"), which is what makes stepping back, seeking and comparing cost nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, cast

from graphscope.engine.demand import backward_nodes, wanted
from graphscope.engine.step import Ref, Role, Step, StepKind
from graphscope.graph.graph import Graph, Node
from graphscope.graph.spec import Dim, TensorSpec
from graphscope.model.model import Model
from graphscope.ops.base import Op

EMPTY = -1
"""In place of a cell: there is no array."""
NUMBER = 0
"""The cell that holds the number of the iteration, on which data and random draws depend."""
ZERO = 1
"""The step that makes all gradients None, as planned; until then those of the iteration before stay."""
PART_ROLES: tuple[Role, ...] = ("drawn", "saved", "contribution", "unsummed")
"""What steps make besides values and gradients; it belongs to a node."""

EMPTY_GRAPH = Graph("", (), (), ())

Shape = tuple[Dim, ...]


class Timeline(NamedTuple):
    """The cells that hold one array after another under one name.

    Args:
        steps: the index of the step that writes each, rising; −1 where it is there from the start.
    """

    steps: tuple[int, ...]
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step and the cells that it works on. Cells are None where an operand or a gradient is absent.

    Args:
        step: what is told of it (its iteration is filled in when it is done).
        op: the op that it calls, if any.
        gradients: for backward, the cells of the gradients of the node's outputs.
        results: for backward, the cells of the node's outputs and of what it saved.
        operands: what it reads, slot by slot.
        drawn: random arrays handed to the op after the operands.
        writes: what it makes, slot by slot; for backward None where no gradient is wanted.
        unsummed: for backward, where a contribution is kept before its broadcast axes are summed.
        specs: for forward, backward and random, the bound specs of the operands.
    """

    step: Step
    op: Op | None = None
    gradients: tuple[int | None, ...] = ()
    results: tuple[int | None, ...] = ()
    operands: tuple[int | None, ...] = ()
    drawn: tuple[int, ...] = ()
    writes: tuple[int | None, ...] = ()
    unsummed: tuple[int | None, ...] = ()
    specs: tuple[TensorSpec | None, ...] = ()


class Decision(NamedTuple):
    """What a plan assumes of a step that decides: which body runs, whether there is another trip, or how many.

    Args:
        cell: what the step writes its answer into.
        choice: the answer that the steps after it are laid out for.
    """

    node: str
    cell: int
    choice: int


@dataclass(frozen=True, eq=False)
class Plan:
    """One iteration of a model whose sizes are bound.

    Args:
        steps: in order.
        size: how many cells there are.
        timelines: where each array is at which time.
        opening: the values that outlive an iteration, in order: parameters, optimizer state, buffers, constants.
            Their cells at the start are 1, 2, …
        closing: their cells at the end.
        specs: the bound spec of every value.
        changes: for each step the values and gradients that are others, or gone, after it.
        parts: for each node what its steps make besides.
        zero: the step that makes all gradients None.
        transfers: the steps that only copy.
        clips: the steps that shorten gradients which are summed already.
        graph: what it lays out, flat.
        decisions: by their steps, what it assumes of those that decide.
        aliases: further names of values.
    """

    steps: tuple[PlanStep, ...]
    size: int
    timelines: Mapping[Ref, Timeline]
    opening: tuple[str, ...]
    closing: tuple[int, ...]
    specs: Mapping[str, TensorSpec]
    changes: tuple[tuple[Ref, ...], ...]
    parts: Mapping[str, tuple[Ref, ...]]
    zero: int = ZERO
    transfers: frozenset[int] = frozenset()
    clips: frozenset[int] = frozenset()
    graph: Graph = EMPTY_GRAPH
    decisions: Mapping[int, Decision] = field(default_factory=dict[int, Decision])
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def summed(self) -> int:
        """After how many steps the gradients are what backward made of them, not clipped yet."""
        return min(self.clips, default=len(self.steps))

    @cached_property
    def told(self) -> tuple[Step, ...]:
        """The steps without their cells, as they are told."""
        return tuple(each.step for each in self.steps)

    def cell(self, ref: Ref, done: int) -> int:
        """The cell that holds ``ref`` after ``done`` steps, or EMPTY."""
        line = self.timelines.get(ref)
        index = bisect_right(line.steps, done - 1) if line is not None else 0
        return line.cells[index - 1] if line is not None and index else EMPTY

    def added(self, name: str, done: int) -> tuple[int, int]:
        """How many contributions a gradient has after ``done`` steps, and how many in the end."""
        line = self.timelines.get(Ref("gradient", name))
        steps = () if line is None else line.steps
        if self.transfers or self.clips:
            steps = tuple(step for step in steps if step not in self.transfers and step not in self.clips)
        return bisect_right(steps, done - 1), len(steps)


def plan(model: Model, specs: Mapping[str, TensorSpec], choices: Mapping[str, int] | None = None) -> Plan:
    """The plan of one iteration of ``model``, whose graph is flat, with bound specs.

    Args:
        choices: for each node that decides what it is assumed to say.
    """
    return _Planner(model, specs, choices or {}).build()


@dataclass
class _Planner:
    """Lays out the steps one after the other; a name's cell "now" is the one that the last step left."""

    model: Model
    specs: Mapping[str, TensorSpec]
    choices: Mapping[str, int]
    size: int = NUMBER + 1
    steps: list[PlanStep] = field(default_factory=list[PlanStep])
    written: dict[Ref, list[tuple[int, int]]] = field(default_factory=dict[Ref, list[tuple[int, int]]])

    @property
    def graph(self) -> Graph:
        return self.model.graph

    @cached_property
    def buffers(self) -> frozenset[str]:
        return frozenset(self.graph.buffers)

    @cached_property
    def carried(self) -> dict[str, tuple[Ref, ...]]:
        """For a value the buffers that take it."""
        found: dict[str, tuple[Ref, ...]] = {}
        for buffer, value in self.graph.carries:
            found[value] = (*found.get(value, ()), Ref("value", buffer))
        return found

    def build(self) -> Plan:
        opening = self._opening()
        self._prepare()
        for node in self.graph.nodes:
            self._forward(node)
        self._backward()
        clips = len(self.steps)
        self._clips()
        updates = len(self.steps)
        self._updates()
        lines = {
            ref: Timeline(tuple(step for step, _ in entries), tuple(cell for _, cell in entries))
            for ref, entries in self.written.items()
        }
        closing = tuple(lines[Ref("value", name)].cells[-1] for name in opening)
        return Plan(
            tuple(self.steps),
            self.size,
            lines,
            opening,
            closing,
            self.specs,
            self._changes(lines),
            _parts(lines),
            clips=frozenset(range(clips, updates)),
            graph=self.graph,
            decisions=self._decisions(),
        )

    def _decisions(self) -> dict[int, Decision]:
        """The steps that decide, and what is assumed of them."""
        if not self.choices:
            return {}
        told = ((index, each.step, each.writes) for index, each in enumerate(self.steps))
        return {
            index: Decision(step.node, cast("int", writes[0]), self.choices[step.node])
            for index, step, writes in told
            if step.kind == "forward" and step.node is not None and step.node in self.choices
        }

    def _cell(self, ref: Ref, *, start: bool = False) -> int:
        """A new cell for ``ref``, written by the step that is being planned (or there from the start)."""
        cell, self.size = self.size, self.size + 1
        self._point(ref, cell, -1 if start else len(self.steps))
        return cell

    def _point(self, ref: Ref, cell: int, step: int) -> None:
        self.written.setdefault(ref, []).append((step, cell))

    def _now(self, ref: Ref) -> int | None:
        entries = self.written.get(ref)
        return entries[-1][1] if entries else None

    def _value(self, name: str | None) -> int | None:
        """The cell that a node reads; of a buffer always the one of the start, whatever it holds by now."""
        if name in self.buffers:
            return self.written[Ref("value", name)][0][1]
        return None if name is None else self._now(Ref("value", name))

    def _opening(self) -> tuple[str, ...]:
        parameters = self.graph.parameters
        updates = ((name, self.model.update_of(name)) for name in parameters)
        kept = (f"{name}@{state}" for name, op in updates if op is not None for state in op.state)
        names = (*parameters, *kept, *self.graph.buffers, *self.graph.constants)
        for name in names:
            self._cell(Ref("value", name), start=True)
        return names

    def _prepare(self) -> None:
        writes = tuple(Ref("value", name) for name in self.graph.inputs)
        self.steps.append(PlanStep(Step("data", 0, writes=writes), writes=self._cells(writes)))
        self.steps.append(PlanStep(Step("zero", 0)))

    def _cells(self, refs: tuple[Ref, ...]) -> tuple[int, ...]:
        return tuple(self._cell(ref) for ref in refs)

    def _told(self, kind: StepKind, node: Node, **told: Any) -> Step:
        return Step(kind, 0, node.name, node.op.name, node.scope, frame=node.frame, **told)

    def _forward(self, node: Node) -> None:
        op: Op = node.op
        specs = self._operand_specs(node)
        if op.drawn:
            refs = _slots("drawn", node.name, len(op.drawn))
            told = self._told("random", node, writes=refs)
            self.steps.append(
                PlanStep(told, op, operands=self._operands(node), writes=self._cells(refs), specs=specs)
            )
        refs = tuple(Ref("value", name) for name in node.outputs) + _slots("saved", node.name, len(op.saved))
        operands, drawn, writes = self._operands(node), self._drawn(node), self._cells(refs)
        told = self._told(
            "forward", node, reads=_values(node.inputs), writes=(*refs, *self._carry(node, writes))
        )
        self.steps.append(PlanStep(told, op, operands=operands, drawn=drawn, writes=writes, specs=specs))

    def _carry(self, node: Node, cells: tuple[int, ...]) -> tuple[Ref, ...]:
        """The buffers that take what a node makes: their names stand for its cells from now on."""
        found: list[Ref] = []
        for name, cell in zip(node.outputs, cells, strict=False):
            for ref in self.carried.get(name, ()):
                self._point(ref, cell, len(self.steps))
                found.append(ref)
        return tuple(found)

    def _operands(self, node: Node) -> tuple[int | None, ...]:
        return tuple(self._value(name) for name in node.inputs)

    def _operand_specs(self, node: Node) -> tuple[TensorSpec | None, ...]:
        return tuple(None if name is None else self.specs[name] for name in node.inputs)

    def _drawn(self, node: Node) -> tuple[int, ...]:
        refs = _slots("drawn", node.name, len(node.op.drawn))
        return tuple(self.written[ref][-1][1] for ref in refs)

    def _backward(self) -> None:
        wants, loss = wanted(self.graph), self.model.loss
        if loss is None or loss not in wants:
            return
        ref = Ref("gradient", loss)
        told = Step("seed", 0, value=loss, writes=(ref,))
        self.steps.append(PlanStep(told, operands=(self._value(loss),), writes=self._cells((ref,))))
        for node in backward_nodes(self.graph, loss, wants):
            self._vjp(node, tuple(name in wants for name in node.inputs))

    def _vjp(self, node: Node, needs: tuple[bool, ...]) -> None:
        slots = _slots("contribution", node.name, len(needs))
        written = tuple(ref for ref, need in zip(slots, needs, strict=True) if need)
        results = tuple(self._value(name) for name in node.outputs)
        results += tuple(self._now(ref) for ref in _slots("saved", node.name, len(node.op.saved)))
        gradients = tuple(self._now(Ref("gradient", name)) for name in node.outputs)
        operands, drawn, specs = self._operands(node), self._drawn(node), self._operand_specs(node)
        unsummed = self._unsummed(node, needs)
        cells = tuple(self._cell(ref) if need else None for ref, need in zip(slots, needs, strict=True))
        pending = self._first_contributions(node, cells)
        reads = tuple(
            Ref("gradient", name) for name, g in zip(node.outputs, gradients, strict=True) if g is not None
        )
        told = self._told("backward", node, reads=(*reads, *_values(node.inputs)), writes=written)
        self.steps.append(
            PlanStep(told, node.op, gradients, results, operands, drawn, cells, unsummed, specs)
        )
        for slot, name in pending:
            self._accumulate(node, slot, name)

    def _unsummed(self, node: Node, needs: tuple[bool, ...]) -> tuple[int | None, ...]:
        """A cell for each contribution that may come with axes that broadcasting added or widened."""
        specs = [self.specs[name] for name in (*node.inputs, *node.outputs) if name is not None]
        rank = max(spec.rank for spec in specs)
        shapes = (None if spec is None else spec.shape for spec in self._operand_specs(node))
        return tuple(
            self._cell(Ref("unsummed", node.name, slot))
            if need and shape is not None and (len(shape) < rank or not _full(shape))
            else None
            for slot, (need, shape) in enumerate(zip(needs, shapes, strict=True))
        )

    def _first_contributions(self, node: Node, cells: tuple[int | None, ...]) -> list[tuple[int, str]]:
        """The first contribution is the gradient; those that are left must be added, one step each."""
        pending: list[tuple[int, str]] = []
        for slot, (name, cell) in enumerate(zip(node.inputs, cells, strict=True)):
            if name is None or cell is None:
                continue
            ref = Ref("gradient", name)
            if self._now(ref) is None:
                self._point(ref, cell, len(self.steps))
            else:
                pending.append((slot, name))
        return pending

    def _accumulate(self, node: Node, slot: int, name: str) -> None:
        total, part = Ref("gradient", name), Ref("contribution", node.name, slot)
        told = self._told("accumulate", node, slot=slot, value=name, reads=(total, part), writes=(total,))
        operands = (self._now(total), self._now(part))
        self.steps.append(PlanStep(told, operands=operands, writes=self._cells((total,))))

    def _clips(self) -> None:
        """Shorten the gradients of the parameters: all in one step, or each in one of its own."""
        clipping = self.model.clipping
        found = [name for name in self.graph.parameters if self._now(Ref("gradient", name)) is not None]
        if clipping is None or not found:
            return
        if clipping.signature.operands[0].variadic:
            self._clip(clipping, tuple(found), None)
        else:
            for name in found:
                self._clip(clipping, (name,), name)

    def _clip(self, clipping: Op, names: tuple[str, ...], parameter: str | None) -> None:
        refs = tuple(Ref("gradient", name) for name in names)
        saved = _slots("saved", f"{parameter or ''}@clip", len(clipping.saved))
        operands = tuple(self._now(ref) for ref in refs)
        scope = () if parameter is None else self.graph.value(parameter).scope
        told = Step(
            "clip", 0, parameter, clipping.name, scope, value=parameter, reads=refs, writes=(*refs, *saved)
        )
        writes = self._cells((*refs, *saved))
        self.steps.append(PlanStep(told, clipping, operands=operands, writes=writes))

    def _updates(self) -> None:
        for name in self.graph.parameters:
            gradient, optimizer = self._now(Ref("gradient", name)), self.model.update_of(name)
            if gradient is None or optimizer is None:
                continue
            refs = tuple(
                Ref("value", each) for each in (name, *(f"{name}@{state}" for state in optimizer.state))
            )
            parameter, *states = (self._now(ref) for ref in refs)
            reads = (refs[0], Ref("gradient", name), *refs[1:])
            scope = self.graph.value(name).scope
            told = Step("update", 0, name, optimizer.name, scope, value=name, reads=reads, writes=refs)
            operands = (parameter, gradient, *states)
            self.steps.append(PlanStep(told, optimizer, operands=operands, writes=self._cells(refs)))

    def _changes(self, lines: Mapping[Ref, Timeline]) -> tuple[tuple[Ref, ...], ...]:
        found: list[list[Ref]] = [[] for _ in self.steps]
        for ref, line in lines.items():
            if ref.role == "gradient":
                found[ZERO].append(ref)
            if ref.role in ("value", "gradient"):
                for step in line.steps:
                    if step >= 0:
                        found[step].append(ref)
        return tuple(map(tuple, found))


def _slots(role: Role, node: str, count: int) -> tuple[Ref, ...]:
    return tuple(Ref(role, node, slot) for slot in range(count))


def _values(names: tuple[str | None, ...]) -> tuple[Ref, ...]:
    """Refs of the values that are there, each once: ``x * x`` reads one array."""
    return tuple(dict.fromkeys(Ref("value", name) for name in names if name is not None))


def _full(shape: Shape) -> bool:
    """Whether broadcasting cannot widen any axis: none has size 1 or an open size."""
    return all(isinstance(size, int) and size != 1 for size in shape)


def _parts(lines: Mapping[Ref, Timeline]) -> dict[str, tuple[Ref, ...]]:
    found: dict[str, list[Ref]] = {}
    for ref in lines:
        if ref.role in PART_ROLES:
            found.setdefault(ref.name, []).append(ref)
    return {node: tuple(refs) for node, refs in found.items()}
