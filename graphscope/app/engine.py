"""The engine that a window talks to: what opens its models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphscope.app import opening

if TYPE_CHECKING:
    from graphscope.debug.session import Session
    from graphscope.service.requests import Open


def open_session(request: Open) -> Session:
    """The session that a request asks for, by the one call that opens models."""
    return opening.open(
        request.source, backend=request.backend, dtype=request.dtype, trust=request.trust, **request.options
    )
