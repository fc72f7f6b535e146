"""A row or more for every op: its fields, its operands, PyTorch's word for the same.

Every file of this folder with a function `rows` adds its rows; no list is edited.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from tests.ops.cases.base import Case, Host, Source, chances, exactly, positive, truth, whole

_FAMILIES = [
    import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__) if found.name != "base"
]

CASES: tuple[Case, ...] = tuple(case for family in _FAMILIES for case in family.rows())
"""All rows, family by family."""

__all__ = ["CASES", "Case", "Host", "Source", "chances", "exactly", "positive", "truth", "whole"]
