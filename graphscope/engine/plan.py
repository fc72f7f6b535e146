"""The plan of one iteration: its steps in order, and a cell for every array that they make.

No cell is written twice. The value of a name at any step is then a look-up ("the newest of its cells that is
written by now"), which is what makes stepping back, seeking and comparing cost nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphscope.engine.demand import backward_nodes, wanted
from graphscope.engine.step import Ref, Step
from graphscope.graph.graph import Graph, Node
from graphscope.graph.spec import TensorSpec
from graphscope.model.model import Model
from graphscope.ops.base import Op

EMPTY = -1
"""In a timeline: from this step on there is no array."""


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
        writes: what it makes, slot by slot.
        unsummed: for backward, where a contribution is kept before its broadcast axes are summed.
        needs: for backward, which operands want a gradient.
        shapes: for backward, the shapes of the operands.
    """

    step: Step
    op: Op | None = None
    gradients: tuple[int | None, ...] = ()
    results: tuple[int | None, ...] = ()
    operands: tuple[int | None, ...] = ()
    drawn: tuple[int, ...] = ()
    writes: tuple[int | None, ...] = ()
    unsummed: tuple[int | None, ...] = ()
    needs: tuple[bool, ...] = ()
    shapes: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Plan:
    """One iteration of a model whose sizes are bound.

    Args:
        steps: in order.
        refs: what each cell holds.
        timelines: for each ref its cells with the index of the step that writes them (−1: there from the start).
        carried: for each value that outlives the iteration its cell at the start and at the end.
        specs: the bound spec of every value.
        total: how many contributions make up each gradient.
    """

    steps: tuple[PlanStep, ...]
    refs: tuple[Ref, ...]
    timelines: Mapping[Ref, tuple[tuple[int, ...], tuple[int, ...]]]
    carried: tuple[tuple[int, int], ...]
    starts: Mapping[str, int]
    specs: Mapping[str, TensorSpec]
    total: Mapping[str, int]

    def cell(self, ref: Ref, done: int) -> int:
        """The cell that holds ``ref`` after ``done`` steps, or EMPTY."""
        entry = self.timelines.get(ref)
        if entry is None:
            return EMPTY
        index = bisect_right(entry[0], done - 1) - 1
        return entry[1][index] if index >= 0 else EMPTY


def plan(model: Model, specs: Mapping[str, TensorSpec]) -> Plan:
    """The plan of one iteration of ``model`` with bound specs."""
    return _Planner(model, specs).build()


