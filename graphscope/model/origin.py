"""Finds the lines of the user's own program that made something, so that errors can name them and a panel show them."""

from __future__ import annotations

import linecache
import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from graphscope.errors import GraphScopeError
from graphscope.graph.graph import Origin

_PACKAGE = str(Path(__file__).resolve().parents[1]) + os.sep
_SAMPLES = f"{_PACKAGE}sample_models{os.sep}"
"""Where an installed package keeps the samples: programs as a user writes them."""
_TYPED = "<string>"
"""What Python calls a program of its option -c, whose lines nobody can look up."""
LONGEST = 2**20
"""Programs of more characters are not kept."""


class Source(NamedTuple):
    """The text of the program that made a model, as it was when it did."""

    file: str
    text: str


def find_origin() -> Origin | None:
    """The innermost line that called us from outside the package: the user's."""
    frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    while frame is not None and (_ours(frame.f_code.co_filename) or frame.f_code.co_filename == _TYPED):
        frame = frame.f_back
    return Origin(frame.f_code.co_filename, frame.f_lineno) if frame is not None else None


def _ours(file: str) -> bool:
    return file.startswith(_PACKAGE) and not file.startswith(_SAMPLES)


def find_source(origins: Iterable[Origin | None]) -> Source | None:
    """The program that made most of a model; None where nobody can read it, or the package made it by itself."""
    caller = sys._getframe(2)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    files = Counter(origin.file for origin in origins if origin is not None)
    if not files or _ours(caller.f_code.co_filename):
        return None
    file = files.most_common(1)[0][0]
    linecache.checkcache(file)  # the program may have been changed since it was last read
    text = "".join(linecache.getlines(file))
    return Source(file, text) if 0 < len(text) <= LONGEST else None


def located(error: GraphScopeError, origin: Origin | None) -> GraphScopeError:
    """The same error, ending with a line of the user's program; as it is where it has one or there is none."""
    if origin is None or error.where:
        return error
    line = linecache.getline(origin.file, origin.line).strip()
    return error.at(f"{Path(origin.file).name}:{origin.line}" + (f": {line}" if line else ""))
