"""A run captured elsewhere, or a model saved here: a ``.gscope`` file of plain data."""

from __future__ import annotations

from pathlib import Path

from graphscope.model import archive
from graphscope.model.model import Model

TITLE = "GraphScope"
SUFFIXES = (archive.SUFFIX,)
NEEDS_TRUST = False


def matches(path: Path, _head: bytes) -> bool:
    """By its name."""
    return path.suffix.lower() == archive.SUFFIX


def read(path: Path) -> Model:
    """The model in the file, with its numbers and its data.

    Raises:
        ModelError: it is damaged, too large, or of a later version.
    """
    return archive.read(path)