@dataclass
class _Planner:
    model: Model
    specs: Mapping[str, TensorSpec]
    refs: list[Ref] = field(default_factory=list[Ref])
    steps: list[PlanStep] = field(default_factory=list[PlanStep])
    writers: dict[Ref, list[tuple[int, int]]] = field(default_factory=dict[Ref, list[tuple[int, int]]])
    carried: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    starts: dict[str, int] = field(default_factory=dict[str, int])
    total: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def graph(self) -> Graph:
        return self.model.graph

    def build(self) -> Plan:
        self._leaves()
        self._prepare()
        for node in self.graph.nodes:
            self._forward(node)
        self._backward()
        self._updates()
        self._carry()
        lines = {ref: (tuple(i for i, _ in w), tuple(c for _, c in w)) for ref, w in self.writers.items()}
        return Plan(
            tuple(self.steps), tuple(self.refs), lines, tuple(self.carried), self.starts, self.specs, self.total
        )

    def _cell(self, ref: Ref, *, start: bool = False) -> int:
        """A new cell for ``ref``, written by the step that is being planned (or there from the start)."""
        self.refs.append(ref)
        cell = len(self.refs) - 1
        self.writers.setdefault(ref, []).append((-1 if start else len(self.steps), cell))
        return cell

    def _now(self, ref: Ref) -> int | None:
        entries = self.writers.get(ref)
        return entries[-1][1] if entries and entries[-1][1] != EMPTY else None

    def _value(self, name: str | None) -> int | None:
        return None if name is None else self._now(Ref("value", name))

    def _add(self, step: PlanStep) -> None:
        self.steps.append(step)

    def _leaves(self) -> None:
        optimizer = self.model.optimizer
        for name in (*self.graph.parameters, *self.graph.constants):
            self.starts[name] = self._cell(Ref("value", name), start=True)
        if optimizer is not None:
            for name in self.graph.parameters:
                for state in optimizer.state:
                    self.starts[f"{name}@{state}"] = self._cell(Ref("value", f"{name}@{state}"), start=True)

    def _prepare(self) -> None:
        writes = tuple(Ref("value", name) for name in self.graph.inputs)
        cells = tuple(self._cell(ref) for ref in writes)
        self._add(PlanStep(Step("data", 0, writes=writes), writes=cells))
        self._add(PlanStep(Step("zero", 0)))

    def _forward(self, node: Node) -> None:
        op: Op = node.op
        drawn: tuple[int, ...] = ()
        if op.drawn:
            refs = tuple(Ref("drawn", node.name, slot) for slot in range(len(op.drawn)))
            drawn = tuple(self._cell(ref) for ref in refs)
            self._add(PlanStep(self._step("random", node, writes=refs), op, writes=drawn))
        operands = tuple(self._value(name) for name in node.inputs)
        refs = tuple(Ref("value", name) for name in node.outputs)
        refs += tuple(Ref("saved", node.name, slot) for slot in range(len(op.saved)))
        reads = tuple(Ref("value", name) for name in node.inputs if name is not None)
        writes = tuple(self._cell(ref) for ref in refs)
        step = self._step("forward", node, reads=reads, writes=refs)
        self._add(PlanStep(step, op, operands=operands, drawn=drawn, writes=writes))

    def _step(self, kind: str, node: Node, **told: object) -> Step:
        return Step(kind, 0, node.name, node.op.name, node.scope, **told)  # type: ignore[arg-type]

    def _backward(self) -> None:
        wants = wanted(self.graph)
        nodes = backward_nodes(self.graph, self.model.loss, wants)
        if not nodes or self.model.loss is None:
            return
        self._clear_gradients(wants)
        ref = Ref("gradient", self.model.loss)
        cell = self._cell(ref)
        self.total[self.model.loss] = 1
        step = Step("seed", 0, value=self.model.loss, writes=(ref,))
        self._add(PlanStep(step, writes=(cell,), operands=(self._value(self.model.loss),)))
        for node in nodes:
            self._node_backward(node, wants)

    def _clear_gradients(self, wants: frozenset[str]) -> None:
        """Gradients of the iteration before stay until the step "zero", which is step 1."""
        for name in self.graph.values:
            if name in wants:
                ref = Ref("gradient", name)
                self._cell(ref, start=True)
                self.writers[ref].append((1, EMPTY))

    def _node_backward(self, node: Node, wants: frozenset[str]) -> None:
        needs = tuple(name in wants for name in node.inputs)
        refs = tuple(Ref("contribution", node.name, slot) for slot, need in enumerate(needs) if need)
        gradients = tuple(self._now(Ref("gradient", name)) for name in node.outputs)
        results = tuple(self._value(name) for name in node.outputs)
        results += tuple(self._now(Ref("saved", node.name, slot)) for slot in range(len(node.op.saved)))
        drawn = tuple(self.writers[Ref("drawn", node.name, slot)][-1][1] for slot in range(len(node.op.drawn)))
        operands = tuple(self._value(name) for name in node.inputs)
        unsummed, shapes = self._sums(node, needs)
        cells = tuple(
            self._cell(Ref("contribution", node.name, slot)) if need else None for slot, need in enumerate(needs)
        )
        pending = self._first_contributions(node, cells)
        reads = tuple(Ref("gradient", name) for name in node.outputs)
        step = self._step("backward", node, reads=reads, writes=refs)
        self._add(
            PlanStep(step, node.op, gradients, results, operands, drawn, cells, unsummed, needs, shapes)
        )
        for slot, name, cell in pending:
            self._accumulate(node, slot, name, cell)

    def _sums(self, node: Node, needs: tuple[bool, ...]) -> tuple[tuple[int | None, ...], tuple[tuple[int, ...], ...]]:
        """A cell for the contribution before its broadcast axes are summed, where that may be needed."""
        out = self.specs[node.outputs[0]].shape
        shapes = tuple(self.specs[name].shape if name else () for name in node.inputs)
        cells = tuple(
            self._cell(Ref("unsummed", node.name, slot)) if need and shape != out else None
            for slot, (need, shape) in enumerate(zip(needs, shapes, strict=True))
        )
        return cells, shapes  # type: ignore[return-value]

    def _first_contributions(self, node: Node, cells: tuple[int | None, ...]) -> list[tuple[int, str, int]]:
        """The first contribution is the gradient; those that are left must be added, one step each."""
        pending: list[tuple[int, str, int]] = []
        for slot, (name, cell) in enumerate(zip(node.inputs, cells, strict=True)):
            if name is None or cell is None:
                continue
            self.total[name] = self.total.get(name, 0) + 1
            if self.total[name] == 1:
                self.writers[Ref("gradient", name)].append((len(self.steps), cell))
            else:
                pending.append((slot, name, cell))
        return pending

    def _accumulate(self, node: Node, slot: int, name: str, contribution: int) -> None:
        ref = Ref("gradient", name)
        before = self._now(ref)
        step = self._step(
            "accumulate", node, slot=slot, value=name, reads=(ref, Ref("contribution", node.name, slot)), writes=(ref,)
        )
        self._add(PlanStep(step, operands=(before, contribution), writes=(self._cell(ref),)))

    def _updates(self) -> None:
        optimizer = self.model.optimizer
        if optimizer is None:
            return
        for name in self.graph.parameters:
            gradient = self._now(Ref("gradient", name))
            if gradient is None or not self.total.get(name):
                continue
            states = tuple(f"{name}@{state}" for state in optimizer.state)
            names = (name, *states)
            operands = (self._value(name), gradient, *(self._value(state) for state in states))
            refs = tuple(Ref("value", each) for each in names)
            reads = (refs[0], Ref("gradient", name), *refs[1:])
            scope = self.graph.value(name).scope
            step = Step("update", 0, name, optimizer.name, scope, value=name, reads=reads, writes=refs)
            self._add(PlanStep(step, optimizer, operands=operands, writes=tuple(self._cell(ref) for ref in refs)))

    def _carry(self) -> None:
        for ref, entries in self.writers.items():
            if entries[0][0] == -1 and (ref.role == "gradient" or ref.role == "value"):
                self.carried.append((entries[0][1], entries[-1][1]))
