"""What the arrays of a recorded kernel are called: the graph's names outside it, its author's inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphscope.engine.record import ArrayRef, Input, Trace
from graphscope.ops.clipping import Clipping
from graphscope.ops.update import Update
from graphscope.view.notation import Level, Quantity, Span, Spot, Written


@dataclass(frozen=True, slots=True)
class Label:
    """The name of one array as it is printed, and what it stands for."""

    text: str
    quantity: Quantity
    name: str

    def written(self, ref: ArrayRef, index: tuple[int, ...] | None = None) -> Written:
        """The name, or that of one of its elements: ``W2[2,0]``."""
        foot = "" if not index else f"[{','.join(map(str, index))}]"
        kind = "value" if self.quantity == "drawn" else self.quantity
        spot = Spot(self.quantity, self.name, ref.place, index)
        level = Level.FRACTION if self.quantity == "gradient" else Level.ATOM
        return Written((Span(self.text + foot, kind, spot),), level)


class Naming:
    """Finds the label of every array that has a name.

    Args:
        names: the graph's names by the op's: ``{"x": "h", "w": "W2", "out": "m2"}``. Without it the op's own
            names are printed, and gradients as ``∇x`` instead of ``∂L/∂x``.
        loss: the letter of the loss.
        parts: for an operand whose gradient is a sum over several uses, which of how many this one is.
    """

    def __init__(
        self,
        trace: Trace,
        names: Mapping[str, str] | None = None,
        *,
        loss: str = "L",
        parts: Mapping[str, tuple[int, int]] | None = None,
    ) -> None:
        self._trace, self._names, self._loss = trace, names, loss
        self._parts = dict(parts or {}) or self._repeated()
        self.labels: dict[ArrayRef, Label] = {}
        self.by_name: dict[str, Label] = {}
        for item in trace.inputs:
            self._add_input(item)
        self.results = tuple(self._result(slot) for slot in range(len(trace.results)))
        self._add_results()
        self._add_locals()

    def _name(self, name: str) -> str:
        return (self._names or {}).get(name, name)

    def _gradient(self, name: str) -> Label:
        shown = self._name(name)
        text = f"∇{shown}" if self._names is None else f"∂{self._loss}/∂{shown}"
        return Label(text, "gradient", shown)

    def _repeated(self) -> dict[str, tuple[int, int]]:
        """``x * x`` reads one value twice: its gradient has two parts."""
        operands = [item.name for item in self._trace.inputs if item.role == "operand" and item.ref]
        shown = [self._name(name) for name in operands]
        return {
            name: (shown[: place + 1].count(shown[place]), shown.count(shown[place]))
            for place, name in enumerate(operands)
            if shown.count(shown[place]) > 1
        }

    def _add_input(self, item: Input) -> None:
        label = self._input(item)
        key = "g" if item.role == "gradient" and item.slot == 0 else item.name
        self.by_name.setdefault(key, label)
        if item.ref is not None:
            self.labels[item.ref] = label

    def _input(self, item: Input) -> Label:
        if item.role == "gradient":
            return self._gradient(item.name)
        if isinstance(self._trace.op, Clipping) and self._names is not None:
            return self._gradient(item.name)
        if item.name == "g" and isinstance(self._trace.op, Update) and self._names is not None:
            return self._gradient("p")
        return Label(
            self._name(item.name), "drawn" if item.role == "drawn" else "value", self._name(item.name)
        )

    def _result(self, slot: int) -> Label:
        name = self._trace.result_name(slot)
        if self._trace.method == "forward":
            shown = self._name(name)
            taken = {label.text for label in self.labels.values()}
            if isinstance(self._trace.op, Clipping) and name in (self._names or {}):
                clipped = self._gradient(name)
                return Label(f"{clipped.text}′", "gradient", clipped.name)
            return Label(shown + "′" if shown in taken else shown, "value", shown)
        label = self._gradient(name)
        part = self._parts.get(name)
        return Label(f"{label.text} ({part[0]}/{part[1]})", "gradient", label.name) if part else label

    def _add_results(self) -> None:
        for ref, label in zip(self._trace.results, self.results, strict=True):
            if ref is not None:
                self.labels.setdefault(ref, label)

    def _add_locals(self) -> None:
        for name, ref in self._trace.names.items():
            if ref not in self.labels and ref not in self._trace.unsummed:
                self.add_local(ref, name)

    def add_local(self, ref: ArrayRef, name: str) -> Label:
        """Give an array inside the kernel a name; a prime tells it from another of that name."""
        taken = {label.text for label in self.labels.values()}
        label = Label(name + "′" if name in taken else name, "local", name)
        self.labels[ref] = label
        return label
