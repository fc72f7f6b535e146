"""Whether an optional library can be imported, and the sentences for when it cannot."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from graphscope.errors import Sentence


def problem(package: str) -> Sentence | None:
    """Why a library cannot be imported, or None; imports it."""
    if find_spec(package) is None:
        return not_installed(package)
    try:
        import_module(package)
    except Exception as error:  # noqa: BLE001 - a broken package may raise anything
        return not_loadable(package, error)
    return None


def not_installed(package: str) -> Sentence:
    """The sentence for a package that is not there."""
    return Sentence("The package {package} is not installed.", package=package)


def not_loadable(package: str, error: Exception) -> Sentence:
    """The sentence for a package that raises when it is imported."""
    return Sentence(
        "The package {package} could not be loaded: {message}.", package=package, message=first_line(error)
    )


def first_line(error: Exception) -> str:
    """The beginning of a message that may be pages long, without its full stop."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")


def install(command: str) -> Sentence:
    """What to do about a missing package."""
    return Sentence("Install it with: {command}", command=command)
