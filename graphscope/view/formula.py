"""Prints what a kernel computes as readable mathematics, read off the calls that it really made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, cast

from graphscope.engine.record import ArrayRef, Call, Method, Trace
from graphscope.graph.spec import TensorSpec, format_shape
from graphscope.ops.base import Op
from graphscope.view import notation
from graphscope.view.element.moving import bounds_of
from graphscope.view.examples import example_trace
from graphscope.view.naming import Naming
from graphscope.view.notation import Level, Line, Span, Written, literal, operator

REDUCTIONS: Mapping[str, str] = {"sum": "Σ", "prod": "Π", "cumulative_sum": "Σ≤", "cumulative_prod": "Π≤"}
SILENT = frozenset({"expand_dims", "squeeze", "broadcast_to", "broadcast_arrays"})
"""Calls that only make shapes fit; the shapes are told below the formula."""
CREATIONS = frozenset(
    {"zeros", "ones", "full", "zeros_like", "ones_like", "full_like", "arange", "linspace", "eye"}
)
FOOTED: Mapping[str, str] = {
    "argmax": "argmax",
    "argmin": "argmin",
    "all": "all",
    "any": "any",
    "max": "max",
    "min": "min",
    "concat": "concat",
    "stack": "stack",
    "unstack": "part",
    "flip": "flip",
    "repeat": "repeat",
    "roll": "roll",
    "take": "take",
    "take_along_axis": "take",
    "scatter_add": "scatter",
    "std": "std",
    "var": "var",
    "sort": "sort",
    "argsort": "argsort",
}
"""Functions along an axis, which is written at their foot."""
NOTED = 6
"""Of numbers that a kernel wrote down so many are printed."""
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*[\u0300-\u036f]?(?:\[\d+\])?|[^A-Za-z_]+)([²³ᵀ]?)")
"""A name, with a letter's hat; then what is raised after it."""
GREEK: Mapping[str, str] = {"epsilon": "ε", "beta1": "β₁", "beta2": "β₂", "alpha": "α", "gamma": "γ"}


@dataclass(frozen=True, slots=True)
class Formula:
    """What a kernel computes.

    Args:
        lines: ``∂L/∂h = ∂L/∂m2 · W2ᵀ``, one per output (forward) or per gradient (backward).
        where: what the author's names in them stand for, and the numbers fixed when the graph was built.
        shapes: ``[4×4] = [4×1] · [1×4]``, for each line that was derived.
    """

    lines: tuple[Line, ...]
    where: tuple[Line, ...] = ()
    shapes: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """All lines as plain text."""
        return "\n".join(line.text for line in (*self.lines, *self.where, *self.shapes))


def formula(
    op: Op,
    specs: Sequence[TensorSpec | None],
    names: Mapping[str, str] | None = None,
    *,
    method: Method = "forward",
    needs: Sequence[bool] | None = None,
    parts: Mapping[str, tuple[int, int]] | None = None,
) -> Formula:
    """What an op computes for operands of these specs; symbolic sizes stay symbolic.

    Args:
        names: the graph's names by the op's: ``{"x": "h", "w": "W2", "out": "m2"}``.
        needs: for a vjp, whose gradients are wanted.
        parts: for an operand whose gradient has several parts, which of how many this one is.
    """
    trace, sizes = example_trace(op, specs, method, needs)
    return formula_of(trace, names, parts=parts, sizes=sizes)


def formula_of(
    trace: Trace,
    names: Mapping[str, str] | None = None,
    *,
    parts: Mapping[str, tuple[int, int]] | None = None,
    sizes: Mapping[int, str] | None = None,
) -> Formula:
    """What a recorded kernel computed.

    Args:
        sizes: names to print for some sizes.
    """
    return _Printer(trace, Naming(trace, names, parts=parts), sizes or {}).formula()


def inner_lines(trace: Trace, names: Mapping[str, str] | None = None) -> tuple[Line, ...]:
    """Each primitive call as a line of its own, in order; arrays without a name are t₁, t₂, ..."""
    naming = Naming(trace, names)
    printer = _Printer(trace, naming, {})
    for number, call in enumerate(trace.calls, 1):
        if call.result not in naming.labels:
            naming.add_local(call.result, f"t{notation.foot(number)}")
    return tuple(
        Line(_equation(printer.atom(call.result), printer.call(call)), call.result.place)
        for call in trace.calls
    )


def _equation(left: Written, right: Written) -> tuple[Span, ...]:
    return (*left.spans, operator(" = "), *notation.truth(right).spans)


