"""Random ops whose draw was made elsewhere, in the run that was captured: here it is an operand."""

from __future__ import annotations

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, broadcast
from graphscope.ops.base import Op


class GivenDropout(Op):
    """out = x ⊙ mask / (1 − rate), with the mask of the run that was captured.

    Source: PyTorch ``dropout``: a product, so that what is not a number stays so even where it is dropped.

    Args:
        rate: the share of elements that was dropped, from 0 to 1.
    """

    rate: float = 0.5

    symbol = "dropout"
    says = "Drop the elements of {x} that {mask} says and scale the others up to get {out}."
    backward_says = (
        "The gradient of {out} passes, scaled up, where {x} was kept and stops where it was dropped."
    )
    why = "A unit that was dropped had no say in the loss; scaling keeps the sum the same on average."
    formulas = {"out": "x ⊙ mask / (1 − rate)", "x": "g ⊙ mask / (1 − rate)"}

    def infer(self, x: TensorSpec, mask: TensorSpec) -> TensorSpec:
        if mask.dtype != "bool":
            raise ShapeError(
                "dropout: the mask must be true or false, but it is {dtype}; compare it with something",
                dtype=mask.dtype,
            )
        return x.like(shape=broadcast(self.title, x=x, mask=mask), axes=())

    def forward(self, xp, x, mask):
        return x * self._kept(xp, mask, x.dtype)

    def vjp(self, xp, g, out, x, mask):
        return g * self._kept(xp, mask, g.dtype), None

    def _kept(self, xp, mask, dtype):
        """0 where an element was dropped, else by how much it grows."""
        return xp.astype(mask, dtype) * (1 / (1 - self.rate) if self.rate < 1 else 0.0)
