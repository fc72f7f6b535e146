"""The messages between a client and the engine's process, and the handshake that they begin with.

From the engine: one `Hello`, then for each request any number of `Told` and one `Done`. To the engine: `Asked`, with
rising numbers, each done at most once; and at any time `Cancel`, which means everything up to its number.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import numpy as np

from graphscope.errors import BackendError
from graphscope.service.codec import decode, encode
from graphscope.service.requests import Answer, Request
from graphscope.wire.frames import Limits, WireError, read_frame, write_frame

PROTOCOL = 1
"""Raised whenever a message changes its meaning; both sides must have the same."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Who answers.

    Args:
        protocol: the version of these messages.
        version: the version of GraphScope.
        machine: the name of the computer.
    """

    protocol: int
    version: str
    python: str
    numpy: str
    machine: str
    process: int


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """A request."""

    number: int
    request: Request


@dataclass(frozen=True, slots=True)
class Cancel:
    """The answers to requests up to this number are no longer wanted."""

    number: int


@dataclass(frozen=True, eq=False, slots=True)
class Told:
    """One answer to a request."""

    number: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Done:
    """A request is answered in full."""

    number: int


Message = Hello | Asked | Cancel | Told | Done


def hello(version: str, process: int) -> Hello:
    """What this process says of itself."""
    return Hello(PROTOCOL, version, platform.python_version(), np.__version__, platform.node(), process)


def check(told: Hello, version: str) -> None:
    """Refuse an engine of another make.

    Raises:
        BackendError: it speaks another version of the protocol.
    """
    if told.protocol != PROTOCOL:
        raise BackendError(
            "the engine on {machine} is GraphScope {given}, this window {own}: install the same version on both",
            machine=told.machine,
            given=told.version,
            own=version,
        )


def send(stream: BinaryIO, message: Message) -> None:
    """Write a message.

    Raises:
        WireError: it holds something that is not plain data; nothing was written.
        OSError: the other side is gone.
    """
    text, arrays = encode(message, foreign_ops=not isinstance(message, Asked))
    write_frame(stream, text, arrays)


def receive(stream: BinaryIO, limits: Limits | None = None) -> Any:
    """The next message, or None where the stream has ended.

    Raises:
        WireError: what comes is no message.
    """
    frame = read_frame(stream, limits or Limits())
    if frame is None:
        return None
    message = decode(*frame)
    if not _whole(message):
        raise WireError("expected a message, but {kind} came", kind=type(message).__name__)
    return message


_PARTS: Mapping[type[Any], Mapping[str, type[Any]]] = {
    Hello: {"protocol": int},
    Asked: {"number": int, "request": Request},
    Told: {"number": int, "answer": Answer},
    Cancel: {"number": int},
    Done: {"number": int},
}


def _whole(message: Any) -> bool:
    """Whether it is a message whose parts are what they should be: bytes may say anything."""
    parts = _PARTS.get(cast("type[Any]", type(message)))
    return parts is not None and all(isinstance(getattr(message, name), kind) for name, kind in parts.items())
