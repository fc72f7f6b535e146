"""How PyTorch's operations are said in GraphScope's: one family a file, found by looking in this folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

Rule = Callable[..., Any]
"""Takes a `Lowering` and the operation's own arguments; gives the value that it makes, or a tuple of them.

An argument is a `Handle` where the step computes it, an array where it is known before, else as it was given. A
rule that has no words for a call raises `Unsayable`.
"""


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by the name of its operation: ``"linear"``, or ``"max.dim"`` for one of its forms."""
    found: dict[str, Rule] = {}
    for module in iter_modules(__path__):
        family: Mapping[str, Rule] = import_module(f"{__name__}.{module.name}").RULES
        found.update(family)
    return found


def rule(name: str, overload: str) -> Rule | None:
    """The rule of an operation: one of its form, or else one for all of its forms."""
    return rules().get(f"{name}.{overload}") or rules().get(name)
