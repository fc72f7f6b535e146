"""The engine's process: answers requests on standard output, and ends at once when standard input does.

Whatever a model or a library prints goes to standard error, so that it cannot spoil a message.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import BinaryIO

from graphscope.errors import GraphScopeError
from graphscope.service import limits
from graphscope.service.changes import Sending
from graphscope.service.protocol import Asked, Cancel, Done, Hello, Told, receive, send
from graphscope.service.requests import Answer, Failed
from graphscope.service.worker import Opener, Worker
from graphscope.wire.frames import WireError


def serve(opener: Opener, greeting: Hello, leave: Callable[[int], object] = os._exit) -> int:
    """Serve standard input and output until the other side ends.

    Args:
        opener: makes sessions.
        leave: ends the process, whatever it is doing.
    """
    source, sink = own_streams()
    faulthandler.enable(sys.stderr)
    limits.end_with_parent()
    limits.bound_memory()
    with suppress(ValueError):  # not in the main thread: then nobody sends one
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is meant for the window
    send(sink, greeting)
    server = Server(opener, sink)
    threading.Thread(target=server.listen, args=(source, leave), name="graphscope wire", daemon=True).start()
    return server.work()


def own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for messages alone; what is printed goes to standard error from now on."""
    sys.stdout.flush()
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return os.fdopen(source, "rb", buffering=2**16), os.fdopen(sink, "wb", buffering=2**16)


class Server:
    """Answers one request after the other; hears in another thread what is no longer wanted."""

    def __init__(self, opener: Opener, sink: BinaryIO) -> None:
        self._sink = sink
        self._asked: SimpleQueue[Asked | None] = SimpleQueue()
        self._cancelled = self._current = 0
        self._worker = Worker(opener, lambda: self._cancelled >= self._current)
        self._sending = Sending()

    def listen(self, source: BinaryIO, leave: Callable[[int], object]) -> None:
        """Read messages until the stream ends, then leave: whatever is being computed, nobody waits for it."""
        status = 0
        try:
            while (message := receive(source)) is not None:
                if isinstance(message, Cancel):
                    self._cancelled = max(self._cancelled, message.number)
                elif isinstance(message, Asked):
                    self._asked.put(message)
        except (WireError, OSError) as error:
            sys.stderr.write(f"graphscope engine: {error}\n")
            status = 1
        sys.stderr.flush()
        self._asked.put(None)
        leave(status)

    def work(self) -> int:
        """Answer until there is nobody to answer to."""
        while (asked := self._asked.get()) is not None:
            if asked.number <= self._current:
                continue  # done already
            self._current = asked.number
            try:
                self._answer(asked)
            except OSError:
                break
        return 0

    def _answer(self, asked: Asked) -> None:
        for answer in self._worker.answers(asked.request):
            self._tell(asked, answer)
        send(self._sink, Done(asked.number))

    def _tell(self, asked: Asked, answer: Answer) -> None:
        """Send an answer; one that cannot cross becomes the sentence that says so."""
        try:
            self._send(asked, answer)
        except WireError as error:
            refused = GraphScopeError(error.sentence.template, **error.sentence.fields)
            self._send(asked, Failed(asked.request, refused))

    def _send(self, asked: Asked, answer: Answer) -> None:
        send(self._sink, Told(asked.number, self._sending.shorten(answer, asked.request)))
        self._sending.sent()
