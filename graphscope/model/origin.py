"""Finds the line of the user's own program that made something, so that errors can name it."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path

from graphscope.errors import GraphScopeError
from graphscope.graph.graph import Origin

_PACKAGE = str(Path(__file__).resolve().parents[1])


def find_origin() -> Origin | None:
    """The innermost line that called us from outside the package: the user's."""
    frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return Origin(frame.f_code.co_filename, frame.f_lineno) if frame is not None else None


def located(error: GraphScopeError, origin: Origin | None) -> GraphScopeError:
    """The same error, ending with a line of the user's program; as it is where it has one or there is none."""
    if origin is None or error.where:
        return error
    line = linecache.getline(origin.file, origin.line).strip()
    return error.at(f"{Path(origin.file).name}:{origin.line}" + (f": {line}" if line else ""))
