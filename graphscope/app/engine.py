"""The engine that a window talks to: in a process of its own, on this computer or on another."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

import graphscope
from graphscope.app import opening, samples
from graphscope.errors import ModelError
from graphscope.service.engine import Engine, LocalEngine
from graphscope.service.process import COMMAND, EngineProcess
from graphscope.service.protocol import hello
from graphscope.service.requests import Open, Request
from graphscope.service.server import serve

if TYPE_CHECKING:
    from graphscope.debug.session import Session

Start = Callable[[Callable[[], object]], Engine]
"""Starts an engine; what it is handed is called, in another thread, when the engine has ended."""


def open_session(request: Open) -> Session:
    """The session that a request asks for, by the one call that opens models."""
    return opening.open(
        request.source, backend=request.backend, dtype=request.dtype, trust=request.trust, **request.options
    )


class Files:
    """Keeps the files that came with requests from another computer, as long as the engine lives."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None

    def open_session(self, request: Open) -> Session:
        """The session that a request asks for; a file that came with it is opened in place of its name."""
        if request.content is None:
            return open_session(request)
        self._folder = self._folder or TemporaryDirectory(prefix="graphscope-")
        path = Path(self._folder.name) / Path(str(request.source)).name
        path.write_bytes(request.content.tobytes())
        return open_session(replace(request, source=path, content=None))

    def leave(self, status: int) -> None:
        """Clear up and end the process, whatever it is doing."""
        if self._folder is not None:
            self._folder.cleanup()
        os._exit(status)


LARGEST = 2**30
"""A larger file does not travel; the engine's computer needs a copy of its own."""


def with_file(request: Request) -> Request:
    """A request to open a file of this computer, with the file.

    Raises:
        ModelError: it cannot be read.
    """
    if not isinstance(request, Open) or not isinstance(request.source, str | Path):
        return request
    path = Path(request.source)
    if samples.find(str(request.source)) is not None or not path.is_file():
        return request
    try:
        if path.stat().st_size > LARGEST:
            return request
        return replace(request, content=np.frombuffer(path.read_bytes(), np.uint8))
    except OSError as error:
        raise ModelError(
            "{file} cannot be read ({reason}); check the path and its permissions",
            file=path.name,
            reason=error.strerror,
        ) from error


def start_process(ended: Callable[[], object]) -> Engine:
    """An engine in a process of its own on this computer."""
    return EngineProcess(COMMAND, version=graphscope.__version__, ended=ended)


def start_here(_ended: Callable[[], object]) -> Engine:
    """An engine in this process, for pictures and tests: it starts at once, and a crash takes us along."""
    return LocalEngine(open_session)


def start_with(command: str) -> Start:
    """Starts engines by a command line, such as ``ssh HOST graphscope-engine``."""
    words = shlex.split(command, posix=os.name == "posix")
    return lambda ended: EngineProcess(words, version=graphscope.__version__, ended=ended, pack=with_file)


def main() -> int:
    """The engine itself: what it is told comes on standard input, what it tells goes to standard output."""
    files = Files()
    return serve(files.open_session, hello(graphscope.__version__, os.getpid()), files.leave)


if __name__ == "__main__":
    sys.exit(main())
