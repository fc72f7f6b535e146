"""Tells where breakpoints would have stopped in what has already run, for the timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from graphscope.errors import GraphScopeError
from graphscope.service.requests import Answer, Request

if TYPE_CHECKING:
    from graphscope.debug.session import Session
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker


@dataclass(frozen=True)
class AskPastStops(Request):
    """Where would these breakpoints have stopped by now?"""

    glance: ClassVar[bool] = True

    texts: tuple[str, ...]


@dataclass(frozen=True)
class PastStopsTold(Answer):
    """The positions of each, in the order of the request; none for one that the model has no place for."""

    request: AskPastStops
    positions: tuple[tuple[int, ...], ...]


def _ask(worker: Worker, request: AskPastStops) -> Iterator[Answer]:
    session = worker.session
    if session is not None:
        positions = tuple(_positions(worker, session, text) for text in request.texts)
        if not worker.unwanted():  # else they may be only some of them
            yield PastStopsTold(request, positions)


def _positions(worker: Worker, session: Session, text: str) -> tuple[int, ...]:
    try:
        return session.breakpoints.past(text, worker.unwanted).positions
    except GraphScopeError:
        return ()


TASKS: Mapping[type[Request], Task] = {AskPastStops: _ask}
