"""Explains a step in four depths: a sentence, the formula with shapes, one element's numbers, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal, Protocol

import numpy as np

from graphscope.engine.record import ArrayRef, Trace, record
from graphscope.engine.sizes import shown
from graphscope.engine.step import Ref, Step
from graphscope.graph.graph import Graph, Node
from graphscope.ops.arithmetic import Add
from graphscope.view.element import Condition, Equation, element
from graphscope.view.formula import Formula, formula_of
from graphscope.view.notation import Span
from graphscope.view.numbers import number
from graphscope.view.telling import moved_name, step_title
from graphscope.view.text import Text

Depth = Literal["say", "formula", "numbers", "why"]
Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of an explanation: plain words in ``text``, or mathematics in ``spans``."""

    depth: Depth
    text: str = ""
    spans: tuple[Span, ...] = ()

    @property
    def plain(self) -> str:
        """The paragraph as plain text."""
        return self.text or "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Choice:
    """An array whose elements can be explained: the value or gradient that the step made."""

    ref: Ref
    shape: tuple[int, ...]
    index: Index


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is told of one step.

    Args:
        title: the step in a few words.
        paragraphs: in reading order.
        choices: what the step made, with the element of each that is explained.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    choices: tuple[Choice, ...] = ()

    def at(self, depth: Depth) -> tuple[Paragraph, ...]:
        """The paragraphs of one depth."""
        return tuple(paragraph for paragraph in self.paragraphs if paragraph.depth == depth)


class Run(Protocol):
    """What an explanation needs to ask of a session."""

    @property
    def graph(self) -> Graph:
        """The graph that is run."""
        ...

    @property
    def iteration_steps(self) -> Sequence[Step]:
        """The steps of the current iteration."""
        ...

    def array(self, ref: Ref) -> np.ndarray | None:
        """What a ref holds now."""
        ...

    def inside(self, step: Step | None = None) -> Trace:
        """The primitive calls of the step that just ran."""
        ...

    def total_contributions(self, name: str) -> int:
        """How many contributions make up a gradient."""
        ...


def explain(
    run: Run, step: Step, *, text: Text, ref: Ref | None = None, index: Index | None = None
) -> Explanation:
    """Explain the step that just ran.

    Args:
        run: the session, standing right after ``step``.
        ref: the array of which an element is to be explained; by default the first that the step made.
        index: the element; the one of the largest magnitude if it is left out or out of range.
    """
    teller = _Teller(run, step, text, ref, index)
    title = step_title(step, run.graph, text)
    paragraphs, choices = teller.tell()
    return Explanation(title, tuple(paragraphs), choices)


