"""Random ops: their draws come from the session's seed, on the host, so every backend sees the same."""

from __future__ import annotations

from graphscope.errors import InputError
from graphscope.ops.functions import Unary


class Dropout(Unary):
    """out = x ⊙ mask / (1 − rate).

    The mask keeps each element with probability 1 − rate, drawn anew at every iteration.

    Source: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting";
    scaled while training, as in PyTorch.

    Args:
        rate: the share of elements to drop, from 0 up to, not including, 1.
        training: False keeps everything.
    """

    rate: float = 0.5
    training: bool = True

    drawn = ("mask",)
    says = "Drop some elements of {x} at random and scale the others up to get {out}."
    backward_says = (
        "The gradient of {out} passes, scaled up, where {x} was kept and stops where it was dropped."
    )
    why = "A unit that was dropped had no say in the loss; scaling keeps the sum the same on average."
    formulas = {"out": "x ⊙ mask / (1 − rate)", "x": "g ⊙ mask / (1 − rate)"}

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise InputError(
                "dropout: the rate must be from 0 up to, not including, 1, but it is {rate}", rate=self.rate
            )

    def draw(self, generator, x):
        return (generator.random(x.shape) >= (self.rate if self.training else 0),)

    def forward(self, xp, x, mask):
        return xp.where(mask, x * self._scale, 0)

    def vjp(self, xp, g, out, x, mask):
        return (xp.where(mask, g * self._scale, 0),)

    @property
    def _scale(self) -> float:
        return 1 / (1 - self.rate) if self.training else 1.0
