"""Rows of the circular and hyperbolic functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case, Source


def inside(*shape: int) -> Source:
    """Numbers between −1 and 1."""
    return lambda rng: rng.uniform(-0.9, 0.9, shape)


def above_one(*shape: int) -> Source:
    return lambda rng: rng.uniform(1.1, 3.0, shape)


def rows() -> Iterator[Case]:
    everywhere = (ops.Sin, ops.Cos, ops.Atan, ops.Sinh, ops.Cosh, ops.Asinh)
    yield from (Case(kind(), ((2, 3),), _same(kind)) for kind in everywhere)
    yield from (
        Case(kind(), (inside(2, 3),), _same(kind)) for kind in (ops.Tan, ops.Asin, ops.Acos, ops.Atanh)
    )
    yield Case(ops.Acosh(), (above_one(2, 3),), lambda t, x: t.acosh(x))
    yield Case(ops.Cos(), ((),), lambda t, x: t.cos(x), "scalar")


def _same(kind: type[Any]) -> Callable[..., Any]:
    """PyTorch's function of the same name."""
    return lambda t, x: getattr(t, kind.__name__.lower())(x)
