"""The rules that turn ONNX nodes into ops: one file a family, found by looking in this folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from graphscope.importers.onnx.rule import Rule


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by the operator that it is for: ``Gemm``, or with its domain ``ai.onnx.ml.Binarizer``."""
    found: dict[str, Rule] = {}
    for module in sorted(each.name for each in iter_modules(__path__)):
        found.update(import_module(f"{__name__}.{module}").NODES)
    return found
