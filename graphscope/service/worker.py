"""Does what is asked of a session, wherever the session lives; knows no Qt and no wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graphscope.debug.session import Session
from graphscope.engine.moment import Moment
from graphscope.errors import GraphScopeError, Sentence
from graphscope.service.requests import Answer, LaidOut, Moved, Open, Request, fault
from graphscope.service.tasks import tasks

Opener = Callable[[Open], Session]


class Worker:
    """One session, and an answer to every request.

    Args:
        opener: makes sessions.
        unwanted: asked while something long is done, whether it is still to be done.
    """

    def __init__(self, opener: Opener, unwanted: Callable[[], bool] = lambda: False) -> None:
        self.opener = opener
        self.unwanted = unwanted
        self.session: Session | None = None

    def answers(self, request: Request) -> Iterator[Answer]:
        """Do a request; an error becomes an answer, and the session stays as it is."""
        try:
            yield from tasks()[type(request)](self, request)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the worker must outlive every fault
            yield fault(request, error)

    def close(self) -> None:
        """Let go of the session."""
        if self.session is not None:
            self.session.close()
        self.session = None

    def moved(
        self,
        request: Request,
        before: int,
        *,
        moment: Moment | None = None,
        stopped: Sentence | None = None,
    ) -> Moved:
        """What the window is told of where the session is.

        Args:
            request: what led here.
            before: the position before it.
        """
        session = self.session
        if session is None:
            raise GraphScopeError("no model is open; open one first")
        start, _ = session.bounds
        return Moved(
            request,
            moment or session.moment(),
            before,
            session.iteration_steps,
            start,
            session.reached,
            session.edits,
            session.seconds(session.position) if session.position else None,
            stopped,
            LaidOut(session.graph, session.specs) if session.framed else None,
        )
