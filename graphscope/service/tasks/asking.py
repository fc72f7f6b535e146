"""Questions on what is at a position: an explanation, an array, what is kept, how long it took, code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from graphscope.debug.session import Session
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

WIDEST = 512
"""A plane of more rows or columns is sampled evenly."""
BINS = 48


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
    array = session.array(request.ref)
    if array is None:
        return ArrayTold(session.position, request)
    matrix, every = _plane(array, request.plane)
    counts, edges = _histogram(array)
    return ArrayTold(
        session.position,
        request,
        session.summary(request.ref),
        matrix,
        every,
        counts,
        edges,
        session.backend.device,
    )


def _plane(array: np.ndarray, plane: tuple[int, ...]) -> tuple[np.ndarray, tuple[int, int]]:
    """The last two axes at ``plane``, at most 512 rows and columns; a vector is one row."""
    for axis in range(array.ndim - 2):
        index = plane[axis] if axis < len(plane) else 0
        array = array[min(index, len(array) - 1)]
    matrix = np.atleast_2d(array)
    rows, columns = (max(1, -(-size // WIDEST)) for size in matrix.shape)
    return np.array(matrix[::rows, ::columns]), (rows, columns)


def _histogram(array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    flat = np.asarray(array, dtype=np.float64).ravel()
    return np.histogram(flat[np.isfinite(flat)], bins=min(BINS, max(8, flat.size)))


def _saved(session: Session, request: AskSaved) -> Answer:
    node = session.graph.producers.get(request.name)
    if node is None:
        return SavedTold(session.position, request.name)
    named = [(Ref("value", name), name) for name in (*node.inputs, *node.outputs) if name is not None]
    named += [(Ref("saved", node.name, slot), name) for slot, name in enumerate(node.op.saved)]
    named += [(Ref("drawn", node.name, slot), name) for slot, name in enumerate(node.op.drawn)]
    found = ((ref, title, session.array(ref)) for ref, title in dict(named).items())
    kept = tuple(
        Kept(ref, title, array.shape, array.dtype.name, array.nbytes)
        for ref, title, array in found
        if array is not None
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
