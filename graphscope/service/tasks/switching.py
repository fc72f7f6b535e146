"""Going on with another backend from where the run is, and what that would copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from graphscope.backends.base import open_backend
from graphscope.service.requests import Answer, Request

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker


@dataclass(frozen=True)
class AskSwitch(Request):
    """What it takes to go on from here with another backend."""

    backend: str


@dataclass(frozen=True)
class SwitchTold(Answer):
    """The answer to `AskSwitch`.

    Args:
        title: what the backend is called in menus; ``device`` where it computes.
        arrays: how many would be copied; ``size`` their bytes.
    """

    request: AskSwitch
    title: str
    device: str
    arrays: int
    size: int


@dataclass(frozen=True)
class Switch(Request):
    """Go on from here with another backend."""

    lasting: ClassVar[bool] = True

    backend: str


@dataclass(frozen=True)
class Switched(Answer):
    """Another backend computes from here on.

    Args:
        title: what it is called in menus.
        arrays: how many were copied; ``size`` their bytes.
    """

    request: Switch
    title: str
    arrays: int
    size: int


def _ask(worker: Worker, request: AskSwitch) -> Iterator[Answer]:
    if worker.session is not None:
        backend, luggage = open_backend(request.backend), worker.session.luggage
        yield SwitchTold(request, backend.title, backend.device, luggage.arrays, luggage.size)


def _switch(worker: Worker, request: Switch) -> Iterator[Answer]:
    session = worker.session
    if session is None:
        return
    before = session.position
    steps = session.switch(request.backend)
    yield worker.moved(request, before)
    size = sum(step.transfer.size for step in steps if step.transfer is not None)
    yield Switched(request, session.backend.title, len(steps), size)


TASKS: Mapping[type[Request], Task] = {AskSwitch: _ask, Switch: _switch}
