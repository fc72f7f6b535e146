"""Updates: how an optimizer moves one parameter along its gradient."""

from __future__ import annotations

import re

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, same_size
from graphscope.ops.base import Op
from graphscope.ops.functions import need_floating

NARROW = ("float16", "bfloat16")
"""Types of 16 bits."""


class Update(Op, abstract=True):
    """A parameter p, its gradient g and the state kept for it give the new parameter and the new state."""

    def infer(self, p: TensorSpec, g: TensorSpec, *state: TensorSpec):
        if p.rank != g.rank or not all(map(same_size, p.shape, g.shape)):
            raise ShapeError(
                "{operation}: the parameter ({p}) and its gradient ({g}) must have the same shape",
                operation=self.title,
                p=p,
                g=g,
            )
        need_floating(self.title, p=p, g=g)
        return (p.like(), *(spec.like() for spec in state)) if self.state else p.like()


class Decaying(Update, abstract=True):
    """An update that can also draw each parameter to 0, by adding a share of it to its gradient."""

    def decayed(self, p, g):
        """The gradient with what draws the parameter to 0."""
        rate = getattr(self, "weight_decay", 0.0)
        return g + rate * p if rate else g

    def formula(self, name, given):
        text = self.formulas.get(name)
        if text is None or not getattr(self, "weight_decay", 0.0):
            return text
        return re.sub(r"\bg\b", "(g + weight_decay · p)", text)


class SGD(Decaying):
    """out = p − lr · g, one step of gradient descent.

    Source: PyTorch ``SGD``.

    Args:
        lr: the learning rate.
        weight_decay: how much of p is added to g, to draw it to 0.
    """

    lr: float = 0.01
    weight_decay: float = 0.0

    says = "Move {p} a small step against its gradient {g}: take away the learning rate times {g}."
    why = "The gradient points uphill; a small step against it makes the loss smaller."

    def forward(self, xp, p, g):
        return p - self.lr * self.decayed(p, g)


class Momentum(Decaying):
    """velocity' = momentum · velocity + g; out = p − lr · velocity'.

    With nesterov out = p − lr · (g + momentum · velocity'). The velocity starts as zeros of the shape of p.

    Source: PyTorch ``SGD`` with momentum, without dampening.

    Args:
        lr: the learning rate.
        momentum: how much of the velocity is kept.
        nesterov: whether to look ahead along the velocity.
        weight_decay: how much of p is added to g, to draw it to 0.
    """

    lr: float = 0.01
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 0.0

    outputs = ("out", "velocity")
    state = ("velocity",)

    says = "Let {p} roll: slow its velocity down, add the gradient {g} to it, and move {p} against it."
    why = "Gradients that agree from step to step add up to speed; those that alternate cancel."

    def forward(self, xp, p, g, velocity):
        g = self.decayed(p, g)
        velocity = self.momentum * velocity + g
        step = g + self.momentum * velocity if self.nesterov else velocity
        return p - self.lr * step, velocity
