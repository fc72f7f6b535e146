"""Starts an engine that was lost again, and leads it back to where it was by doing again what changed the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from graphscope.errors import GraphScopeError
from graphscope.service.engine import Engine, LostError
from graphscope.service.requests import (
    Answer,
    Closed,
    Failed,
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
        self._position = 0

    def answers(self, request: Request) -> Iterator[Answer]:
        """Do a request. Where the engine is lost meanwhile, another one takes its place."""
        lost = None if self._engine is None else self._engine.loss()
        if lost is not None:  # while nobody asked it for anything
            yield from self._recover(Revive(), lost)
        if not isinstance(request, Revive):
            yield from self._do(request)
            return
        with suppress(LostError):  # whoever asks for something is told
            self._running()

    def _do(self, request: Request) -> Iterator[Answer]:
        before, failed = self._position, False
        try:
            for answer in self._running().answers(request):
                failed = failed or isinstance(answer, Failed)
                self._note(answer)
                yield answer
        except LostError as lost:
            yield from self._recover(request, lost)
            return
        if request.lasting and not failed:
            self._lasting.append((before, request))

    def _running(self) -> Engine:
        if self._engine is None:
            self._engine = self._start()
        return self._engine

    def _note(self, answer: Answer) -> None:
        """Remember where the run is."""
        if isinstance(answer, Opened):
            self._opened, self._lasting, self._position = answer.request, [], 0
        elif isinstance(answer, Moved):
            self._position = answer.moment.position
        elif isinstance(answer, Closed):
            self._opened, self._lasting, self._position = None, [], 0

    def cancel(self) -> None:
        """Want no more of what is being done."""
        if self._engine is not None:
            self._engine.cancel()

    def end(self) -> None:
        """End the process at once; another one takes its place."""
        if self._engine is not None:
            self._engine.end()

    def close(self) -> None:
        """Let go of the engine."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    # ---- after a loss -------------------------------------------------------------------------------------

    def _recover(self, request: Request, lost: LostError) -> Iterator[Answer]:
        """Start another engine, lead it back, and tell what has happened."""
        reason = lost.sentence.fields.get("reason", lost.sentence)
        for _ in range(ATTEMPTS if lost.greeted else 0):
            self.close()
            try:
                moved = self._lead_back()
            except LostError as again:
                lost = again
                continue
            except GraphScopeError as error:
                yield from self._give_up(request, error)
                return
            yield Restarted(request, reason, lost.details, moved.moment.position if moved else None)
            if moved is not None:
                yield moved
            return
        yield from self._give_up(request, lost)

    def _lead_back(self) -> Moved | None:
        """Do again what changed the run, each where it was done.

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
        for request in (*path, Seek(self._position)):
            for answer in self._running().answers(request):
                if isinstance(answer, Failed):
                    raise answer.error
                moved = answer if isinstance(answer, Moved) else moved
        return moved

    def _give_up(self, request: Request, error: GraphScopeError) -> Iterator[Answer]:
        """No engine can be led back: nothing is open any more."""
        self.close()
        open_before = self._opened is not None
        if open_before:
            self._note(Closed())
            yield Closed()
        if open_before or not isinstance(request, Revive):
            yield Failed(request, error, getattr(error, "details", ""))
