"""What is known at one position: the step that just ran, the next, and a summary of every tensor there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphscope.engine.step import Ref, Step
from graphscope.engine.summary import Summary
from graphscope.errors import Sentence


@dataclass(frozen=True)
class Problem:
    """Something that a user should see: the step that made it and a sentence on it."""

    position: int
    sentence: Sentence
    ref: Ref | None = None
    index: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Moment:
    """A picture of the run at ``position``; everything that a window paints comes from here.

    Args:
        done: how many steps of the current iteration are done.
        length: how many it has.
        values: a summary of every value that there is now, by name (optimizer state too).
        gradients: the same for gradients, partial sums included.
        added: for each gradient that has begun, (contributions added, contributions in all).
        parts: summaries of what the last step made besides: contributions and what they were before summing.
        problem: what is wrong with the last step, if anything.
        edited: the arrays that a user put there, each with the elements that are others (none: too many).
        backend: what computes here, by name and device: ``cupy:cuda:0``; ``title`` what menus call it.
    """

    position: int
    last: Step | None
    next: Step | None
    iteration: int
    done: int
    length: int
    values: Mapping[str, Summary]
    gradients: Mapping[str, Summary]
    added: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    parts: Mapping[Ref, Summary] = field(default_factory=dict[Ref, Summary])
    loss: float | None = None
    problem: Problem | None = None
    edited: Mapping[Ref, frozenset[tuple[int, ...]]] = field(
        default_factory=dict[Ref, frozenset[tuple[int, ...]]]
    )
    backend: str = ""
    title: str = ""
