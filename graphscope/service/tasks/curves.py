"""The curves of a run: the loss and the gradient norms of its iterations, and going to the end of one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from graphscope.debug.session import Session
from graphscope.engine.curves import Curves
from graphscope.service.requests import Answer, Request
from graphscope.service.tasks.asking import question

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker


@dataclass(frozen=True)
class AskCurves(Request):
    """The curves of the iterations from ``since`` on; only what is new has to cross."""

    glance: ClassVar[bool] = True

    since: int = 0


@dataclass(frozen=True)
class SeekIteration(Request):
    """Go to the end of an iteration that has been computed; of the last one where it has not."""

    iteration: int


@dataclass(frozen=True, eq=False)
class CurvesTold(Answer):
    """The answer to `AskCurves`."""

    request: AskCurves
    curves: Curves


def _curves(session: Session, request: AskCurves) -> Answer:
    return CurvesTold(request, session.curves(request.since))


def _seek_iteration(worker: Worker, request: SeekIteration) -> Iterator[Answer]:
    session = worker.session
    if session is None:
        return
    before = session.position
    index = min(max(request.iteration, 0), len(session.history.log) - 1)
    session.seek(session.history.iterations[index].end if index >= 0 else 0)
    yield worker.moved(request, before)


TASKS: Mapping[type[Request], Task] = {AskCurves: question(_curves), SeekIteration: _seek_iteration}
