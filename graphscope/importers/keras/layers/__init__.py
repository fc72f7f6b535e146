"""The layers of Keras, one file a family: each holds ``LAYERS``, a rule for each class, and is found by looking."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from graphscope.importers.keras.layer import Rule


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by the class of its layer."""
    names = sorted(module.name for module in iter_modules(__path__))
    families = (import_module(f"{__name__}.{name}").LAYERS for name in names)
    return {kind: rule for family in families for kind, rule in family.items()}
