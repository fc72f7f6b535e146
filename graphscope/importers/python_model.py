"""A model as a Python program: a file with a function ``build()`` that returns a model."""

from __future__ import annotations

import inspect
import runpy
import sys
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graphscope.errors import GraphScopeError, ModelError
from graphscope.graph.graph import Origin
from graphscope.model.model import Model
from graphscope.model.origin import located
from graphscope.ops.base import forget

TITLE = "Python"
SUFFIXES = (".py",)
NEEDS_TRUST = True
LONGEST = 300
"""So many characters of what a program says about its failure are shown."""
_MODULE = "<run_path>"
"""What a file is called while it runs: not ``__main__``, so that what it does as a program is left out."""


def matches(path: Path, _head: bytes) -> bool:
    """By its name; a folder is meant as its ``model.py``."""
    return path.suffix == ".py" or path.is_dir()


def read(path: Path) -> Model:
    """Run the file and call its ``build()``.

    Raises:
        ModelError: it fails, has no ``build()``, or returns something else than a model.
    """
    file = path / "model.py" if path.is_dir() else path
    with _beside(file):
        try:
            build: Any = runpy.run_path(str(file), run_name=_MODULE).get("build")
            _check_callable(build, file)
            model = build()
        except GraphScopeError as error:
            line = _line(error, file)
            raise located(error, Origin(str(file), line) if line else None) from error
        except SystemExit as error:
            raise ModelError(
                "{file} ended its own program (exit {code}) before it returned a model",
                file=file.name,
                code=repr(error.code),
            ) from error
        except Exception as error:
            raise _stopped(error, file) from error
    if not isinstance(model, Model):
        raise _no_model(file, "nothing" if model is None else type(model).__name__)
    return model


@contextmanager
def _beside(file: Path) -> Generator[None, None, None]:
    """The file can import what lies beside it, as a program can; its ops are its own."""
    folder = str(file.resolve().parent)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
        forget(_MODULE)


def _check_callable(build: Any, file: Path) -> None:
    if not callable(build):
        raise ModelError(
            "{file} needs a function build() that returns a model (gs.Builder(...).build()); it has none",
            file=file.name,
        )
    needed = [
        name
        for name, parameter in inspect.signature(build).parameters.items()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    if needed:
        raise ModelError(
            "build() in {file} is called without arguments, but it needs {names}; give them defaults",
            file=file.name,
            names=", ".join(needed),
        )


def _no_model(file: Path, given: str) -> ModelError:
    return ModelError(
        "{file} needs a function build() that returns a model (gs.Builder(...).build()); it returned {given}",
        file=file.name,
        given=given,
    )


def _stopped(error: Exception, file: Path) -> ModelError:
    line, reason = _line(error, file), _reason(error)
    if not line:
        return ModelError(
            "{file} stopped with {kind}: {reason}", file=file.name, kind=type(error).__name__, reason=reason
        )
    return ModelError(
        "{file} stopped with {kind} in line {line}: {reason}",
        file=file.name,
        kind=type(error).__name__,
        line=line,
        reason=reason,
    )


def _reason(error: Exception) -> str:
    """What the error says, on one line of bearable length."""
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    reason = " ".join(said.split())
    return reason if len(reason) <= LONGEST else f"{reason[:LONGEST]}…"


def _line(error: Exception, file: Path) -> int:
    """The innermost line of the user's own file in the error's traceback, or 0."""
    if isinstance(error, SyntaxError) and error.filename in (None, str(file)):
        return error.lineno or 0
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)
    ]
    return lines[-1] or 0 if lines else 0