@dataclass(frozen=True)
class _Teller:
    run: Run
    step: Step
    text: Text
    ref: Ref | None
    index: Index | None

    def tell(self) -> tuple[list[Paragraph], tuple[Choice, ...]]:
        match self.step.kind:
            case "forward" | "backward" | "update" | "clip":
                return self._of_op()
            case "accumulate":
                return self._accumulation()
            case _:
                return self._of_kind(), ()

    def _words(self, depth: Depth, template: str, /, **fields: object) -> Paragraph:
        return Paragraph(depth, self.text(template, **fields))

    # ---- steps that call no op --------------------------------------------------------------------------

    def _of_kind(self) -> list[Paragraph]:
        say, why = _SENTENCES[self.step.kind]
        fields = {
            "names": ", ".join(self.run.graph.inputs) or "–",
            "loss": self.step.value or "",
            "node": self.step.node or "",
            **self._transfer(),
        }
        told = [self._words("say", say, **fields)]
        if self.step.kind == "data" and not self.run.graph.inputs:
            told = [self._words("say", _NO_DATA)]
        if self.step.kind == "seed":
            told.append(self._words("formula", "∂L/∂{loss} = 1", **fields))
        return [*told, self._words("why", why, **fields)]

    def _transfer(self) -> dict[str, str]:
        copied = self.step.transfer
        if copied is None:
            return {}
        name = moved_name(self.step, self.run.graph)
        return {
            "name": name,
            "source": copied.source,
            "target": copied.target,
            "size": shown(copied.size),
        }

    # ---- steps that call an op --------------------------------------------------------------------------

    def _of_op(self) -> tuple[list[Paragraph], tuple[Choice, ...]]:
        trace = self.run.inside()
        names, fields = names_of(self.run.graph, self.step)
        op = trace.op
        backward = self.step.kind == "backward"
        paragraphs = [
            self._words("say", said, **fields) for said in (_backward(trace) if backward else (op.says,))
        ]
        paragraphs += self._consumers() if backward else []
        paragraphs += self._carried() if self.step.kind == "forward" else []
        paragraphs += self._clipped(trace) if self.step.kind == "clip" else []
        parts = self._uses() if backward else None
        told = formula_of(trace, names, parts=parts)
        choices = self._choices(trace)
        shown = list(choices.items())
        if self.step.kind == "clip":  # all gradients are clipped alike: one stands for them
            told, shown = replace(told, lines=told.lines[:1], shapes=told.shapes[:1]), shown[:1]
        paragraphs += _formula(told)
        for slot, choice in shown:
            equation = element(trace, slot, choice.index, names, parts=parts)
            paragraphs += self._numbers(equation)
        paragraphs.append(self._words("why", op.why, **fields))
        return paragraphs, tuple(choices.values())

    def _carried(self) -> list[Paragraph]:
        """The buffers that take what the step made."""
        said = "The buffer {name} holds {value} from now on, also in the iterations to come."
        made = self._node().outputs
        carries = (each for each in self.run.graph.carries if each.value in made)
        return [self._words("say", said, name=each.buffer, value=each.value) for each in carries]

    def _clipped(self, trace: Trace) -> list[Paragraph]:
        """How long the gradients were, and by what they were multiplied."""
        saved = dict(zip(reversed(trace.op.saved), reversed(trace.results), strict=False))
        norm, factor = (self._single(trace, saved.get(name)) for name in ("norm", "factor"))
        limit = number(trace.op.attributes["limit"])
        if norm is None or factor is None:
            return []
        if factor == 1:
            said = "The norm is {norm}, not more than {limit}: nothing is changed."
            return [self._words("say", said, norm=number(norm), limit=limit)]
        said = "The norm is {norm}, more than {limit}, so that the factor is {factor}."
        return [self._words("say", said, norm=number(norm), limit=limit, factor=number(factor))]

    def _single(self, trace: Trace, ref: ArrayRef | None) -> float | None:
        return None if ref is None else float(trace.array(ref))

    def _node(self) -> Node:
        return self.run.graph.node(self.step.node or "")

    def _uses(self) -> dict[str, tuple[int, int]]:
        """For operands whose gradient has several contributions: which of how many this step's is."""
        node = self._node()
        found: dict[str, tuple[int, int]] = {}
        for slot, name in enumerate(node.inputs):
            total = self.run.total_contributions(name) if name else 0
            if name and total > 1 and (node.name, slot) in self._contributions(name):
                found[node.op.operand(slot)] = (self._order(name, node.name, slot), total)
        return found

    def _order(self, name: str, node: str, slot: int) -> int:
        """Which of the contributions to a gradient this is, counted from 1 in the order of backward."""
        return self._contributions(name).index((node, slot)) + 1

    def _contributions(self, name: str) -> list[tuple[str, int]]:
        inputs = {node.name: node.inputs for node in self.run.graph.nodes}
        return [
            (ref.name, ref.slot)
            for step in self.run.iteration_steps
            if step.kind == "backward"
            for ref in step.writes
            if ref.role == "contribution" and inputs[ref.name][ref.slot] == name
        ]

    def _consumers(self) -> list[Paragraph]:
        """Whether more gradient is to be added to what this step hands back."""
        told: list[Paragraph] = []
        for name in dict.fromkeys(self._node().inputs):
            total = self.run.total_contributions(name) if name else 0
            if total > 1:
                told.append(
                    self._words(
                        "say", "{name} is used {n} times, so its {n} gradients add up.", name=name, n=total
                    )
                )
        return told + self._spread()

    def _spread(self) -> list[Paragraph]:
        """For operands that broadcasting had spread: their gradients are sums."""
        node = self._node()
        spread = [
            name
            for slot, name in enumerate(node.inputs)
            if name and self.run.array(Ref("unsummed", node.name, slot)) is not None
        ]
        said = "{name} stood for several places at once (⤧), so the gradients of all of them are summed (Σ)."
        return [self._words("say", said, name=name) for name in dict.fromkeys(spread)]

    def _choices(self, trace: Trace) -> dict[int, Choice]:
        """What the step made, by the slot of the kernel's result; the one that was asked for first."""
        outputs = len(trace.results) - (0 if trace.method == "vjp" else len(trace.op.saved))
        made: dict[int, Choice] = {}
        for slot, result in enumerate(trace.results[:outputs]):
            if result is None or trace.array(result).dtype.kind not in "fiu" or not trace.array(result).size:
                continue
            ref = self._ref(slot)
            array = trace.array(result)
            made[slot] = Choice(ref, array.shape, self._element(ref, array))
        asked = [slot for slot, choice in made.items() if choice.ref == self.ref]
        return {slot: made[slot] for slot in (*asked, *(s for s in made if s not in asked))}

    def _ref(self, slot: int) -> Ref:
        """What the user knows a result of the kernel as."""
        if self.step.kind == "backward":
            return Ref("gradient", self._node().inputs[slot] or "")
        return self.step.writes[slot]

    def _element(self, ref: Ref, array: np.ndarray) -> Index:
        asked = self.index if ref == self.ref else None
        fits = asked is not None and len(asked) == array.ndim
        if (
            asked is not None
            and fits
            and all(0 <= i < size for i, size in zip(asked, array.shape, strict=True))
        ):
            return asked
        sizes = np.nan_to_num(np.abs(array.astype(np.float64)), nan=np.inf, posinf=np.inf)
        return tuple(map(int, np.unravel_index(int(sizes.argmax()), array.shape)))

    def _numbers(self, equation: Equation) -> list[Paragraph]:
        """An element's equation line by line: names, numbers, result; remarks, and what it refers to."""
        gap, relation = Span("  ", "operator"), Span(f" {equation.relation} ", "operator")
        result = Span(equation.result, "result", equation.left.spot)
        symbolic = (equation.left, Span(" = ", "operator"), *equation.symbolic)
        if not equation.numbers and "".join(span.text for span in equation.symbolic) == equation.result:
            lines = [(equation.left, relation, result)]
        elif not equation.numbers:
            lines = [(*symbolic, relation, result)]
        else:
            lines = [symbolic, (gap, Span("= ", "operator"), *equation.numbers), (gap, relation, result)]
        told = [Paragraph("numbers", spans=spans) for spans in lines]
        remarks = [item.sentence for item in (equation.rest, equation.check) if item is not None]
        remarks += [equation.note] if equation.note else []
        told += [Paragraph("numbers", self.text.tell(remark)) for remark in remarks]
        told += [Paragraph("numbers", spans=self._condition(each)) for each in equation.conditions]
        return told + [paragraph for inner in equation.where for paragraph in self._numbers(inner)]

    def _condition(self, condition: Condition) -> tuple[Span, ...]:
        """The sentence with its mathematics as spans, which can be clicked."""
        inner = {"\0": condition.symbolic, "\1": condition.numbers}
        pieces = re.split("([\0\1])", self.text.tell(condition.told("\0", "\1")))
        return tuple(span for each in pieces for span in inner.get(each, (Span(each, "operator"),)))

    # ---- adding up --------------------------------------------------------------------------------------

    def _accumulation(self) -> tuple[list[Paragraph], tuple[Choice, ...]]:
        name, node = self.step.value or "", self.step.node or ""
        trace = self._sum_trace(name, node)
        total = self.run.total_contributions(name)
        place = self._order(name, node, self.step.slot or 0)
        told = [
            self._words(
                "say",
                "{name} is used {n} times; the contribution from {node} is added ({k} of {n}).",
                name=name,
                n=total,
                k=place,
                node=node,
            )
        ]
        if trace is None:
            return told, ()
        names = {
            "x": self.text("earlier {name}", name=f"∂L/∂{name}"),
            "y": self.text("share of {node}", node=node),
            "out": f"∂L/∂{name}",
        }
        told += _formula(formula_of(trace, names))
        choices = self._choices(trace)
        for slot, choice in choices.items():
            told += self._numbers(element(trace, slot, choice.index, names))
        return [*told, self._words("why", _SENTENCES["accumulate"][1], name=name)], tuple(choices.values())

    def _sum_trace(self, name: str, node: str) -> Trace | None:
        after = self.run.array(Ref("gradient", name))
        added = self.run.array(Ref("contribution", node, self.step.slot or 0))
        before = self._before(name)
        if after is None or added is None or before is None:
            return None
        return record(Add(), "forward", [before, added], xp=np)

    def _before(self, name: str) -> np.ndarray | None:
        """The gradient as it was before this step: the earlier contributions, added in the same order."""
        place = self._order(name, self.step.node or "", self.step.slot or 0)
        earlier = self._contributions(name)[: place - 1]
        parts = [self.run.array(Ref("contribution", node, slot)) for node, slot in earlier]
        return reduce(np.add, [part for part in parts if part is not None]) if parts else None


