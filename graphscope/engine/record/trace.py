"""What is kept of one recorded kernel: its calls in order, and every array that took part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np

from graphscope.ops.base import Op

Method = Literal["forward", "vjp"]
InputRole = Literal["operand", "output", "gradient", "drawn"]
Caller = Literal["kernel", "engine"]


class ArrayRef(NamedTuple):
    """One array of a trace, by its place in ``Trace.arrays``."""

    place: int


@dataclass(frozen=True, slots=True)
class Input:
    """What the kernel was handed: an operand, an output, the gradient of an output, or a random array.

    Args:
        name: its name in the op: ``x``, ``w``, ``xs[2]``, ``out``; for a gradient that of its output.
        ref: its array, or None where it was absent or a plain number, which is then in ``constant``.
    """

    role: InputRole
    slot: int
    name: str
    ref: ArrayRef | None = None
    constant: Any = None


@dataclass(frozen=True, slots=True)
class Call:
    """One primitive call.

    Args:
        function: its name in the array API; ``getitem`` for indexing; operators go by their function's name.
        operands: arrays (by reference), numbers, or tuples of them, in order.
        options: the other arguments, by name: axis, shape, a dtype's name.
        result: the array that it made; a function that makes several is one call for each.
        part: which of several results.
        by: the kernel, or the engine, which sums a gradient down to its operand's shape.
    """

    function: str
    operands: tuple[Any, ...]
    options: Mapping[str, Any]
    result: ArrayRef
    part: int = 0
    by: Caller = "kernel"


@dataclass(frozen=True, eq=False)
class Trace:
    """What one kernel did on one set of arrays.

    Args:
        arrays: every array that took part, on the host and read-only; references point into it.
        results: one per output (forward, with the saved ones) or per operand (vjp), None where there is none.
        unsummed: for a vjp the results before the engine summed the axes that broadcasting had widened.
        names: the names that the kernel's author gave to arrays in between.
    """

    op: Op
    method: Method
    inputs: tuple[Input, ...]
    calls: tuple[Call, ...]
    arrays: tuple[np.ndarray[Any, Any], ...]
    results: tuple[ArrayRef | None, ...]
    unsummed: tuple[ArrayRef | None, ...]
    names: Mapping[str, ArrayRef]

    def array(self, ref: ArrayRef) -> np.ndarray[Any, Any]:
        """The array that ``ref`` points to."""
        return self.arrays[ref.place]

    @cached_property
    def makers(self) -> Mapping[ArrayRef, Call]:
        """The call that made each array; inputs have none."""
        return {call.result: call for call in self.calls}

    def result_name(self, slot: int) -> str:
        """The op's name of the output that a result is (forward), or of the operand whose gradient (vjp)."""
        if self.method == "vjp":
            return operand_name(self.op, slot)
        return output_name(self.op, slot, len(self.results))


def output_name(op: Op, slot: int, count: int) -> str:
    """The name of one of ``count`` results of forward: the outputs, then the saved ones."""
    outputs = count - len(op.saved)
    return op.output(slot) if slot < outputs else op.saved[slot - outputs]


def operand_name(op: Op, slot: int) -> str:
    """The name of an operand; the state of an optimizer's update has names of its own."""
    first = len(op.signature.operands) - 1
    return op.state[slot - first] if op.state and slot >= first else op.operand(slot)
