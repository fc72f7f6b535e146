"""What each operation means: shape rule, forward and gradient in one small class, with no array library."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from graphscope.ops.base import Op, registered

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

globals().update(registered())
__all__ = ["Op", "registered"]


def __getattr__(name: str) -> Any:
    raise AttributeError(f"there is no operation named {name}; there are {', '.join(registered())}")
