"""One module for each feature's commands: a subclass of `Conductor` is all that a window needs to have it."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from graphscope.gui.conductor import Conductor


def conductors() -> tuple[type[Conductor], ...]:
    """Every conductor, from every file in this folder."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    return tuple(
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Conductor) and each.__module__ == module.__name__
    )
