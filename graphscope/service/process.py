"""Starts the engine's process, talks to it, and says in one sentence why it has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO, cast

from graphscope.errors import BackendError, Sentence
from graphscope.service import protocol
from graphscope.service.changes import Receiving
from graphscope.service.engine import ASKED_FOR, LostError
from graphscope.service.protocol import Asked, Cancel, Done, Hello, Told
from graphscope.service.requests import Answer, Request
from graphscope.wire.frames import WireError

ROOT = str(Path(__file__).resolve().parents[2])
BEGIN = (
    f"import sys; {ROOT!r} in sys.path or sys.path.insert(0, {ROOT!r}); "
    "from graphscope.app.engine import main; sys.exit(main())"
)
COMMAND = (sys.executable, "-P", "-c", BEGIN)
"""The engine of this very package; a file in the current folder does not take the place of a module."""
PATIENCE = 30.0
"""Seconds until a new engine must have said hello; through ssh that includes the way."""
GRACE = 1.0
"""Seconds that an engine gets to end by itself."""
TEARDOWN = 10.0
"""Seconds that the system gets to take an engine down that was killed; a driver may hold it for longer."""
LONGEST_LINE = 4096
"""What is printed without the end of a line is passed on in pieces of so many bytes."""
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
        self._number = self._unwanted = self._cancelled = 0
        self._ended_by_us = self._silent = self._gone = False
        self._receiving = Receiving()
        self._inbox: SimpleQueue[Any] = SimpleQueue()
        self._writing, self._killing = threading.Lock(), threading.Lock()
        begun: Future[subprocess.Popen[bytes]] = Future()
        listening = self._thread("wire", self._listen, begun)
        self._process = begun.result()
        self._threads = (listening, self._thread("engine's words", self._overhear))

    def _thread(self, name: str, work: Callable[..., object], *arguments: object) -> threading.Thread:
        made = threading.Thread(target=work, args=arguments, name=f"graphscope {name}", daemon=True)
        made.start()
        return made

    def _start(self) -> subprocess.Popen[bytes]:
        """Start it in a group of its own: Ctrl+C in a terminal does not end it, and its children end with it."""
        try:
            return subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
                start_new_session=True,  # nothing on Windows, where the engine itself takes no heed of Ctrl+C
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError) as error:
            raise LostError(
                "the engine cannot be started with “{command}”: {reason}",
                command=" ".join(self.command),
                reason=getattr(error, "strerror", None) or str(error),
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
            try:
                protocol.check(told, self._version)
            except BackendError as error:
                self.close()
                raise LostError(error.sentence.template, **error.sentence.fields) from error
            self.hello = told
        return self.hello

    def answers(self, request: Request) -> Iterator[Answer]:
        """Do a request, which can be cancelled from now on.

        Raises:
            LostError: it ended meanwhile.
        """
        self._number += 1
        return self._answers(self._number, request)

    def _answers(self, number: int, request: Request) -> Iterator[Answer]:
        self.greet()
        self._ask(Asked(number, self._pack(request)))
        while True:
            told = self._next(None)
            if isinstance(told, Done) and told.number == number:
                return
            if isinstance(told, Told):
                answer = self._whole(told.answer, request)  # what nobody wants any more counts too
                if told.number == number:
                    yield answer
            elif not isinstance(told, Done):
                raise self._lost(told)

    def _whole(self, answer: Answer, request: Request) -> Answer:
        """An answer as it was before it was shortened; one that makes no sense is told by no engine of ours."""
        try:
            return self._receiving.whole(answer, request)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise self._lost(WireError("a message cannot be understood: {reason}", reason=reason)) from error

    def _ask(self, message: Asked) -> None:
        try:
            with self._writing:
                protocol.send(cast("Any", self._process.stdin), message)
        except (OSError, ValueError) as error:
            raise self._lost(error) from error
        self._tell_cancelled()

    def _next(self, patience: float | None) -> Any:
        try:
            return self._inbox.get(timeout=patience)
        except Empty:
            return WireError("it did not answer within {seconds} seconds", seconds=round(patience or 0))

    def cancel(self) -> None:
        """Want no more of what has been asked so far. It never waits: a window calls it."""
        self._unwanted = self._number
        self._tell_cancelled()

    def _tell_cancelled(self) -> None:
        """Say what is unwanted, once; while a request is being written, whoever writes it says so afterwards."""
        while self._cancelled < self._unwanted and self._writing.acquire(blocking=False):
            try:
                self._cancelled = self._unwanted
                with suppress(OSError, ValueError):  # it has ended, which whoever waits for an answer is told
                    protocol.send(cast("Any", self._process.stdin), Cancel(self._cancelled))
            finally:
                self._writing.release()

    # ---- in threads of their own --------------------------------------------------------------------------

    def _listen(self, begun: Future[subprocess.Popen[bytes]]) -> None:
        """Start it and pass on what comes; None at the end.

        It is started here because Linux ends a process with the thread that started it, not with its program.
        """
        try:
            process = self._start()
        except Exception as error:  # noqa: BLE001 - whoever made us waits for the outcome, and is told
            begun.set_exception(error)
            return
        begun.set_result(process)
        end: object = None
        stream = cast("BinaryIO", process.stdout)
        try:
            while (message := protocol.receive(stream)) is not None:
                self._inbox.put(message)
        except WireError as error:
            end = error
        except (OSError, ValueError):
            pass
        self._silent = True
        self._inbox.put(end)
        _let_go(stream)
        self._ended()

    def _overhear(self) -> None:
        """Pass on what it prints, and keep the last of it."""
        stream = cast("BinaryIO", self._process.stderr)
        with suppress(OSError, ValueError):
            while line := stream.readline(LONGEST_LINE):
                told = line.decode("utf-8", errors="replace")
                self.lines.append(told)
                with suppress(OSError, ValueError, AttributeError):  # a window need not have a terminal
                    sys.stderr.write(told)
        _let_go(stream)

    # ---- ending -------------------------------------------------------------------------------------------

    def loss(self) -> LostError | None:
        """Why it has ended, or None while it runs."""
        return self._lost(None) if self._silent or self._ended_by_us else None

    def end(self) -> None:
        """End it at once, whatever it is doing. It never waits: a window calls it."""
        self._ended_by_us = True
        self._kill()
        self._inbox.put(None)  # whoever waits is told, even where something else holds the pipe open

    def close(self) -> None:
        """End it: it leaves when nobody speaks to it any more, and is made to if it does not."""
        self._ended_by_us = True
        self._reap()

    def _kill(self) -> None:
        """End it and what it has started, which may hold our pipes."""
        with self._killing, suppress(OSError):
            if self._gone:
                return  # its number may be another's by now
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    def _reap(self) -> None:
        """Let go of the process and of all that belongs to it."""
        if self._gone:
            return
        if self._writing.acquire(timeout=GRACE):
            try:
                _let_go(cast("BinaryIO", self._process.stdin))
            finally:
                self._writing.release()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE)
        self._kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(TEARDOWN)
        self._gone = True
        for thread in self._threads:  # each closes what it reads, which a daemon of a kernel's may still hold
            thread.join(GRACE)

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


def _let_go(stream: BinaryIO) -> None:
    """Close a pipe; what was still to be written to it has no reader."""
    with suppress(OSError, ValueError):
        stream.close()


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
