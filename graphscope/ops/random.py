"""Random ops: their draws come from the session's seed, on the host, so every backend sees the same."""

from __future__ import annotations

from typing import Any

from graphscope.errors import InputError
from graphscope.graph.spec import FLOATING, TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.functions import Curve, need_floating


def check_rate(rate: float) -> None:
    """Hold a rate to be one that keeps something.

    Raises:
        InputError: it is not.
    """
    if not 0 <= rate < 1:
        raise InputError(
            "dropout: the rate must be from 0 up to, not including, 1, but it is {rate}", rate=rate
        )


class Dropout(Curve):
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
        check_rate(self.rate)

    def draw(self, generator, x):
        return (generator.random(x.shape) >= (self.rate if self.training else 0),)

    def forward(self, xp, x, mask):
        return xp.where(mask, x * self._scale, 0)

    def vjp(self, xp, g, out, x, mask):
        return (xp.where(mask, g * self._scale, 0),)

    @property
    def _scale(self) -> float:
        return 1 / (1 - self.rate) if self.training else 1.0


class DropoutMask(Op):
    """out = x ⊙ mask / (1 − rate), with the mask as a second output.

    An element is kept where the chance that is drawn for it is at least the rate; without training all are.

    Source: ONNX operator ``Dropout`` 22.

    Args:
        rate: the share of elements to drop, from 0 up to, not including, 1.
        training: False keeps everything.
    """

    rate: float = 0.5
    training: bool = True

    outputs = ("out", "mask")
    drawn = ("chance",)
    host = ("rate", "training")
    symbol = "dropout"
    says = "Drop some elements of {x} at random, scale the others up to get {out}, and tell in {mask} which were kept."
    backward_says = (
        "The gradient of {out} passes, scaled up, where {x} was kept and stops where it was dropped."
    )
    why = "A unit that was dropped had no say in the loss; scaling keeps the sum the same on average."
    formulas = {"out": "x ⊙ mask / (1 − rate)", "mask": "[chance ≥ rate]", "x": "g ⊙ mask / (1 − rate)"}

    def infer(self, x: TensorSpec, rate: TensorSpec | None = None, training: TensorSpec | None = None) -> Any:
        need_floating(self.title, x=x)
        return x.like(), x.like(dtype="bool")

    def draw(self, generator, x, *settings):
        return (generator.random(x.shape),)

    def forward(self, xp, x, *given):
        rate, chance = self._settled(given)
        mask = chance >= rate
        return xp.where(mask, x * (1 / (1 - rate)), 0), mask

    def vjp(self, xp, g, out, x, *given):
        rate, _ = self._settled(given)
        return (xp.where(out[1], g[0] * (1 / (1 - rate)), 0),)

    def _settled(self, given):
        """The rate that counts, and the chances; operands take the fields' places where they are there."""
        *settings, chance = given
        rate, training = (*settings, None, None)[:2]
        rate = self.rate if rate is None else rate
        check_rate(rate)
        return (rate if (self.training if training is None else training) else 0.0), chance


class Draw(Op, abstract=True):
    """Numbers that are drawn anew at every iteration; they depend on nothing, so they have no gradient."""

    backward_says = "What is drawn depends on nothing, so no gradient passes."
    why = "The seed alone decides what comes out, so the same run can be done again."

    def vary(self, xp, noise, dtype):
        """What was drawn, in another type."""
        return xp.astype(noise, getattr(xp, dtype))


class _Fresh(Draw, abstract=True):
    """A tensor of a fixed shape."""

    shape: tuple[int, ...] = ()
    dtype: str = "float32"

    def infer(self) -> TensorSpec:
        return TensorSpec(self.shape, checked(self.title, self.dtype))


class _Like(Draw, abstract=True):
    """A tensor of the shape of another one."""

    dtype: str | None = None

    def infer(self, x: TensorSpec) -> TensorSpec:
        return x.like(dtype=checked(self.title, self.dtype or x.dtype))


def checked(operation: str, dtype: str) -> str:
    """A floating type.

    Raises:
        ShapeError: it is another one.
    """
    need_floating(operation, out=TensorSpec((), dtype))
    return dtype


