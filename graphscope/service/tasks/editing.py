"""Putting a number in place of another, and taking that back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from graphscope.service.requests import Answer, Assign, Request, Undo

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker


def _assign(worker: Worker, request: Assign) -> Iterator[Answer]:
    session = worker.session
    if session is None:
        return
    array = session.value(request.name)
    changed = None if array is None else np.array(array)
    if changed is not None:
        changed[request.index] = request.number
    session.set_value(request.name, changed)
    yield worker.moved(request, session.position)


def _undo(worker: Worker, request: Undo) -> Iterator[Answer]:
    session = worker.session
    if session is None:
        return
    before = session.position
    session.undo()
    yield worker.moved(request, before)


TASKS: Mapping[type[Request], Task] = {Assign: _assign, Undo: _undo}
