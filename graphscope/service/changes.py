"""What crosses of a position: only what is not known on the other side yet.

Both sides remember the last position that was told. A large graph has thousands of summaries, and a step changes
a handful of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from graphscope.engine.moment import Moment
from graphscope.engine.step import Step
from graphscope.engine.steps import Steps
from graphscope.engine.summary import Summary
from graphscope.engine.table import Table
from graphscope.graph.graph import Graph
from graphscope.model.feed import Feed
from graphscope.model.model import Model
from graphscope.service.requests import Answer, Moved, Opened, Request
from graphscope.wire.frames import WireError

Shown = Mapping[str, Summary]


@dataclass(frozen=True, eq=False)
class Change:
    """How a mapping differs from the one that was told before it."""

    put: Mapping[str, Any]
    gone: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class MovedChange(Answer):
    """A `Moved` by what is new in it.

    Args:
        rest: the answer without what follows.
        planned: the steps of an iteration, where they are others than before.
    """

    rest: Moved
    values: Change
    gradients: Change
    added: Change
    planned: tuple[Step, ...] | None
    iteration: int


@dataclass(frozen=True)
class Same(Request):
    """In place of the request that is being answered."""


@dataclass(frozen=True)
class Elsewhere:
    """In place of an array that stays in the engine's process."""

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """There is nothing to draw."""
        del generator, shape
        raise WireError("the numbers of the model are in the engine's process; ask it for them")


class Sending:
    """Shortens answers for a receiver that has got all those before; it is told of each that was sent."""

    def __init__(self) -> None:
        self._moment, self._planned = EMPTY, NO_STEPS.planned
        self._graph: Graph | None = None
        self._next = self._moment, self._planned, self._graph

    def sent(self) -> None:
        """What was shortened last has been sent."""
        self._moment, self._planned, self._graph = self._next

    def shorten(self, answer: Answer, request: Request) -> Answer:
        """What crosses in place of an answer to a request."""
        if getattr(answer, "request", None) is request:
            answer = replace(cast("Any", answer), request=Same())
        if isinstance(answer, Opened):
            return replace(answer, model=facts_of(answer.model))
        if not isinstance(answer, Moved):
            return answer
        before, moment = self._moment, answer.moment
        planned = answer.steps.planned
        known = planned is self._planned
        laid_out = answer.laid_out
        if laid_out is not None and laid_out.graph is self._graph:
            laid_out = None
        self._next = moment, planned, self._graph if laid_out is None else laid_out.graph
        bare = replace(moment, values={}, gradients={}, added={})
        return MovedChange(
            replace(answer, moment=bare, steps=NO_STEPS, laid_out=laid_out),
            change(before.values, moment.values),
            change(before.gradients, moment.gradients),
            change(before.added, moment.added),
            None if known else planned,
            answer.steps.iteration,
        )


class Receiving:
    """Makes whole answers of what `Sending` shortened."""

    def __init__(self) -> None:
        self._moment = EMPTY
        self._planned: tuple[Step, ...] = ()

    def whole(self, answer: Answer, request: Request) -> Answer:
        """The answer to a request as it was."""
        if isinstance(answer, MovedChange):
            answer = self._moved(answer)
        if isinstance(getattr(answer, "request", None), Same):
            answer = replace(cast("Any", answer), request=request)
        return answer

    def _moved(self, answer: MovedChange) -> Moved:
        before = self._moment
        _check(answer)
        if answer.planned is not None:
            self._planned = answer.planned
        self._moment = replace(
            answer.rest.moment,
            values=changed(before.values, answer.values),
            gradients=changed(before.gradients, answer.gradients),
            added=changed(before.added, answer.added),
        )
        return replace(answer.rest, moment=self._moment, steps=Steps(self._planned, answer.iteration))


def _check(answer: MovedChange) -> None:
    """Refuse what would fail every time that it is looked at."""
    summaries = (*answer.values.put.values(), *answer.gradients.put.values())
    right = (
        type(answer.rest.moment.position) is int
        and all(type(step) is Step for step in answer.planned or ())
        and all(type(summary) is Summary for summary in summaries)
    )
    if not right:
        raise WireError("{kind} does not have these fields", kind=Moved.__qualname__)


EMPTY = Moment(0, None, None, 0, 0, 0, {}, {})
NO_STEPS = Steps((), 0)


def change(before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    """What has to be put and taken away; a summary is never changed, so the same object says the same."""
    if isinstance(after, Table):
        told = after.since(before)
        put = {name: value for name, value in told.items() if value is not None}
        return Change(put, tuple(name for name, value in told.items() if value is None))
    put = {name: value for name, value in after.items() if before.get(name) is not value}
    gone = tuple(name for name in before if name not in after) if len(before) + len(put) != len(after) else ()
    return Change(put, gone)


def changed(before: Mapping[str, Any], told: Change) -> dict[str, Any]:
    """The mapping after a change."""
    made = {**before, **told.put}
    for name in told.gone:
        made.pop(name, None)
    return made


def facts_of(model: Model) -> Model:
    """A model without its numbers: what it takes to draw it."""
    absent = Elsewhere()
    captured = None if model.captured is None else replace(model.captured, gradients={})
    return replace(
        model,
        arrays=dict.fromkeys(model.arrays, absent),
        feed=Feed(batch=model.feed.batch),
        source=None,
        states={},
        captured=captured,
    )
