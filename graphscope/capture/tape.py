"""What a framework did in one step, as a list of calls on named tensors: what a capture is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, cast

import numpy as np

from graphscope.graph.graph import Origin
from graphscope.graph.scope import Scope

LeafKind = Literal["input", "target", "parameter", "buffer", "constant"]


class Slot(NamedTuple):
    """A tensor on the tape, by its name."""

    name: str


@dataclass(frozen=True, eq=False)
class Leaf:
    """A tensor that was there before the step: data, a weight, a buffer, or a number that nothing changes.

    Args:
        name: what it is called on the tape.
        title: what the user calls it: the path of a weight, the name of an argument.
    """

    name: str
    title: str
    kind: LeafKind
    array: np.ndarray


@dataclass(frozen=True, eq=False)
class Call:
    """One call of the framework.

    Args:
        name: the framework's name of the operation, without its overload: ``"linear"``.
        overload: which of its forms: ``"default"``, ``"dim"``.
        arguments: a `Slot` for a tensor; numbers, texts, lists of both.
        results: the names of what it made; several where it returns a tuple.
        dtypes: NumPy's names of their types.
        shapes: their shapes.
        mask: which elements it kept at random, where it did (dropout).
    """

    name: str
    overload: str
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    results: tuple[str, ...]
    dtypes: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    scope: Scope = ()
    origin: Origin | None = None
    mask: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Tape:
    """One step, from its leaves to its loss.

    Args:
        known: arrays of results that depend on no leaf, or were drawn at random: constants of this step.
        whole: arrays of whole numbers that were computed or given: what a rule may look at.
        carries: for a buffer (by its name on the tape) the tensor that it holds after the step.
        classes: for a scope the class of its module.
        value: the loss that the calls gave.
    """

    leaves: tuple[Leaf, ...]
    calls: tuple[Call, ...]
    loss: str
    outputs: tuple[str, ...] = ()
    known: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    whole: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    carries: Mapping[str, str] = field(default_factory=dict[str, str])
    classes: Mapping[Scope, str] = field(default_factory=dict[Scope, str])
    value: float | None = None


def several(made: Any) -> tuple[Any, ...]:
    """What a call gave as a tuple, also where it is one thing."""
    return tuple(cast("Any", made)) if isinstance(made, (tuple, list)) else (made,)


def slots(argument: Any) -> tuple[str, ...]:
    """The tensors in an argument, lists looked into."""
    if isinstance(argument, Slot):
        return (argument.name,)
    if isinstance(argument, (tuple, list)):
        return tuple(name for each in argument for name in slots(each))  # pyright: ignore[reportUnknownVariableType]
    return ()


def reads(call: Call) -> tuple[str, ...]:
    """The tensors that a call reads."""
    return slots((*call.arguments, *call.keywords.values()))


def needed(tape: Tape) -> tuple[Call, ...]:
    """The calls that the loss, the outputs or a buffer depend on, in order; not those whose results are known."""
    wanted = {tape.loss, *tape.outputs, *tape.carries.values()}
    found: list[Call] = []
    for call in reversed(tape.calls):
        if wanted.intersection(call.results).difference(tape.known):
            found.append(call)
            wanted.update(reads(call))
    return tuple(reversed(found))