def _backward(trace: Trace) -> tuple[str, ...]:
    """What backward does for the operands that really get a gradient."""
    got = (trace.result_name(slot) for slot, ref in enumerate(trace.results) if ref is not None)
    return trace.op.backward_told(frozenset(got))


def names_of(graph: Graph, step: Step) -> tuple[dict[str, str], dict[str, str]]:
    """The graph's names by the names of the step's op, and the same as fields of the op's sentences."""
    if step.kind == "update":
        name = step.value or ""
        states = {ref.name.partition("@")[2]: ref.name for ref in step.writes[1:]}
        return {"p": name, "out": name, **states}, {"p": name, "g": f"∂L/∂{name}", "out": name, **states}
    if step.kind == "clip":
        return _names_of_clip(step)
    node = graph.node(step.node or "")
    operands = {node.op.operand(slot): name for slot, name in enumerate(node.inputs) if name is not None}
    results = {node.op.output(slot): name for slot, name in enumerate(node.outputs)}
    names = {**operands, **results}
    fields = {"out": node.outputs[0], **{name: names.get(name, "–") for name in _operands(node)}, **names}
    for operand in node.op.signature.operands:
        if operand.variadic:
            fields[operand.name] = ", ".join(each for each in node.inputs if each)
    variadic = node.op.outputs[-1]
    if variadic.startswith("*"):
        fields[variadic[1:]] = ", ".join(node.outputs[len(node.op.outputs) - 1 :])
    return names, fields


