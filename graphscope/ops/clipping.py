"""Clipping: long gradients are made shorter before an optimizer uses them."""

from __future__ import annotations

from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.update import NARROW

SMALL = 1e-6
"""Added to a norm that divides, as PyTorch does, so that it is never 0."""


class Clipping(Op, abstract=True):
    """Shorter gradients from those of backward: all at once where the operand is variadic, else one by one."""


class ClipGlobalNorm(Clipping):
    """outs = gs · factor, norm = √(Σ g²) over all gradients together, factor = min(limit / (norm + 10⁻⁶), 1).

    Norm and factor of gradients of 16 bits are computed in float32.

    Source: Pascanu et al. 2013, "On the difficulty of training recurrent neural networks", algorithm 1; PyTorch
    ``clip_grad_norm_``.

    Args:
        limit: the norm that all gradients together have at most.
    """

    limit: float = 1.0

    outputs = ("*outs",)
    saved = ("norm", "factor")
    symbol = "clip norm"
    says = "Multiply all gradients by one factor, so that together they are no longer than the limit."
    why = (
        "One very long gradient would throw the parameters far away. One factor for all of them keeps the "
        "direction, and only makes the step shorter."
    )

    def infer(self, *gs: TensorSpec):
        return tuple(g.like() for g in gs)

    def forward(self, xp, *gs):
        norm = _norm(xp, gs)
        factor = xp.minimum(self.limit / (norm + SMALL), xp.ones_like(norm))
        return (*(g * xp.astype(factor, g.dtype) for g in gs), norm, factor)


class ClipNorm(Clipping):
    """out = g · factor, norm = √(Σ g²) of this gradient alone, factor = min(limit / (norm + 10⁻⁶), 1).

    Norm and factor of a gradient of 16 bits are computed in float32.

    Source: Keras ``clipnorm``; PyTorch ``clip_grad_norm_`` for one parameter.

    Args:
        limit: the norm that each gradient has at most.
    """

    limit: float = 1.0

    saved = ("norm", "factor")
    symbol = "clip norm"
    says = "Multiply {g} by a factor, so that it is no longer than the limit."
    why = "A very long gradient would throw {g} far; the factor keeps its direction and shortens the step."

    def infer(self, g: TensorSpec):
        return g.like()

    def forward(self, xp, g):
        norm = _norm(xp, (g,))
        factor = xp.minimum(self.limit / (norm + SMALL), xp.ones_like(norm))
        return g * xp.astype(factor, g.dtype), norm, factor


class ClipValue(Clipping):
    """out = g, but no element is larger than limit or smaller than −limit.

    Source: PyTorch ``clip_grad_value_``.

    Args:
        limit: the largest magnitude.
    """

    limit: float = 1.0

    symbol = "clip value"
    says = "Bring each number of {g} that lies outside of the limits, with either sign, to the limit."
    why = "A few very large numbers would decide the whole step; cutting them off changes its direction a little."

    def infer(self, g: TensorSpec):
        return g.like()

    def forward(self, xp, g):
        return xp.clip(g, -self.limit, self.limit)


def _norm(xp, gs):
    """The root of the sum of all squares; of 16 bits in float32, where the squares have room."""
    wide = [xp.astype(g, xp.float32) if _narrow(g) else g for g in gs]
    total = xp.sum(wide[0] * wide[0])
    for g in wide[1:]:
        total = total + xp.sum(g * g)
    return xp.sqrt(total)


def _narrow(g):
    return str(g.dtype).rpartition(".")[2] in NARROW
