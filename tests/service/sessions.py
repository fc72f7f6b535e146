"""Sessions as `GRAPHSCOPE_TEST_SESSIONS` asks for them: here, over the wire in this process, or in another process.

The tests of `tests/debug` open their sessions with `opened`, so that the same tests hold all three.
"""

from __future__ import annotations

import atexit
import os
from itertools import cycle
from typing import Any

import pytest

import graphscope
from graphscope.app.engine import open_session
from graphscope.backends.base import open_backend
from graphscope.debug.session import Session
from graphscope.model.model import Model
from graphscope.service.engine import LocalEngine
from graphscope.service.process import EngineProcess
from graphscope.service.remote import RemoteSession
from graphscope.service.requests import Open
from graphscope.wire.frames import WireError

WHERE = os.environ.get("GRAPHSCOPE_TEST_SESSIONS", "here")
ENGINES = 6
"""So many sessions can be open at a time in processes of their own; the oldest is given up for a new one."""


class Shared:
    """An engine's process that outlives the sessions of many tests."""

    def __init__(self) -> None:
        self.process = EngineProcess(version=graphscope.__version__)
        atexit.register(self.process.close)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.process, name)

    def close(self) -> None:
        """It is kept for the next test."""


class Elsewhere(RemoteSession):
    """A session in an engine; a test that looks inside a session is not for it."""

    def __getattr__(self, name: str) -> Any:
        if name in ("history", "backend", "held", "_scene"):
            pytest.skip("looks inside the session, which is in another process")
        return super().__getattr__(name)

    def __exit__(self, *_: object) -> None:
        """The engine is kept for the next test."""

    def close(self) -> None:
        pytest.skip("a session in another process goes with its engine")


_shared = cycle([Shared() for _ in range(ENGINES)] if WHERE == "process" else [])


def opened(model: Model, **options: Any) -> Any:
    """A session with NumPy, wherever it is to live."""
    if WHERE == "here":
        return Session(model, open_backend("numpy"), **options)
    engine: Any = LocalEngine(open_session) if WHERE == "wire" else next(_shared)
    if "clock" in options:
        pytest.skip("a clock cannot cross to another process")
    try:
        return Elsewhere(engine, Open(model, options=options))
    except WireError:
        pytest.skip("the model has operations that only the tests have")
