"""Does what the window asks of a session, in the worker's thread; knows no Qt."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from graphscope.debug.session import Session
from graphscope.engine.moment import Moment
from graphscope.engine.step import Ref
from graphscope.errors import GraphScopeError, Sentence
from graphscope.gui import motions
from graphscope.gui.requests import (
    Answer,
    ArrayTold,
    AskArray,
    AskCode,
    AskExplanation,
    AskSaved,
    AskTimes,
    Assign,
    Close,
    Closed,
    CodeTold,
    Explained,
    Failed,
    Kept,
    Move,
    Moved,
    Open,
    Opened,
    Request,
    SavedTold,
    Seek,
    TimesTold,
    Undo,
)

Opener = Callable[[Open], Session]
WIDEST = 512
"""A plane of more rows or columns is sampled evenly."""
BINS = 48


def open_session(request: Open) -> Session:
    """The session that a request asks for, by the one call that opens models."""
    from graphscope.app import opening

    return opening.open(
        request.source, backend=request.backend, dtype=request.dtype, trust=request.trust, **request.options
    )


class Worker:
    """One session, and an answer to every request.

    Args:
        opener: makes sessions; tests hand in their own.
        unwanted: asked while something long is done, whether it is still to be done.
    """

    def __init__(self, opener: Opener = open_session, unwanted: Callable[[], bool] = lambda: False) -> None:
        self._opener = opener
        self._unwanted = unwanted
        self._session: Session | None = None
        self._edits = 0
        self._steps: tuple[Any, ...] = ()
        self._steps_of: tuple[Session, int] | None = None
        self._tasks: dict[type[Any], Callable[[Any], Iterator[Answer]]] = {
            Open: self._open,
            Close: self._close,
            Move: self._move,
            Seek: self._seek,
            Assign: self._assign,
            Undo: self._undo,
        }
        self._questions: dict[type[Any], Callable[[Session, Any], Answer]] = {
            AskExplanation: _explanation,
            AskArray: _array,
            AskSaved: _saved,
            AskTimes: _times,
            AskCode: _code,
        }

    def answers(self, request: Request) -> Iterator[Answer]:
        """Do a request; an error becomes an answer, and the session stays as it is."""
        try:
            if question := self._questions.get(type(request)):
                if self._session is not None:
                    yield question(self._session, request)
                return
            yield from self._tasks[type(request)](request)
        except GraphScopeError as error:
            yield Failed(request, error, _details(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the worker must outlive every fault
            unexpected = GraphScopeError(
                "something went wrong inside GraphScope: {error}", error=f"{type(error).__name__}: {error}"
            )
            yield Failed(request, unexpected, _details(error))

    def close(self) -> None:
        """Let go of the session."""
        if self._session is not None:
            self._session.close()
        self._session = None

    # ---- opening ------------------------------------------------------------------------------------------

    def _open(self, request: Open) -> Iterator[Answer]:
        session = self._opener(request)
        moment = session.moment()  # binds the data: a model whose data does not fit fails here, not later
        self.close()
        self._session, self._edits = session, 0
        yield Opened(
            request,
            session.model,
            session.specs,
            request.backend,
            session.backend.title,
            session.backend.device,
            request.dtype,
            _floating(session),
        )
        yield self._moved(request, session, 0, moment=moment)

    def _close(self, _: Close) -> Iterator[Answer]:
        self.close()
        yield Closed()

    # ---- moving -------------------------------------------------------------------------------------------

    def _move(self, request: Move) -> Iterator[Answer]:
        yield from self._go(request, lambda session: motions.MOTIONS[request.motion](session, request.folded))

    def _seek(self, request: Seek) -> Iterator[Answer]:
        yield from self._go(request, lambda session: self._jump(session, request.position))

    def _jump(self, session: Session, position: int) -> Sentence | None:
        if motions.jump(session, position, self._unwanted):
            return None
        return Sentence("Stopped on the way to position {n}.", n=position)

    def _go(self, request: Move | Seek, moves: Callable[[Session], Sentence | None]) -> Iterator[Answer]:
        """Move; where a step fails, those before it count."""
        session = self._session
        if session is None:
            return
        before = session.position
        try:
            stopped = moves(session)
        except GraphScopeError as error:
            if session.position != before:
                yield self._moved(request, session, before)
            yield Failed(request, error, _details(error))
            return
        yield self._moved(request, session, before, stopped=stopped)

    def _moved(
        self,
        request: Request,
        session: Session,
        before: int,
        *,
        moment: Moment | None = None,
        stopped: Sentence | None = None,
    ) -> Moved:
        start, _ = session.bounds
        return Moved(
            request,
            moment or session.moment(),
            before,
            self._iteration_steps(session, start),
            start,
            session.reached,
            self._edits,
            session.seconds(session.position) if session.position else None,
            stopped,
        )

    def _iteration_steps(self, session: Session, start: int) -> tuple[Any, ...]:
        """The steps of this iteration, made once an iteration."""
        if self._steps_of != (session, start):
            self._steps, self._steps_of = session.iteration_steps, (session, start)
        return self._steps

    # ---- what if ------------------------------------------------------------------------------------------

    def _assign(self, request: Assign) -> Iterator[Answer]:
        session = self._session
        if session is None:
            return
        array = session.value(request.name)
        changed = None if array is None else np.array(array)
        if changed is not None:
            changed[request.index] = request.number
        session.set_value(request.name, changed)
        self._edits += 1
        yield self._moved(request, session, session.position)

    def _undo(self, request: Undo) -> Iterator[Answer]:
        session = self._session
        if session is None:
            return
        before = session.position
        if session.undo():
            self._edits -= 1
        yield self._moved(request, session, before)


def _explanation(session: Session, request: AskExplanation) -> Answer:
    from graphscope.gui.explaining import explanation

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


def _floating(session: Session) -> str:
    """The floating type of the model's numbers: of its parameters, else of its inputs."""
    names = (*session.graph.parameters, *session.graph.inputs, *session.graph.values)
    specs = (session.specs[name] for name in names if name in session.specs)
    return next((spec.dtype for spec in specs if spec.floating), "")


def _details(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
