"""Breakpoints as a window sees them: set by their texts, told with where they are and where they would stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from graphscope.debug import breakpoints, matching
from graphscope.debug.breakpoints import NAN, Breakpoint
from graphscope.debug.session import Session
from graphscope.debug.stops import Stop
from graphscope.errors import GraphScopeError, Sentence
from graphscope.graph.scope import Scope
from graphscope.service.requests import Answer, Failed, Request, details_of

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker

TURN = 16
"""So many iterations are run before it is asked again whether to go on."""


@dataclass(frozen=True)
class SetBreakpoints(Request):
    """Have just these breakpoints; one that the model has no place for is told with the reason.

    Args:
        hits: how often a run has stopped at each, where its engine was lost and another cannot know; () otherwise.
    """

    texts: tuple[str, ...]
    hits: tuple[int, ...] = ()


@dataclass(frozen=True)
class AskBreakpoints(Request):
    """Tell these breakpoints anew: their hits, and where they would have stopped by now."""

    glance: ClassVar[bool] = True

    texts: tuple[str, ...]


@dataclass(frozen=True)
class AskHits(Request):
    """Tell how often a run has stopped at each of these breakpoints, and nothing that would have to be looked for."""

    glance: ClassVar[bool] = True

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Continue(Request):
    """Run across iterations to the next breakpoint or problem, or until somebody wants no more."""

    endless: ClassVar[bool] = True

    backward: bool = False


@dataclass(frozen=True)
class BreakpointTold:
    """One breakpoint.

    Args:
        text: what reads back as it, without whether it is enabled.
        where: in words.
        condition: an expression, or "".
        hits: how often a run has stopped there.
        values: the values whose cards show it.
        groups: the groups that show it.
        past: where it would have stopped in what has run; None where nothing has.
        problem: why the model has no place for it, or None.
    """

    text: str
    where: Sentence
    condition: str
    enabled: bool
    hits: int = 0
    values: tuple[str, ...] = ()
    groups: tuple[Scope, ...] = ()
    past: Sentence | None = None
    problem: Sentence | None = None


@dataclass(frozen=True)
class BreakpointsTold(Answer):
    """All breakpoints, in the order of the request."""

    request: SetBreakpoints | AskBreakpoints
    breakpoints: tuple[BreakpointTold, ...]


@dataclass(frozen=True)
class HitsTold(Answer):
    """How often a run has stopped at each breakpoint; 0 at one that the model has no place for."""

    request: AskHits
    hits: tuple[int, ...]


def _set(worker: Worker, request: SetBreakpoints) -> Iterator[Answer]:
    session = worker.session
    if session is None:
        return
    points = _readable(session, request.texts)
    for point in session.breakpoints:
        if point.place != NAN and not any(point.place == each.place for each in points):
            session.breakpoints.remove(point)
    for point in points:
        session.breakpoints.add(point)
    _count(session, request)
    yield from _ask(worker, AskBreakpoints(request.texts), request)


def _count(session: Session, request: SetBreakpoints) -> None:
    """Give each breakpoint the hits that are known of it."""
    for text, hits in zip(request.texts, request.hits, strict=False):
        with suppress(GraphScopeError):  # the model has no place for it
            session.breakpoints.count(text, hits)


def _readable(session: Session, texts: tuple[str, ...]) -> list[Breakpoint]:
    """The breakpoints that the model has a place for."""
    found: list[Breakpoint] = []
    for text in texts:
        try:
            found.append(matching.checked(breakpoints.read(text), session))
        except GraphScopeError:
            continue
    return found


def _ask(worker: Worker, request: AskBreakpoints, asked: SetBreakpoints | None = None) -> Iterator[Answer]:
    session = worker.session
    if session is not None:
        told = tuple(_told(worker, session, text) for text in request.texts)
        yield BreakpointsTold(asked or request, told)


def _told(worker: Worker, session: Session, text: str) -> BreakpointTold:
    try:
        point = matching.checked(breakpoints.read(text), session)
        past = session.breakpoints.past(point, worker.unwanted)
    except GraphScopeError as error:
        return _refused(text, error)
    laid_out = replace(session.model, graph=session.graph) if session.framed else session.model
    return BreakpointTold(
        str(point.place),
        breakpoints.told(point),
        point.condition,
        point.enabled,
        session.breakpoints.hits(point) if point.place in _places(session) else 0,
        matching.values(point, laid_out),
        matching.groups(point, laid_out),
        past.told if past.count or point.where != "nan" else None,  # nobody has to hear that all is well
    )


def _ask_hits(worker: Worker, request: AskHits) -> Iterator[Answer]:
    session = worker.session
    if session is not None:
        yield HitsTold(request, tuple(_hits(session, text) for text in request.texts))


def _hits(session: Session, text: str) -> int:
    try:
        return session.breakpoints.hits(text)
    except GraphScopeError:
        return 0


def _places(session: Session) -> frozenset[Breakpoint]:
    return frozenset(point.place for point in session.breakpoints)


def _refused(text: str, error: GraphScopeError) -> BreakpointTold:
    """A breakpoint that cannot be had here; it stays as it was written."""
    try:
        point = breakpoints.read(text)
    except GraphScopeError:
        return BreakpointTold(text, error.sentence, "", enabled=False, problem=error.sentence)
    where = breakpoints.told(point)
    return BreakpointTold(str(point.place), where, point.condition, point.enabled, problem=error.sentence)


def _continue(worker: Worker, request: Continue) -> Iterator[Answer]:
    session = worker.session
    if session is None:
        return
    before = session.position
    try:
        stopped = _run_on(worker, session, backward=request.backward)
    except GraphScopeError as error:
        if session.position != before:
            yield worker.moved(request, before)
        yield Failed(request, error, details_of(error))
        return
    yield worker.moved(request, before, stopped=stopped)


def _run_on(worker: Worker, session: Session, *, backward: bool) -> Sentence:
    while True:
        stop: Stop = session.run_back(TURN) if backward else session.run(TURN)
        if stop.reason != "end of the iteration":
            return stop.told
        if worker.unwanted():
            iteration = session.last.iteration if session.last is not None else 0
            return Sentence("Stopped as you asked, at the end of iteration {iteration}.", iteration=iteration)


TASKS: Mapping[type[Request], Task] = {
    SetBreakpoints: _set,
    AskBreakpoints: _ask,
    AskHits: _ask_hits,
    Continue: _continue,
}
