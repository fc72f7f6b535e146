"""What a rule for an ONNX node works with: a tensor of the graph, and its numbers where they are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from graphscope.graph.graph import ValueKind
from graphscope.graph.spec import Dim, TensorSpec


@dataclass(frozen=True, eq=False)
class Operand:
    """A tensor that an op can be applied to.

    Numbers that are known at opening stand in no graph until an op is applied to them.

    Args:
        name: what its value is called in the graph.
        spec: what is known of it.
        kind: what it is in the graph; only a constant is computed with at opening.
        array: its numbers, where they are known at opening.
        sizes: its numbers, where it is a shape of which some sizes have only names: ``("batch", 4)``; for a
            scalar one size.
    """

    name: str
    spec: TensorSpec
    kind: ValueKind = "node"
    array: np.ndarray | None = field(default=None, repr=False)
    sizes: tuple[Dim, ...] | None = None

    @property
    def shape(self) -> tuple[Dim, ...]:
        """The sizes of its axes."""
        return self.spec.shape

    @property
    def rank(self) -> int:
        """The number of its axes."""
        return self.spec.rank

    @property
    def dtype(self) -> str:
        """The type of its elements."""
        return self.spec.dtype

    @property
    def known(self) -> bool:
        """Whether it is a constant whose numbers are known, so that ops on it are computed at opening."""
        return self.kind == "constant" and self.array is not None

    @property
    def value(self) -> Any:
        """Its numbers as a Python number or nested tuples, as an op's fields hold them; None if not known."""
        return None if self.array is None else nested(self.array.tolist())


@dataclass(frozen=True, eq=False)
class Parts(Operand):
    """Several tensors under one name of the file, which ONNX calls a sequence; the graph has only the tensors."""

    parts: tuple[Operand, ...] = ()


def spread(operand: Operand | None) -> tuple[Operand | None, ...]:
    """The tensors behind a name: those of a sequence, or the one that it is."""
    return operand.parts if isinstance(operand, Parts) else (operand,)


def nested(value: Any) -> Any:
    """Nested lists as nested tuples."""
    return tuple(map(nested, cast("list[Any]", value))) if isinstance(value, list) else value
