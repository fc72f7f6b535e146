"""Packages that can be called: ``graphscope.debug(…)`` and ``graphscope.capture(…)``, though both are folders too."""

from __future__ import annotations

import sys
from importlib import import_module
from inspect import signature
from types import ModuleType
from typing import Any


class CallablePackage(ModuleType):
    """A package that hands a call on to one of its functions, which is loaded only then."""

    _face: str

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._function(*given, **named)

    @property
    def _function(self) -> Any:
        home, name = self._face.split(":")
        return getattr(import_module(home), name)

    @property
    def __signature__(self) -> Any:
        """So that help and editors tell what to hand over."""
        return signature(self._function)


def make_callable(package: str, face: str) -> None:
    """Let a package be called.

    Args:
        face: the module and the function that is meant: ``"graphscope.debug.showing:debug"``.
    """
    module = sys.modules[package]
    module.__class__ = CallablePackage
    module._face = face  # type: ignore[attr-defined]  # noqa: SLF001
