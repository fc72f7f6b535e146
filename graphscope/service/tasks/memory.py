"""How much memory a run may take, changed while it is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphscope.service.requests import Answer, Request

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker


@dataclass(frozen=True)
class LimitMemory(Request):
    """Keep no more than so many bytes of the run that is open."""

    limit: int


@dataclass(frozen=True)
class MemoryLimited(Answer):
    """How many bytes are kept now, of how many at most."""

    limit: int
    kept: int


def _limit(worker: Worker, request: LimitMemory) -> Iterator[Answer]:
    session = worker.session
    if session is not None:
        session.limit_memory(request.limit)
        yield MemoryLimited(session.memory, session.history.shelf.bytes)


TASKS: Mapping[type[Request], Task] = {LimitMemory: _limit}
