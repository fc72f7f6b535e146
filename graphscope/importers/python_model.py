"""A model as a Python program: a file with a function ``build()`` that returns a model."""

from __future__ import annotations

import runpy
import traceback
from pathlib import Path
from typing import Any

from graphscope.errors import GraphScopeError, ModelError
from graphscope.model.model import Model

TITLE = "Python"
SUFFIXES = (".py",)
NEEDS_TRUST = True


def matches(path: Path, _head: bytes) -> bool:
    """By its name; a folder is meant as its ``model.py``."""
    return path.suffix == ".py" or path.is_dir()


def read(path: Path) -> Model:
    """Run the file and call its ``build()``.

    Raises:
        ModelError: it fails, has no ``build()``, or returns something else than a model.
    """
    file = path / "model.py" if path.is_dir() else path
    try:
        build: Any = runpy.run_path(str(file)).get("build")
        model = build() if callable(build) else None
    except GraphScopeError:
        raise
    except Exception as error:
        raise ModelError(
            "{file} stopped with {kind} in line {line}: {reason}",
            file=file.name,
            kind=type(error).__name__,
            line=_line(error, file),
            reason=str(error),
        ) from error
    if not isinstance(model, Model):
        raise ModelError(
            "{file} needs a function build() that returns a model (gs.Builder(...).build()); "
            "it returned {given}",
            file=file.name,
            given=type(model).__name__ if callable(build) else "nothing, as there is none",
        )
    return model


def _line(error: Exception, file: Path) -> int:
    """The innermost line of the user's own file in the error's traceback."""
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)
    ]
    return lines[-1] or 0 if lines else 0
