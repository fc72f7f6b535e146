"""A session that lives in an engine: the same names as `graphscope.debug.session.Session`, over the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import TracebackType
from typing import Any, Self

from graphscope.errors import BackendError
from graphscope.graph.graph import Graph
from graphscope.model.model import Model
from graphscope.service.engine import Engine
from graphscope.service.requests import Failed, Open, Opened
from graphscope.service.tasks.calling import FACTS, METHODS, Call, Returned


class RemoteSession:
    """A run in another process. Also a context manager.

    Every method and fact of a session that is plain data is here under the same name; arrays come as read-only
    copies. An error there is raised here.

    Args:
        engine: it is closed with the session.

    Raises:
        GraphScopeError: the model, the data or the backend cannot be used.
    """

    def __init__(self, engine: Engine, request: Open) -> None:
        self._engine = engine
        try:
            self._opened: Opened = self._ask(request, Opened)
            self._framed: bool | None = None
        except BaseException:
            engine.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<session of {self.model.name} in another process>"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *METHODS, *FACTS]

    def __getattr__(self, name: str) -> Any:
        if name in FACTS:
            return self.call(name)
        if name in METHODS:
            return partial(self.call, name)
        raise AttributeError(f"a session in another process has no “{name}”")

    @property
    def model(self) -> Model:
        """The model that is run, without its arrays: they are where the session is."""
        return self._opened.model

    @property
    def graph(self) -> Graph:
        """The graph that is run, with the bodies of its operations laid out as they are now."""
        if self._framed is None:
            self._framed = bool(self.call("framed"))
        return self.call("graph") if self._framed else self._opened.model.graph

    @property
    def breakpoints(self) -> RemotePart:
        """Where runs stop; what it offers is what it offers there."""
        return RemotePart(self, "breakpoints")

    def call(self, name: str, *arguments: Any, **options: Any) -> Any:
        """Call a method of the session there, or read one of its facts.

        Raises:
            GraphScopeError: what the method raises.
        """
        return self._ask(Call(name, arguments, options), Returned).value

    def _ask(self, request: Open | Call, kind: type[Any]) -> Any:
        """The answer of a kind to a request; all are taken, so that the next one begins with its own."""
        answers = list(self._engine.answers(request))
        for answer in answers:
            if isinstance(answer, Failed):
                raise answer.error
        for answer in answers:
            if isinstance(answer, kind):
                return answer
        raise BackendError(
            "the engine did not answer what it was asked; install the same version on both sides"
        )

    def close(self) -> None:
        """Let go of the session and of its engine."""
        self._engine.close()


class RemotePart:
    """Something that belongs to a session elsewhere, under the same names."""

    def __init__(self, session: RemoteSession, name: str) -> None:
        self._session, self._name = session, name

    def __getattr__(self, name: str) -> Any:
        if f"{self._name}.{name}" not in METHODS:
            raise AttributeError(f"{self._name} in another process have no “{name}”")
        return partial(self._session.call, f"{self._name}.{name}")

    def __iter__(self) -> Iterator[Any]:
        return iter(self._session.call(f"{self._name}.list"))

    def __len__(self) -> int:
        return len(self._session.call(f"{self._name}.list"))


def remote_opener(start: Callable[[], Engine]) -> Callable[..., RemoteSession]:
    """``graphscope.open`` for sessions in engines of their own.

    Args:
        start: starts an engine.
    """

    def open_remote(
        source: Any, *, backend: str = "numpy", dtype: Any = None, trust: bool = False, **options: Any
    ) -> RemoteSession:
        told: Mapping[str, Any] = options
        return RemoteSession(start(), Open(source, backend, dtype, told, trust))

    return open_remote
