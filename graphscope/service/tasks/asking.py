"""Questions on what is at a position: an explanation, an array, what is kept, how long it took, code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from graphscope.debug.session import Session
from graphscope.engine.on_device import bytes_in, dtype_of, histogram_of, plane_of
from graphscope.engine.step import Ref
from graphscope.service.requests import (
    Answer,
    ArrayTold,
    AskArray,
    AskCode,
    AskExplanation,
    AskSaved,
    AskTimes,
    CodeTold,
    Explained,
    Kept,
    Request,
    SavedTold,
    TimesTold,
)

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker


def question(answer: Callable[[Session, Any], Answer]) -> Task:
    """A task that asks the session, where there is one, and changes nothing."""

    def ask(worker: Worker, request: Any) -> Iterator[Answer]:
        if worker.session is not None:
            yield answer(worker.session, request)

    return ask


def _explanation(session: Session, request: AskExplanation) -> Answer:
    from graphscope.service.explaining import (
        explanation,  # the words of every op: not before they are asked for
    )

    return Explained(session.position, request, explanation(session, request))


def _array(session: Session, request: AskArray) -> Answer:
    held, summary = session.held(request.ref), session.summary(request.ref)
    if summary is None:
        return ArrayTold(session.position, request)
    backend = session.home(held)
    matrix, every = plane_of(backend, held, request.plane)
    counts, edges = histogram_of(backend, held, summary)
    return ArrayTold(session.position, request, summary, matrix, every, counts, edges, backend.device)


def _saved(session: Session, request: AskSaved) -> Answer:
    node = session.graph.producers.get(request.name)
    if node is None:
        return SavedTold(session.position, request.name)
    named = [(Ref("value", name), name) for name in (*node.inputs, *node.outputs) if name is not None]
    named += [(Ref("saved", node.name, slot), name) for slot, name in enumerate(node.op.saved)]
    named += [(Ref("drawn", node.name, slot), name) for slot, name in enumerate(node.op.drawn)]
    found = ((ref, title, session.held(ref)) for ref, title in dict(named).items())
    kept = tuple(
        Kept(ref, title, tuple(held.shape), dtype_of(held), bytes_in(held))
        for ref, title, held in found
        if held is not None
    )
    return SavedTold(session.position, request.name, node.name, node.op.name, kept)


def _times(session: Session, _: AskTimes) -> Answer:
    start, end = session.bounds
    last = min(end, session.reached)
    return TimesTold(start, tuple(session.seconds(position) for position in range(start + 1, last + 1)))


def _code(session: Session, request: AskCode) -> Answer:
    array = session.array(request.ref)
    if array is None:
        return CodeTold(request.ref, None)
    numbers = np.array2string(array, separator=", ", threshold=array.size + 1, floatmode="unique")
    return CodeTold(request.ref, f'np.array({numbers}, dtype="{array.dtype.name}")')


TASKS: Mapping[type[Request], Task] = {
    AskExplanation: question(_explanation),
    AskArray: question(_array),
    AskSaved: question(_saved),
    AskTimes: question(_times),
    AskCode: question(_code),
}