def drawn_type(dtype: str) -> str:
    """In which type is drawn: in float64 only what is wanted so."""
    return "float64" if dtype == "float64" or dtype not in FLOATING else "float32"


class RandomNormal(_Fresh):
    """out = mean + scale · noise, normal numbers of a fixed shape.

    Source: ONNX operator ``RandomNormal`` 22.

    Args:
        shape: the shape.
        dtype: the floating type.
        mean: their mean.
        scale: their standard deviation.
    """

    mean: float = 0.0
    scale: float = 1.0

    drawn = ("noise",)
    symbol = "normal"
    says = "Draw normal numbers to get {out}."

    def draw(self, generator):
        return (generator.standard_normal(self.shape, drawn_type(self.dtype)),)

    def forward(self, xp, noise):
        return self.vary(xp, self.mean + self.scale * noise, self.dtype)


class RandomUniform(_Fresh):
    """out = low + (high − low) · noise, numbers from low to high of a fixed shape, all equally likely.

    Source: ONNX operator ``RandomUniform`` 22.

    Args:
        shape: the shape.
        dtype: the floating type.
        low: the smallest.
        high: the limit that is not reached.
    """

    low: float = 0.0
    high: float = 1.0

    drawn = ("noise",)
    symbol = "uniform"
    says = "Draw numbers that are all equally likely to get {out}."

    def draw(self, generator):
        return (generator.random(self.shape, drawn_type(self.dtype)),)

    def forward(self, xp, noise):
        return self.vary(xp, self.low + (self.high - self.low) * noise, self.dtype)


class RandomNormalLike(_Like):
    """out = mean + scale · noise, normal numbers of the shape of x.

    Source: ONNX operator ``RandomNormalLike`` 22.

    Args:
        dtype: the floating type; that of x where None.
        mean: their mean.
        scale: their standard deviation.
    """

    mean: float = 0.0
    scale: float = 1.0

    drawn = ("noise",)
    symbol = "normal"
    says = "Draw normal numbers in the shape of {x} to get {out}."

    def draw(self, generator, x):
        return (generator.standard_normal(x.shape, drawn_type(self.dtype or x.dtype)),)

    def forward(self, xp, x, noise):
        noise = self.mean + self.scale * noise
        return self.vary(xp, noise, self.dtype) if self.dtype else xp.astype(noise, x.dtype)


class RandomUniformLike(_Like):
    """out = low + (high − low) · noise, numbers from low to high of the shape of x, all equally likely.

    Source: ONNX operator ``RandomUniformLike`` 22.

    Args:
        dtype: the floating type; that of x where None.
        low: the smallest.
        high: the limit that is not reached.
    """

    low: float = 0.0
    high: float = 1.0

    drawn = ("noise",)
    symbol = "uniform"
    says = "Draw numbers that are all equally likely in the shape of {x} to get {out}."

    def draw(self, generator, x):
        return (generator.random(x.shape, drawn_type(self.dtype or x.dtype)),)

    def forward(self, xp, x, noise):
        noise = self.low + (self.high - self.low) * noise
        return self.vary(xp, noise, self.dtype) if self.dtype else xp.astype(noise, x.dtype)


class Bernoulli(Draw):
    """out = [chance < x], 1 with probability x and else 0; no gradient.

    Source: ONNX operator ``Bernoulli`` 22; PyTorch ``bernoulli``.

    Args:
        dtype: the type of what comes out; that of x where None.
    """

    dtype: str | None = None

    drawn = ("chance",)
    says = "Toss a coin for each probability in {x} to get {out}."
    backward_says = "A coin falls on one side or the other and has no slope, so no gradient passes."

    def infer(self, x: TensorSpec) -> TensorSpec:
        need_floating(self.title, x=x)
        return x.like(dtype=self.dtype or x.dtype)

    def draw(self, generator, x):
        return (generator.random(x.shape),)

    def forward(self, xp, x, chance):
        return xp.astype(chance < x, getattr(xp, self.dtype) if self.dtype else x.dtype)