@dataclass
class _Printer:
    """Writes arrays as the calls that made them, down to those that have a name."""

    trace: Trace
    naming: Naming
    sizes: Mapping[int, str]
    wanted: list[ArrayRef] = field(default_factory=list[ArrayRef])

    def formula(self) -> Formula:
        lines: list[Line] = []
        shapes: list[Line] = []
        fixed: list[Line] = []
        outputs = len(self.trace.results) - (0 if self.trace.method == "vjp" else len(self.trace.op.saved))
        for slot, ref in enumerate(self.trace.results[:outputs]):
            if ref is None:
                continue
            left = self.naming.results[slot].written(ref)
            by_hand = self._by_hand(slot)
            if by_hand is not None:
                lines.append(Line(_equation(left, by_hand), slot))
                fixed.extend(line for line in self._fixed(by_hand) if line not in fixed)
            else:
                lines.append(Line(_equation(left, self.line(ref)), slot))
                right = self.shape_made(ref)
                if len(right.spans) > 1:
                    shapes.append(Line(_equation(self.shape(ref), right), slot))
        return Formula(tuple(lines), (*self._where(), *fixed), tuple(shapes))

    def _where(self) -> Iterable[Line]:
        done: set[ArrayRef] = set()
        found: list[Line] = []
        while self.wanted:
            ref = self.wanted.pop(0)
            if ref not in done:
                done.add(ref)
                found.append(Line(_equation(self.naming.labels[ref].written(ref), self.line(ref))))
        return found

    def line(self, ref: ArrayRef) -> Written:
        """The right-hand side of a line: here a change of shape or kind alone is worth telling."""
        call = self.trace.makers.get(ref)
        if call is None or call.function not in {*SILENT, "astype"}:
            return self.made(ref)
        inner = self.call(call)
        if len(inner.spans) > 1:
            return inner
        if call.function == "astype":
            return notation.call("cast", [inner, Written((Span(call.options["dtype"], "symbol"),))])
        name = "broadcast" if call.function.startswith("broadcast") else "reshape"
        return notation.call(name, [inner, Written((Span(self._size(ref), "shape"),))])

    def made(self, ref: ArrayRef) -> Written:
        """The right-hand side for an array: how it was made, or the name of what it is."""
        call = self.trace.makers.get(ref)
        return self.atom(ref) if call is None else self.call(call)

    def atom(self, ref: ArrayRef) -> Written:
        """An array as an operand: its name, or else how it was made."""
        label = self.naming.labels.get(ref)
        if label is None:
            return self.made(ref)
        if ref in self.trace.makers and (label.quantity == "local" or ref in self._saved()):
            self.wanted.append(ref)
        return label.written(ref)

    def _saved(self) -> tuple[ArrayRef | None, ...]:
        """What forward kept for the vjp: like the author's names, it is told below the formula."""
        saved = len(self.trace.op.saved) if self.trace.method == "forward" else 0
        return self.trace.results[len(self.trace.results) - saved :]

    def part(self, operand: Any) -> Written:
        """An operand: an array, or a number."""
        return self.atom(operand) if isinstance(operand, ArrayRef) else literal(operand)

    def call(self, call: Call) -> Written:
        """A call, with its operands written into it."""
        name, options = call.function, call.options
        if name in SILENT or (name == "reshape" and call.by == "engine"):
            return self.part(call.operands[call.part if name == "broadcast_arrays" else 0])
        if name == "getitem":
            return self._item(call)
        if name in CREATIONS:
            return self._creation(call)
        if name == "asarray" and not isinstance(call.operands[0], ArrayRef):
            return self._noted(call.result)
        parts = [self.part(operand) for operand in _flat(call.operands)]
        if name in REDUCTIONS or name == "mean":
            return self._reduced(call, parts[0])
        if name in {"matrix_transpose", "permute_dims"}:
            return self._transposed(call, parts[0])
        if name in FOOTED:
            return notation.call(FOOTED[name] + notation.axes(options.get("axis")), parts)
        if name == "reshape":
            shape = Written((Span(self._size(call.result), "shape"),))
            return notation.call(name, [*parts, shape])
        if name == "clip":
            parts += [self.part(options[key]) for key in ("min", "max") if options.get(key) is not None]
        if name == "einsum":
            parts = [Written((Span(f"“{options['equation']}”", "symbol"),)), *parts]
        return notation.function(name, parts, times=self._times(call))

    def _times(self, call: Call) -> str:
        ranks = [self.trace.array(each).ndim if isinstance(each, ArrayRef) else 0 for each in call.operands]
        return "·" if len(ranks) != 2 or 0 in ranks else "⊙"

    def _reduced(self, call: Call, part: Written) -> Written:
        """Σ₀ x; a mean is the sum with its 1/n, because n matters to every gradient."""
        sign = REDUCTIONS.get(call.function, "Σ") + notation.axes(call.options.get("axis"))
        inner = notation.bracket(part, Level.FRACTION)
        space = operator("") if len(inner) > len(part.spans) else operator(" ")
        total = Written((operator(sign), *((space,) if space.text else ()), *inner), Level.FRACTION)
        if call.function != "mean":
            return total
        (operand,) = call.operands
        count = self.trace.array(operand).size // max(self.trace.array(call.result).size, 1)
        return notation.infix("divide", total, literal(count))

    def _transposed(self, call: Call, part: Written) -> Written:
        rank = self.trace.array(call.result).ndim
        swapped = (*range(rank - 2), rank - 1, rank - 2)
        order = tuple(axis % rank for axis in call.options.get("axes", swapped))
        if order == swapped:
            return notation.postfix(part, "ᵀ")
        return notation.call("transpose" + notation.axes(order), [part])

    def _item(self, call: Call) -> Written:
        spans = [*notation.bracket(self.part(call.operands[0]), Level.ATOM), operator("[")]
        for position, key in enumerate(call.operands[1:]):
            spans.append(operator(", " if position else ""))
            spans.extend(self._key(key))
        return Written((*(span for span in spans if span.text), operator("]")))

    def _key(self, key: Any) -> tuple[Span, ...]:
        if isinstance(key, slice):
            start, stop, step = bounds_of(key)
            bounds = ["" if bound is None else str(bound) for bound in (start, stop)]
            return (operator(":".join(bounds) + ("" if step in {None, 1} else f":{step}")),)
        if key is Ellipsis or key is None:
            return (operator("…" if key is Ellipsis else "new"),)
        return self.part(key).spans

    def _creation(self, call: Call) -> Written:
        """An array that is made of nothing: a number where all its elements are that number."""
        array = self.trace.array(call.result)
        if call.function in {"arange", "linspace", "eye"}:
            bounds = f"0…{array.size - 1}" if call.function == "arange" else call.function
            return Written((Span("I" if call.function == "eye" else bounds, "number"),))
        return literal(array.flat[0].item() if array.size else 0)

    def _noted(self, ref: ArrayRef) -> Written:
        """Numbers that the kernel wrote down: ``[2, 1, 0, …]``."""
        array = self.trace.array(ref)
        if not array.ndim:
            return literal(array.item())
        told = [literal(each.item()).text for each in array.flat[:NOTED]]
        text = ", ".join([*told, *(["…"] if array.size > NOTED else [])])
        return Written((Span(f"[{text}]", "number"),))

    def shape(self, ref: ArrayRef) -> Written:
        """``[4×1]``."""
        label = self.naming.labels.get(ref)
        spot = label.written(ref).spans[0].spot if label else None
        return Written((Span(f"[{self._size(ref)}]", "shape", spot),))

    def _size(self, ref: ArrayRef) -> str:
        return format_shape(tuple(self.sizes.get(size, size) for size in self.trace.array(ref).shape))

    def shape_made(self, ref: ArrayRef) -> Written:
        """The right-hand side with a shape in place of each factor and summand."""
        call = self.trace.makers.get(ref)
        if call is None:
            return self.shape(ref)
        if call.function in {"add", "subtract", "multiply", "divide", "matmul"}:
            parts = [self._shape_part(operand) for operand in call.operands]
            return notation.function(call.function, parts, times=self._times(call))
        if call.function == "sum":
            return self._reduced(call, self._shape_part(call.operands[0]))
        if call.function in SILENT:
            return self.shape_made(call.operands[0])
        return self.shape(ref)

    def _shape_part(self, operand: Any) -> Written:
        if not isinstance(operand, ArrayRef):
            return literal(operand)
        return self.shape(operand) if operand in self.naming.labels else self.shape_made(operand)

    def _by_hand(self, slot: int) -> Written | None:
        """The formula that the op's author wrote, with the graph's names; before it the engine's sum."""
        name = self.trace.result_name(slot)
        given = frozenset(
            each.name for each in self.trace.inputs if (each.ref, each.constant) != (None, None)
        )
        text = self.trace.op.formula(name, given)
        if text is None or "…" in text:  # "…" cannot name all operands of an op that takes any number
            return None
        part = Written(tuple(self._tokens(text)), Level.SUM)
        ref = self.trace.results[slot]
        sums = [call for call in self._engine_calls(ref) if call.function == "sum"]
        return reduce(lambda inner, call: self._reduced(call, inner), sums, part)

    def _engine_calls(self, ref: ArrayRef | None) -> list[Call]:
        call = self.trace.makers.get(ref) if ref is not None else None
        if call is None or call.by != "engine":
            return []
        return [*self._engine_calls(call.operands[0]), call]

    def _tokens(self, text: str) -> Iterable[Span]:
        """The op's names in a text, replaced by the graph's; ``m̂`` and ``m′`` are names of their own."""
        for token, raised in _NAME.findall(text):
            label = self.naming.by_name.get(token)
            if label is None:
                yield Span(token, "symbol" if token[0].isalpha() else "operator")
            elif label.quantity == "gradient":
                yield Span(f"({label.text})" if raised else label.text, "gradient")
            else:
                yield Span(label.text, "value")
            if raised:
                yield operator(raised)

    def _fixed(self, written: Written) -> Iterable[Line]:
        """The numbers fixed in the op that a formula names: ``lr = 0.5``."""
        words = set(re.findall(r"[^\W\d]\w*", written.text))
        for name, value in self.trace.op.attributes.items():
            shown = GREEK.get(name, name)
            if {name, shown} & words and isinstance(value, int | float):
                yield Line(_equation(Written((Span(shown, "symbol"),)), literal(value)))


def _flat(operands: Iterable[Any]) -> Iterable[Any]:
    for operand in operands:
        if isinstance(operand, tuple) and not isinstance(operand, ArrayRef):
            yield from _flat(cast("tuple[Any, ...]", operand))
        else:
            yield operand
