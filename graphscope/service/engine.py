"""What answers a window's requests: an engine, in this process or in one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from graphscope.errors import BackendError, Sentence
from graphscope.service.changes import Receiving, Sending
from graphscope.service.codec import decode, encode
from graphscope.service.requests import Answer, Request
from graphscope.service.worker import Opener, Worker

ASKED_FOR = Sentence("that was asked for")
"""Why an engine ended that was ended from the window."""


class LostError(BackendError):
    """The engine's process has ended while somebody still wanted something from it.

    ``details`` is the last that it wrote; ``greeted`` says whether it ever was an engine.
    """

    details: str = ""
    greeted: bool = False


class Engine(Protocol):
    """Answers one request after the other; `cancel`, `end` and `close` may be called from any thread."""

    def answers(self, request: Request) -> Iterator[Answer]:
        """Do a request; from this call on it can be cancelled.

        Raises:
            LostError: the engine's process has ended.
        """
        ...

    def loss(self) -> LostError | None:
        """Why it has ended, or None while it runs."""
        ...

    def cancel(self) -> None:
        """Want no more of what is being done; it ends between two steps."""
        ...

    def end(self) -> None:
        """End the process at once, whatever it is doing, where it is one of its own."""
        ...

    def close(self) -> None:
        """Let go of the session and of the process."""
        ...


class LocalEngine:
    """An engine in this process. Everything crosses as bytes all the same, so that nothing is shared."""

    def __init__(self, opener: Opener) -> None:
        self._unwanted = False
        self._worker = Worker(opener, lambda: self._unwanted)
        self._sending, self._receiving = Sending(), Receiving()

    def answers(self, request: Request) -> Iterator[Answer]:
        """Do a request; from this call on it can be cancelled."""
        self._unwanted = False
        return self._answers(request)

    def _answers(self, request: Request) -> Iterator[Answer]:
        for answer in self._worker.answers(request):
            text, arrays = encode(self._sending.shorten(answer, request))
            self._sending.sent()
            yield self._receiving.whole(decode(text, bytearray().join(arrays)), request)

    def loss(self) -> LostError | None:
        """It ends with this process."""
        return None

    def cancel(self) -> None:
        """Want no more of what is being done."""
        self._unwanted = True

    def end(self) -> None:
        """There is no process to end."""

    def close(self) -> None:
        """Let go of the session."""
        self._worker.close()