def _names_of_clip(step: Step) -> tuple[dict[str, str], dict[str, str]]:
    names = [ref.name for ref in step.reads]
    fields = {"g": f"∂L/∂{names[0]}", "out": names[0]}
    if step.value is not None:
        return {"g": names[0], "out": names[0]}, fields
    several = {f"{sign}[{slot}]": name for sign in ("gs", "outs") for slot, name in enumerate(names)}
    return several, {**fields, "gs": ", ".join(f"∂L/∂{name}" for name in names)}


def _operands(node: Node) -> Iterable[str]:
    return (operand.name for operand in node.op.signature.operands)


def _formula(formula: Formula) -> list[Paragraph]:
    """Each line with its shapes below it (scalars need none), then what its names stand for."""
    shapes = {line.slot: line for line in formula.shapes if "[" in line.text.replace("[scalar]", "")}
    lines = [each for line in formula.lines for each in (line, shapes.get(line.slot)) if each is not None]
    return [Paragraph("formula", spans=line.spans) for line in (*lines, *formula.where)]


_NO_DATA = "This model has no inputs: its numbers are its parameters. Everything computed before is cleared."

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "data": (
        "Put the next data into {names}; values that were computed before are cleared, gradients by the next step.",
        "An iteration starts from its data. Only the parameters and the optimizer's memory live on.",
    ),
    "zero": (
        "Clear all gradients.",
        "Gradients add up. What is left from the iteration before would be added to the new ones.",
    ),
    "random": (
        "Draw the random numbers for {node}.",
        "They depend on the seed, the iteration and the node alone, so going back and forth finds the same.",
    ),
    "seed": (
        "Backward starts at the loss: ∂L/∂{loss} = 1.",
        "If the loss grows by a little, it grows by just that: the slope of anything by itself is 1.",
    ),
    "accumulate": (
        "",
        "Each use of {name} moves the loss on its own path, so the slopes along all the paths add up.",
    ),
    "transfer": (
        "Copy {name} from {source} to {target}: {size}. The numbers stay the same.",
        (
            "A device computes with what lies in its own memory. From here on {target} computes, so all that the "
            "steps to come still need goes over first. What they do not need stays where it is, and can be read."
        ),
    ),
}
