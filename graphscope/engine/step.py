"""The steps of an iteration: what the debugger counts, stops at and explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from graphscope.graph.scope import Scope

StepKind = Literal[
    "data", "zero", "random", "forward", "seed", "backward", "accumulate", "clip", "update", "transfer"
]
Phase = Literal["prepare", "forward", "backward", "update"]
Role = Literal["value", "gradient", "contribution", "unsummed", "drawn", "saved"]

PHASES: tuple[Phase, ...] = ("prepare", "forward", "backward", "update")
PHASE_OF: dict[StepKind, Phase] = {
    "data": "prepare",
    "zero": "prepare",
    "random": "forward",
    "forward": "forward",
    "seed": "backward",
    "backward": "backward",
    "accumulate": "backward",
    "clip": "update",
    "update": "update",
    "transfer": "prepare",
}
"""A transfer belongs to the phase in which it happens; see `Step.during`."""


class Ref(NamedTuple):
    """The name of one array of an iteration.

    ``value`` and ``gradient`` are named by their value (optimizer state is a value ``fc1.weight@m``);
    ``contribution`` (what a node's backward adds to the gradient of the operand in ``slot``), ``unsummed``
    (the same before its broadcast axes are summed), ``drawn`` and ``saved`` by their node and slot.
    """

    role: Role
    name: str
    slot: int = 0


class Key(NamedTuple):
    """What names a step on every backend and in every run of the same model."""

    iteration: int
    kind: StepKind
    node: str | None
    slot: int | None
    frame: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transfer:
    """A copy of one array from one backend to another.

    Args:
        source, target: what the backends are called in menus: "NumPy · CPU".
        size: bytes.
    """

    source: str
    target: str
    size: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the smallest thing that is counted.

    Args:
        node: the node that it belongs to; for an update the parameter.
        slot: for an accumulation the operand slot of ``node`` whose contribution is added; for a transfer
            which one of its iteration it is.
        value: whose gradient a seed or an accumulation changes; the parameter of an update; what is copied.
        frame: the path of frames around it, outermost first; () in the model's own graph.
        reads: the arrays that it uses.
        writes: the arrays that it makes.
        transfer: for a transfer from where to where it copies, and how much.
        during: for a transfer the phase in which it happens.
    """

    kind: StepKind
    iteration: int
    node: str | None = None
    op: str | None = None
    scope: Scope = ()
    slot: int | None = None
    value: str | None = None
    frame: tuple[str, ...] = ()
    reads: tuple[Ref, ...] = ()
    writes: tuple[Ref, ...] = ()
    transfer: Transfer | None = None
    during: Phase | None = None

    def at(self, iteration: int) -> Step:
        """The same step of another iteration; ``dataclasses.replace`` takes six times as long."""
        made = object.__new__(Step)
        for name in self.__slots__:
            object.__setattr__(made, name, getattr(self, name))
        object.__setattr__(made, "iteration", iteration)
        return made

    @property
    def phase(self) -> Phase:
        """The part of the iteration that it belongs to."""
        return self.during or PHASE_OF[self.kind]

    @property
    def key(self) -> Key:
        """Its name on every backend."""
        return Key(self.iteration, self.kind, self.node, self.slot, self.frame)
