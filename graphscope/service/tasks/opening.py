"""Opening and closing a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from graphscope.debug.session import Session
from graphscope.service.requests import Answer, Close, Closed, Open, Opened, Request

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker


def _open(worker: Worker, request: Open) -> Iterator[Answer]:
    session = worker.opener(request)
    moment = session.moment()  # binds the data: a model whose data does not fit fails here, not later
    worker.close()
    worker.session = session
    yield Opened(
        request,
        replace(session.model, graph=session.graph) if session.framed else session.model,
        session.specs,
        request.backend,
        session.backend.title,
        session.backend.device,
        request.dtype,
        _floating(session),
    )
    yield worker.moved(request, 0, moment=moment)


def _close(worker: Worker, _: Close) -> Iterator[Answer]:
    worker.close()
    yield Closed()


def _floating(session: Session) -> str:
    """The floating type of the model's numbers: of its parameters, else of its inputs."""
    names = (*session.graph.parameters, *session.graph.inputs, *session.graph.values)
    specs = (session.specs[name] for name in names if name in session.specs)
    return next((spec.dtype for spec in specs if spec.floating), "")


TASKS: Mapping[type[Request], Task] = {Open: _open, Close: _close}
