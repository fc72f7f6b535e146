"""Starts the engine's process, talks to it, and says in one sentence why it has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import IO, Any, cast

from graphscope.errors import Sentence
from graphscope.service import protocol
from graphscope.service.changes import Receiving
from graphscope.service.engine import LostError
from graphscope.service.protocol import Asked, Cancel, Done, Hello, Told
from graphscope.service.requests import Answer, Request
from graphscope.wire.frames import WireError

COMMAND = (sys.executable, "-m", "graphscope.app.engine")
PATIENCE = 30.0
"""Seconds until a new engine must have said hello; through ssh that includes the way."""
GRACE = 1.0
"""Seconds that an engine gets to end by itself."""
ASKED_FOR = Sentence("that was asked for")
"""Why an engine ended that was ended from the window."""
KEPT = 40
"""So many of its last lines are kept, for whoever asks why it ended."""


class EngineProcess:
    """One process of the engine, from its start to its end; a new one takes a new object.

    Args:
        command: what is started; it speaks the protocol on its standard input and output.
        version: of this side.
        ended: called, in another thread, when nothing more can come from it.
        pack: what is sent in place of a request, for an engine that does not see this computer's files.
    """

    def __init__(
        self,
        command: Sequence[str] = COMMAND,
        *,
        version: str = "",
        ended: Callable[[], object] = lambda: None,
        pack: Callable[[Request], Request] = lambda request: request,
    ) -> None:
        self.command = tuple(command)
        self.hello: Hello | None = None
        self.lines: deque[str] = deque(maxlen=KEPT)
        """The last that it wrote to standard error."""
        self._version, self._ended, self._pack = version, ended, pack
        self._number = 0
        self._ended_by_us = self._silent = False
        self._receiving = Receiving()
        self._inbox: SimpleQueue[Any] = SimpleQueue()
        self._writing = threading.Lock()
        self._process = self._start()
        self._threads = [
            threading.Thread(target=work, name=f"graphscope {name}", daemon=True)
            for name, work in (("wire", self._listen), ("engine's words", self._overhear))
        ]
        for thread in self._threads:
            thread.start()

    def _start(self) -> subprocess.Popen[bytes]:
        """Start it in a group of its own, so that Ctrl+C in a terminal does not end it."""
        try:
            return subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
                start_new_session=True,
            )
        except OSError as error:
            raise LostError(
                "the engine cannot be started with “{command}”: {reason}",
                command=" ".join(self.command),
                reason=error.strerror or str(error),
            ) from error

    @property
    def pid(self) -> int:
        """The process on this computer: the engine, or what leads to it."""
        return self._process.pid

    # ---- asking -------------------------------------------------------------------------------------------

    def greet(self) -> Hello:
        """Wait until it has said hello.

        Raises:
            LostError: it ended instead, said something else, or is of another version.
        """
        if self.hello is None:
            told = self._next(PATIENCE)
            if not isinstance(told, Hello):
                raise self._lost(told)
            protocol.check(told, self._version)
            self.hello = told
        return self.hello

    def answers(self, request: Request) -> Iterator[Answer]:
        """Do a request.

        Raises:
            LostError: it ended meanwhile.
        """
        self.greet()
        self._number += 1
        number = self._number
        self._send(Asked(number, self._pack(request)))
        while True:
            told = self._next(None)
            if isinstance(told, Done) and told.number == number:
                return
            if isinstance(told, Told):
                if told.number == number:
                    yield self._receiving.whole(told.answer, request)
            elif not isinstance(told, Done):
                raise self._lost(told)

    def _send(self, message: Asked | Cancel) -> None:
        try:
            with self._writing:
                protocol.send(cast("Any", self._process.stdin), message)
        except (OSError, ValueError) as error:
            raise self._lost(error) from error

    def _next(self, patience: float | None) -> Any:
        try:
            return self._inbox.get(timeout=patience)
        except Empty:
            return WireError("it did not answer within {seconds} seconds", seconds=round(patience or 0))

    def cancel(self) -> None:
        """Want no more of what has been asked so far."""
        with suppress(LostError):
            self._send(Cancel(self._number))

    # ---- in threads of their own --------------------------------------------------------------------------

    def _listen(self) -> None:
        """Pass on what comes; None at the end."""
        end: object = None
        with suppress(OSError, ValueError):
            try:
                while (message := protocol.receive(cast("Any", self._process.stdout))) is not None:
                    self._inbox.put(message)
            except WireError as error:
                end = error
        self._silent = True
        self._inbox.put(end)
        self._ended()

    def _overhear(self) -> None:
        """Pass on what it prints, and keep the last of it."""
        stream = cast("IO[bytes]", self._process.stderr)
        with suppress(OSError, ValueError):
            for line in stream:
                told = line.decode("utf-8", errors="replace")
                self.lines.append(told)
                with suppress(OSError, ValueError, AttributeError):  # a window need not have a terminal
                    sys.stderr.write(told)

    # ---- ending -------------------------------------------------------------------------------------------

    def loss(self) -> LostError | None:
        """Why it has ended, or None while it runs."""
        return self._lost(None) if self._silent or self._ended_by_us else None

    def end(self) -> None:
        """End it at once, whatever it is doing."""
        self._ended_by_us = True
        self._kill()

    def close(self) -> None:
        """End it: it leaves when nobody speaks to it any more, and is made to if it does not."""
        self._ended_by_us = True
        self._reap()

    def _kill(self) -> None:
        with suppress(OSError):
            self._process.kill()

    def _reap(self) -> None:
        """Let go of the process and of all that belongs to it."""
        with suppress(OSError, ValueError), self._writing:
            cast("IO[bytes]", self._process.stdin).close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()
        for thread in self._threads:
            thread.join(GRACE)
        for stream in (self._process.stdout, self._process.stderr):
            with suppress(OSError):
                cast("IO[bytes]", stream).close()

    def _lost(self, told: object) -> LostError:
        """The error that says why there is no engine any more."""
        if isinstance(told, WireError):
            self._kill()
        self._reap()
        lost = LostError("the engine has ended: {reason}", reason=self._reason(told))
        lost.details, lost.greeted = "".join(self.lines), self.hello is not None
        return lost

    def _reason(self, told: object) -> Sentence:
        if self._ended_by_us:
            return ASKED_FOR
        if isinstance(told, WireError):
            return told.sentence
        status = self._process.returncode
        if status is not None and status < 0:
            return Sentence("signal {number}, {meaning}", number=-status, meaning=meaning(-status))
        last = next((line.strip() for line in reversed(self.lines) if line.strip()), "")
        return Sentence("it left with status {status}. {line}", status=status, line=last)


def meaning(number: int) -> Sentence:
    """What a signal usually means for a computation."""
    if number == getattr(signal, "SIGKILL", None):
        return Sentence("somebody or the system ended it, perhaps because memory ran out")
    if number in (getattr(signal, "SIGSEGV", None), getattr(signal, "SIGBUS", None)):
        return Sentence("a kernel touched memory that is not its own")
    if number == getattr(signal, "SIGABRT", None):
        return Sentence("a library gave up")
    try:
        return Sentence("{name}", name=signal.Signals(number).name)
    except ValueError:
        return Sentence("which has no name here")
