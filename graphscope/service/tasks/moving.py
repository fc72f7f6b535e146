"""Moving through a run: by one of the motions, or to a position."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from graphscope.debug.session import Session
from graphscope.errors import GraphScopeError, Sentence
from graphscope.service import motions
from graphscope.service.requests import Answer, Failed, Move, Request, Seek, details_of

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker


def _move(worker: Worker, request: Move) -> Iterator[Answer]:
    yield from _go(worker, request, lambda session: motions.MOTIONS[request.motion](session, request.folded))


def _seek(worker: Worker, request: Seek) -> Iterator[Answer]:
    def jump(session: Session) -> Sentence | None:
        if motions.jump(session, request.position, worker.unwanted):
            return None
        return Sentence("Stopped on the way to position {n}.", n=request.position)

    yield from _go(worker, request, jump)


def _go(
    worker: Worker, request: Move | Seek, moves: Callable[[Session], Sentence | None]
) -> Iterator[Answer]:
    """Move; where a step fails, those before it count."""
    session = worker.session
    if session is None:
        return
    before = session.position
    try:
        stopped = moves(session)
    except GraphScopeError as error:
        if session.position != before:
            yield worker.moved(request, before)
        yield Failed(request, error, details_of(error))
        return
    yield worker.moved(request, before, stopped=stopped)


TASKS: Mapping[type[Request], Task] = {Move: _move, Seek: _seek}
