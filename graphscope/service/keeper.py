"""Starts an engine that was lost again, and leads it back to where it was by doing again what changed the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from graphscope.errors import GraphScopeError
from graphscope.service.engine import ASKED_FOR, Engine, LostError
from graphscope.service.requests import (
    Answer,
    Closed,
    Failed,
    Move,
    Moved,
    Open,
    Opened,
    Request,
    Restarted,
    Revive,
    Seek,
)

ATTEMPTS = 2
"""So often an engine is led back; one that is lost on the way every time would be lost for ever."""
LOSSES = 3
"""So often in a row an engine is led back that was lost while nothing was moved; then it comes to rest."""


class Keeper:
    """An engine that outlives its process.

    What is asked is done at most once: the request during which the engine was lost is not repeated, since it may
    be what ended it.

    Args:
        start: starts an engine.
    """

    def __init__(self, start: Callable[[], Engine]) -> None:
        self._start = start
        self._engine: Engine | None = None
        self._opened: Open | None = None
        self._lasting: list[tuple[int, Request]] = []
        self._position = self._reached = 0
        self._losses = 0
        self._unwanted = self._leading = self._refused = self._left = False

    def answers(self, request: Request) -> Iterator[Answer]:
        """Do a request, which can be cancelled from now on.

        Where the engine is lost meanwhile, another one takes its place.
        """
        self._unwanted = False
        return self._answers(request)

    def _answers(self, request: Request) -> Iterator[Answer]:
        lost = None if self._engine is None else self._engine.loss()
        if lost is not None:  # while nobody asked it for anything
            yield from self._recover(Revive(), lost)
        if not isinstance(request, Revive):
            yield from self._do(request)
        elif lost is None and not self._refused:
            with suppress(LostError):  # whoever asks for something is told
                self._running()

    def _do(self, request: Request) -> Iterator[Answer]:
        before, moved, failed, self._refused = self._position, False, False, False
        try:
            stream = self._running().answers(request)
            if self._unwanted:  # before there was an engine that could be told
                self.cancel()
            for answer in stream:
                failed, moved = failed or isinstance(answer, Failed), moved or isinstance(answer, Moved)
                self._note(answer)
                yield answer
        except LostError as lost:
            yield from self._recover(request, lost)
            return
        if request.lasting and (moved or not failed):  # what moved has changed the run, whatever failed then
            self._lasting.append((before, request))

    def _running(self) -> Engine:
        """The engine, started where there is none.

        Raises:
            LostError: it cannot be started, or nobody wants it any more.
        """
        if self._left:
            raise LostError("the engine has ended: {reason}", reason=ASKED_FOR)
        if self._engine is None:
            self._engine = self._start()
            if self._left:  # meanwhile
                self._engine.end()
        return self._engine

    def _note(self, answer: Answer) -> None:
        """Remember where the run is."""
        if isinstance(answer, Opened | Moved | Closed):
            self._losses = 0
        if isinstance(answer, Opened):
            self._forget(answer.request)
        elif isinstance(answer, Moved):
            self._position, self._reached = answer.moment.position, answer.reached
        elif isinstance(answer, Closed):
            self._forget(None)

    def _forget(self, opened: Open | None) -> None:
        """Another run, or none, is at its start."""
        self._opened, self._lasting, self._position, self._reached = opened, [], 0, 0

    def cancel(self) -> None:
        """Want no more of what is being done. The way back is not cut short: edits have their places on it."""
        self._unwanted, engine = True, self._engine
        if engine is not None and not self._leading:
            engine.cancel()

    def end(self) -> None:
        """End the process at once; another one takes its place."""
        if self._engine is not None:
            self._engine.end()

    def leave(self) -> None:
        """End the process at once, and let none take its place."""
        self._left = True
        self.end()

    def close(self) -> None:
        """Let go of the engine."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    # ---- after a loss -------------------------------------------------------------------------------------

    def _recover(self, request: Request, lost: LostError) -> Iterator[Answer]:
        """Start another engine, lead it back, and tell what has happened."""
        reason = lost.sentence.fields.get("reason", lost.sentence)
        if not _moves(request):
            self._losses += 1
        if self._losses > LOSSES:
            yield from self._give_up(request, _again_and_again(self._losses, reason, lost.details))
            return
        self._leading = True
        try:
            moved, lost = self._replaced(lost)
        except GraphScopeError as error:
            yield from self._give_up(request, error)
            return
        finally:
            self._leading = False
        yield Restarted(request, reason, lost.details, moved.moment.position if moved else None)
        if moved is not None:
            yield moved

    def _replaced(self, lost: LostError) -> tuple[Moved | None, LostError]:
        """Where another engine was led back to, and the last loss on the way.

        Raises:
            GraphScopeError: none can be had, or it cannot be led back.
        """
        for attempt in range(ATTEMPTS):
            wanted = attempt > 0 and lost.sentence.fields.get("reason") == ASKED_FOR
            if not (
                lost.greeted or wanted
            ):  # whoever ends it while it starts wants the run back all the same
                break
            self.close()
            try:
                return self._lead_back(), lost
            except LostError as again:
                lost = again
        raise lost

    def _lead_back(self) -> Moved | None:
        """Do again what changed the run, each where it was done, and compute again what had been computed.

        Raises:
            LostError: the engine has ended once more.
            GraphScopeError: it cannot be done again; a file may be gone.
        """
        if self._opened is None:
            self._running()
            return None
        path: list[Request] = [self._opened]
        for position, request in self._lasting:
            path += [Seek(position), request]
        moved: Moved | None = None
        for request in (*path, Seek(max(self._reached, self._position)), Seek(self._position)):
            there: Moved | None = None
            for answer in self._running().answers(request):
                if isinstance(answer, Failed) and not (request.lasting and there):
                    raise answer.error
                there = answer if isinstance(answer, Moved) else there
            moved = there or moved
        return moved

    def _give_up(self, request: Request, error: GraphScopeError) -> Iterator[Answer]:
        """No engine can be led back: nothing is open any more."""
        self.close()
        self._refused = True
        if self._left:
            return
        open_before = self._opened is not None
        if open_before:
            self._note(Closed())
            yield Closed()
        if open_before or not isinstance(request, Revive):
            yield Failed(request, error, getattr(error, "details", ""))


def _moves(request: Request) -> bool:
    """Whether a request is somebody's wish to go on, which a window does not ask by itself."""
    return request.lasting or request.endless or isinstance(request, Move | Seek | Open)


def _again_and_again(count: int, reason: object, details: str) -> LostError:
    error = LostError(
        "the engine has ended {count} times in a row, at last: {reason}", count=count, reason=reason
    )
    error.details = details
    return error
