"""An operation that another process has and this one has not: enough of it to draw and to name it.

A model written in Python may define operations of its own. They run where the model runs; a window that looks at
it from another process sees their name, their operands and their fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from graphscope.ops.base import Op, Signature


@dataclass(frozen=True)
class ForeignTold:
    """What is told of an operation to a process that does not have it."""

    name: str
    symbol: str
    outputs: tuple[str, ...]
    saved: tuple[str, ...]
    drawn: tuple[str, ...]
    state: tuple[str, ...]
    signature: Signature
    attributes: Mapping[str, str]


class ForeignOp(Op, abstract=True):
    """Stands for an operation of another process. It cannot be run here."""

    told: ForeignTold

    @property
    def name(self) -> str:
        return self.told.name

    @property
    def attributes(self) -> Mapping[str, Any]:
        return self.told.attributes

    def __getattribute__(self, name: str) -> Any:
        if name in ("symbol", "outputs", "saved", "drawn", "state", "signature"):
            return getattr(object.__getattribute__(self, "told"), name)
        return object.__getattribute__(self, name)


def told_of(op: Op) -> ForeignTold:
    """What there is to tell of an operation."""
    if isinstance(op, ForeignOp):
        return op.told
    attributes = {item.name: repr(getattr(op, item.name)) for item in fields(op)}  # pyright: ignore[reportArgumentType]
    return ForeignTold(op.name, op.symbol, op.outputs, op.saved, op.drawn, op.state, op.signature, attributes)


def foreign(told: ForeignTold) -> ForeignOp:
    """The operation that stands for another one."""
    return ForeignOp(told)
