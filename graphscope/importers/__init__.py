"""The ways in for model files: one module a format, found by looking in this folder."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol, cast

from graphscope.errors import ModelError, Sentence, TrustError
from graphscope.importers._advice import advice
from graphscope.model.model import Model

_HEAD = 512


class Importer(Protocol):
    """What a module in this folder offers."""

    TITLE: str
    SUFFIXES: tuple[str, ...]
    NEEDS_TRUST: bool

    def matches(self, path: Path, head: bytes) -> bool:
        """Whether this importer is meant for the file, by its name and first bytes."""
        ...

    def read(self, path: Path) -> Model:
        """The model in the file.

        Raises:
            ModelError: it cannot be read; one sentence says why and what to do.
        """
        ...


def importers() -> tuple[Importer, ...]:
    """Every importer in this folder; what begins with an underscore is none."""
    names = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return tuple(cast("Importer", import_module(f"{__name__}.{name}")) for name in names)


def suffixes() -> tuple[str, ...]:
    """The file name endings that can be opened."""
    return tuple(sorted({suffix for importer in importers() for suffix in importer.SUFFIXES}))


def find(path: Path, *, trust: bool = False) -> Importer:
    """The importer that is meant for a file.

    Raises:
        ModelError: the file is not there, not readable, or of no known format.
        TrustError: it is a program and was not trusted.
    """
    head = _head(path)
    found = next((each for each in importers() if each.matches(path, head)), None)
    if found is None:
        advice = _advice(path)
        raise ModelError(advice.template, **advice.fields)
    if found.NEEDS_TRUST and not trust:
        raise TrustError(
            "{file} is a program, and opening it runs it; if you trust it, open it with --trust (trust=True)",
            file=path.name,
        )
    return found


def read(path: Path, *, trust: bool = False) -> Model:
    """The model in a file; never runs code from it unless ``trust`` is given.

    Raises:
        ModelError: it cannot be read; one sentence says why.
        TrustError: it is a program and was not trusted.
    """
    return find(path, trust=trust).read(path)


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            path = _program_in(path)
        if not path.is_file() and path.exists():  # a pipe or a device could be read for ever
            raise ModelError("{file} is neither a file nor a folder; open a model file", file=str(path))
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise ModelError(
            "{file} cannot be read ({reason}); check the path and its permissions",
            file=str(path),
            reason=error.strerror or type(error).__name__,
        ) from None


def _program_in(folder: Path) -> Path:
    program = folder / "model.py"
    if not program.exists() and (told := advice(folder)) is not None:
        raise ModelError(told.template, **told.fields)
    if not program.exists():
        raise ModelError("the folder {folder} holds no model.py; open a model file", folder=str(folder))
    return program


def _advice(path: Path) -> Sentence:
    return advice(path) or Sentence(
        "{file} is in no format that GraphScope reads; it reads {known}",
        file=path.name,
        known=", ".join(suffixes()),
    )
