"""Clipping by its usual names: ``g.clip(global_norm=1.0)``."""

from __future__ import annotations

from typing import Any

from graphscope import ops
from graphscope.errors import InputError
from graphscope.model import given
from graphscope.ops.base import Op


def clipping(*, global_norm: Any = None, norm: Any = None, value: Any = None) -> Op:
    """The op that shortens gradients.

    Raises:
        InputError: not exactly one way of clipping, or no positive number.
    """
    kinds = (
        ("global_norm", global_norm, ops.ClipGlobalNorm),
        ("norm", norm, ops.ClipNorm),
        ("value", value, ops.ClipValue),
    )
    asked = [(name, limit, kind) for name, limit, kind in kinds if limit is not None]
    if len(asked) != 1:
        raise InputError(
            "clipping takes exactly one of {names}, but {count} are given",
            names=", ".join(name for name, _, _ in kinds),
            count=len(asked),
        )
    name, limit, kind = asked[0]
    return kind(_positive(name, limit))


def _positive(name: str, limit: Any) -> float:
    try:
        number = float(limit)
    except (TypeError, ValueError):
        number = 0.0
    if not number > 0:
        raise InputError(
            "{name} is what gradients are clipped to, a number larger than 0, not {given}",
            name=name,
            given=given.shown(limit),
        )
    return number
