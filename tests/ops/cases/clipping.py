"""Rows of the ops that clip gradients; PyTorch's functions clip in place, so they get copies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case


def rows() -> Iterator[Case]:
    yield Case(ops.ClipGlobalNorm(1.0), ((2, 3), (4,), ()), _together)
    yield Case(ops.ClipGlobalNorm(100.0), ((2, 3), (4,)), lambda t, *gs: gs, "short already")
    yield Case(ops.ClipNorm(0.5), ((2, 3),), lambda t, g: _together(t, g, limit=0.5)[0])
    yield Case(ops.ClipValue(0.5), ((2, 3),), lambda t, g: g.clamp(-0.5, 0.5))


def _together(torch: Any, *gs: Any, limit: float = 1.0) -> tuple[Any, ...]:
    parameters = [torch.zeros_like(g, requires_grad=True) for g in gs]
    for parameter, g in zip(parameters, gs, strict=True):
        parameter.grad = g.detach().clone()
    torch.nn.utils.clip_grad_norm_(parameters, limit)
    return tuple(parameter.grad for parameter in parameters)
