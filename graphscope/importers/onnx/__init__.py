"""ONNX files: every node becomes ops of GraphScope, or the file says in a sentence why it cannot."""

from __future__ import annotations

from pathlib import Path

from graphscope.errors import ModelError
from graphscope.model.model import Model

TITLE = "ONNX"
SUFFIXES = (".onnx",)
NEEDS_TRUST = False


def matches(path: Path, _head: bytes) -> bool:
    """By its name: the first bytes of a protocol buffer tell nothing."""
    return path.suffix.lower() in SUFFIXES


def read(path: Path) -> Model:
    """The model in the file.

    Raises:
        ModelError: it is damaged, or ONNX is not installed.
    """
    try:
        import onnx  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as error:
        raise ModelError(
            "{file} needs the package onnx to be read; install it: pip install onnx", file=path.name
        ) from error
    from graphscope.importers.onnx import reading, source

    return reading.read(source.load(path))
