"""How a node of an ONNX file becomes ops: what a rule is told, and what it can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, cast

import numpy as np

from graphscope.errors import GraphScopeError, ModelError, Sentence
from graphscope.graph.spec import FLOATING, INTEGER, TensorSpec
from graphscope.importers.onnx.operand import Operand, Parts
from graphscope.ops.base import Op

if TYPE_CHECKING:
    from onnx import GraphProto

    from graphscope.importers.onnx.bodies import Body

TYPES = (*(kind for kind in FLOATING if kind != "bfloat16"), *INTEGER, "bool")
"""The element types that can be computed with."""
Outputs = Operand | tuple[Operand | None, ...]
Rule = Callable[["OnnxNode"], Outputs]
"""Turns one node of the file into ops: the operands for its outputs, in their order."""


class RefusalError(ModelError):
    """A node that GraphScope cannot compute as ONNX means it; the sentence says what is missing."""


class Workshop(Protocol):
    """Where the graph is put together."""

    def apply(self, op: Op, operands: Sequence[Operand | None], label: str) -> tuple[Operand, ...]:
        """A node with ``op``, or, where all numbers are known, its results."""
        ...

    def constant(self, array: np.ndarray, label: str) -> Operand:
        """An operand of known numbers."""
        ...

    def fitted(
        self, kind: type[Op], operands: tuple[Operand | None, ...], sizes: Operand
    ) -> tuple[int, ...] | None:
        """A shape of which some sizes have only names as a field of an op, where it can be one."""
        ...

    def lament(self, kind: str, error: GraphScopeError) -> None:
        """Tell of a part of a node that cannot be computed."""
        ...

    def body(self, graph: GraphProto, specs: Sequence[TensorSpec]) -> Body:
        """A graph inside a node."""
        ...


@dataclass(eq=False)
class OnnxNode:
    """One node of the file, in the newest opset.

    Whatever of it a rule does not ask for, an attribute, an input or an output, is refused afterwards, so
    that nothing of the file is overlooked in silence.

    Args:
        kind: its operator, such as ``Gemm``.
        name: what it is called in the file or, without a name, here.
        given: its attributes as the file has them.
        defaults: what ONNX says for those that it leaves out.
        inputs: an operand for each input, None for those left out.
        outputs: the names of its outputs, "" for those left out.
    """

    kind: str
    name: str
    given: Mapping[str, Any]
    defaults: Mapping[str, Any]
    inputs: tuple[Operand | None, ...]
    outputs: tuple[str, ...]
    workshop: Workshop
    asked: set[str] = field(default_factory=set[str])
    taken: set[int] = field(default_factory=set[int])

    # ---- what the file says ---------------------------------------------------------------------------

    def has(self, attribute: str) -> bool:
        """Whether the file gives an attribute."""
        self.asked.add(attribute)
        return attribute in self.given

    def attribute(self, name: str, default: Any = None) -> Any:
        """An attribute, or ONNX's default, or the one given here: a number, text or tuple of them.

        A tensor is an array.
        """
        self.asked.add(name)
        found = self.given.get(name, self.defaults.get(name))
        return default if found is None else found

    def flag(self, name: str) -> bool:
        """An attribute that is 0 or 1."""
        return bool(self.attribute(name, 0))

    def wants(self, output: int) -> bool:
        """Whether the file uses an output."""
        return output < len(self.outputs) and bool(self.outputs[output])

    def input(self, slot: int) -> Operand:
        """An input that must be there.

        Raises:
            RefusalError: the file leaves it out.
        """
        found = self.optional(slot)
        if found is None:
            self.refuse(Sentence("input {slot} is missing", slot=slot + 1))
        return found

    def optional(self, slot: int) -> Operand | None:
        """An input, or None where the file leaves it out.

        Raises:
            RefusalError: it is a sequence.
        """
        self.taken.add(slot)
        found = self.inputs[slot] if slot < len(self.inputs) else None
        if isinstance(found, Parts):
            self.refuse(Sentence("input {slot} is a sequence of tensors, not a tensor", slot=slot + 1))
        return found

    def parts(self, slot: int) -> tuple[Operand, ...]:
        """The tensors of an input that is a sequence.

        Raises:
            RefusalError: it is none, or how many tensors it holds is only known while the model runs.
        """
        self.taken.add(slot)
        found = self.inputs[slot] if slot < len(self.inputs) else None
        if not isinstance(found, Parts):
            self.refuse(
                Sentence("input {slot} is a sequence whose tensors are not known at opening", slot=slot + 1)
            )
        return found.parts

    def all_inputs(self) -> tuple[Operand, ...]:
        """Every input, for operators that take any number."""
        return tuple(self.input(slot) for slot in range(len(self.inputs)))

    def value(self, slot: int, default: Any = None) -> Any:
        """The numbers of an input that must be known at opening, as a number or nested tuples.

        Args:
            default: what is given where the file leaves the input out.

        Raises:
            RefusalError: they are only known while the model runs.
        """
        found = self.optional(slot)
        if found is None:
            return default
        if found.array is None:
            self.refuse(
                Sentence(
                    "input {slot} ({name}) is computed by the model; it must be a constant of the file",
                    slot=slot + 1,
                    name=found.name,
                )
            )
        return found.value

    def body(self, attribute: str, specs: Sequence[TensorSpec]) -> Body:
        """The graph that an attribute holds, read for inputs of these specs."""
        return self.workshop.body(self.attribute(attribute), specs)

    # ---- what a rule can do ---------------------------------------------------------------------------

    def call(self, op: Op, *operands: Operand | None, label: str = "") -> Any:
        """Apply an op: the operand that it makes, or a tuple where it has several outputs.

        Args:
            label: what its value is called in a rule of several ops, after the node's name.

        Raises:
            RefusalError: the operands do not fit it.
        """
        made = self.workshop.apply(op, operands, label)
        return made if op.signature.several else made[0]

    def apply(self, kind: type[Op], *operands: Operand | None, label: str = "", **fields: Any) -> Any:
        """Apply an op some of whose fields the file gives as inputs.

        A field that is handed an `Operand` is set to its numbers where they are known, and else becomes the
        op's host operand of that name; None leaves the field as the op has it.
        """
        plain = {name: value for name, value in fields.items() if not _is_operand(value)}
        late: dict[str, Operand] = {}
        for name, value in fields.items():
            if not _is_operand(value):
                continue
            if value.array is not None:
                single = name == "axes" and value.rank == 0  # which some files write for one axis
                plain[name] = (value.value,) if single else value.value
            elif (sizes := self.workshop.fitted(kind, operands, value)) is not None:
                plain[name] = sizes
            elif name in kind.host:
                late[name] = value
            else:
                self.refuse(
                    Sentence(
                        "{name} is computed by the model; it must be a constant of the file", name=value.name
                    )
                )
        op = kind(**{name: value for name, value in plain.items() if value is not None})
        return self.call(op, *_with_hosts(kind, operands, late), label=label)

    def constant(self, value: Any, dtype: str, label: str = "constant") -> Operand:
        """An operand of known numbers; in no graph until an op is applied to it."""
        return self.workshop.constant(np.asarray(value, dtype=dtype), label)

    def refuse(self, reason: Sentence) -> NoReturn:
        """Say what of this node GraphScope cannot do, rather than do something else.

        Raises:
            RefusalError: always.
        """
        raise RefusalError("{op}: {reason}", op=self.kind, reason=reason)

    def expect(self, attribute: str, *values: Any) -> None:
        """Refuse the node unless an attribute has one of the values that GraphScope computes.

        Raises:
            RefusalError: it has another one.
        """
        found = self.attribute(attribute)
        if found not in values:
            self.refuse(
                Sentence("{attribute} = {value} is not computed here", attribute=attribute, value=repr(found))
            )

    def overlooked(self, count: int) -> Sentence | None:
        """What of the node the rule did not look at, where it made ``count`` outputs."""
        left = [name for name in self.given if name not in self.asked]
        if left:
            return Sentence("its attribute {attribute} is not known here", attribute=left[0])
        slots = [slot for slot, item in enumerate(self.inputs) if item is not None and slot not in self.taken]
        if slots:
            return Sentence("its input {slot} is not computed with here", slot=slots[0] + 1)
        extra = [slot for slot, name in enumerate(self.outputs) if name and slot >= count]
        if extra:
            return Sentence("its output {slot} is not computed here", slot=extra[0] + 1)
        return None


def _is_operand(value: Any) -> bool:
    return isinstance(value, Operand)


def _with_hosts(
    kind: type[Op], operands: tuple[Operand | None, ...], late: Mapping[str, Operand]
) -> list[Operand | None]:
    """The operands of a call, those that take a field's place in their slots."""
    names = [operand.name for operand in kind.signature.operands]
    found: list[Operand | None] = [*operands]
    for name, operand in late.items():
        slot = names.index(name)
        found += [None] * (slot + 1 - len(found))
        found[slot] = operand
    return found


def simple(kind: type[Op], /, **fields: str) -> Rule:
    """The rule of an operator that is one op: its inputs are the operands, in order.

    Args:
        fields: for each field of the op the attribute that it comes from, or ``"@1"`` for input 1 (counted
            from 0), which may also be computed while the model runs if the op has a host operand of that name.
    """

    def rule(node: OnnxNode) -> Outputs:
        slots = {int(source[1:]) for source in fields.values() if source.startswith("@")}
        operands = [node.optional(slot) for slot in range(len(node.inputs)) if slot not in slots]
        while operands and operands[-1] is None:
            operands.pop()
        found: dict[str, Any] = {
            name: node.optional(int(source[1:])) if source.startswith("@") else node.attribute(source)
            for name, source in fields.items()
        }
        return cast("Outputs", node.apply(kind, *operands, **found))

    return rule


def checked_type(name: str) -> str:
    """An element type that can be computed with.

    Raises:
        RefusalError: NumPy has none of that name, or GraphScope does not compute with it.
    """
    if name not in TYPES:
        raise RefusalError("numbers of type {dtype} are not computed with here", dtype=name)
    return name
