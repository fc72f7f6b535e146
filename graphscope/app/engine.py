"""The engine that a window talks to: in a process of its own, on this computer or on another."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import graphscope
from graphscope.app import opening
from graphscope.service.engine import Engine, LocalEngine
from graphscope.service.process import COMMAND, EngineProcess
from graphscope.service.protocol import hello
from graphscope.service.server import serve

if TYPE_CHECKING:
    from graphscope.debug.session import Session
    from graphscope.service.requests import Open

Start = Callable[[Callable[[], object]], Engine]
"""Starts an engine; what it is handed is called, in another thread, when the engine has ended."""


def open_session(request: Open) -> Session:
    """The session that a request asks for, by the one call that opens models."""
    return opening.open(
        request.source, backend=request.backend, dtype=request.dtype, trust=request.trust, **request.options
    )


def start_process(ended: Callable[[], object]) -> Engine:
    """An engine in a process of its own on this computer."""
    return EngineProcess(COMMAND, version=graphscope.__version__, ended=ended)


def start_here(_ended: Callable[[], object]) -> Engine:
    """An engine in this process, for pictures and tests: it starts at once, and a crash takes us along."""
    return LocalEngine(open_session)


def start_with(command: str) -> Start:
    """Starts engines by a command line, such as ``ssh HOST graphscope-engine``."""
    words = shlex.split(command, posix=os.name == "posix")
    return lambda ended: EngineProcess(words, version=graphscope.__version__, ended=ended)


def main() -> int:
    """The engine itself: what it is told comes on standard input, what it tells goes to standard output."""
    return serve(open_session, hello(graphscope.__version__, os.getpid()))


if __name__ == "__main__":
    sys.exit(main())
