"""Keras files, without Keras: layers, weights, loss and optimizer of ``.keras`` and of the older ``.h5``."""

from __future__ import annotations

from pathlib import Path

from graphscope.errors import GraphScopeError, ModelError
from graphscope.model.model import Model

TITLE = "Keras"
SUFFIXES = (".keras", ".h5", ".hdf5")
NEEDS_TRUST = False


def matches(path: Path, _head: bytes) -> bool:
    """By its name."""
    return path.suffix.lower() in SUFFIXES


def read(path: Path) -> Model:
    """The model in the file.

    Raises:
        ModelError: it is damaged, or has layers that cannot be drawn.
    """
    try:
        import pyfive  # noqa: F401  # pyright: ignore[reportUnusedImport, reportMissingTypeStubs]
    except ImportError as error:
        raise ModelError(
            "{file} needs the package pyfive to be read; install it: pip install pyfive", file=path.name
        ) from error
    from graphscope.importers.keras import files, network

    stored = files.load(path)
    try:
        return network.model(stored, path.stem)
    except (GraphScopeError, MemoryError, RecursionError):
        raise
    except Exception as error:  # what stands in the config, and what HDF5 is made of, can be anything
        raise files.damaged(f"{type(error).__name__}: {error}", path.name) from error
