"""Updates: how an optimizer moves one parameter along its gradient."""

from __future__ import annotations

from math import log

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, same_size
from graphscope.ops.base import Op

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
        return (p.like(), *(spec.like() for spec in state)) if self.state else p.like()


class SGD(Update):
    """out = p − lr · g, one step of gradient descent.

    Source: PyTorch ``SGD``.

    Args:
        lr: the learning rate.
    """

    lr: float = 0.01

    says = "Move {p} a small step against its gradient {g}: take away the learning rate times {g}."
    why = "The gradient points uphill; a small step against it makes the loss smaller."

    def forward(self, xp, p, g):
        return p - self.lr * g


class Momentum(Update):
    """velocity' = momentum · velocity + g; out = p − lr · velocity'.

    With nesterov out = p − lr · (g + momentum · velocity'). The velocity starts as zeros of the shape of p.

    Source: PyTorch ``SGD`` with momentum, without dampening.

    Args:
        lr: the learning rate.
        momentum: how much of the velocity is kept.
        nesterov: whether to look ahead along the velocity.
    """

    lr: float = 0.01
    momentum: float = 0.9
    nesterov: bool = False

    outputs = ("out", "velocity")
    state = ("velocity",)

    says = "Let {p} roll: slow its velocity down, add the gradient {g} to it, and move {p} against it."
    why = "Gradients that agree from step to step add up to speed; those that alternate cancel."

    def forward(self, xp, p, g, velocity):
        velocity = self.momentum * velocity + g
        step = g + self.momentum * velocity if self.nesterov else velocity
        return p - self.lr * step, velocity


class Adam(Update):
    """out = p − lr · m̂ / (√v̂ + ε), m̂ = m' / (1 − β₁ᵗ), v̂ = v' / (1 − β₂ᵗ).

    m' = β₁ m + (1 − β₁) g is the mean gradient, v' = β₂ v + (1 − β₂) g² the mean of its square. m and v start
    as zeros of the shape of p, the count t of steps as a zero without axes. 1 − βᵗ is computed as
    −expm1(t ln β), which keeps all digits in float32.

    For a parameter of 16 bits the state is kept and computed with in float32, and only p is rounded: in float16 ε
    is 0, and so is g² where |g| < 2⁻¹², which makes the step 0/0 or infinite.

    Source: Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1; PyTorch ``Adam``. State in
    float32: Micikevicius et al. 2018, "Mixed precision training", section 3.1.

    Args:
        lr: the learning rate.
        beta1: how much of the mean gradient m is kept.
        beta2: how much of the mean squared gradient v is kept.
        epsilon: added to the divisor, so that it is never 0.
    """

    lr: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    outputs = ("out", "m", "v", "t")
    state = ("m", "v", "t")

    says = "Move {p} against the mean of its recent gradients, divided by their usual size."
    why = (
        "Dividing by the usual size gives every parameter a step of about the learning rate, whatever its "
        "scale."
    )
    formulas = {
        "out": "p − lr · m̂ / (√v̂ + ε), m̂ = m′ / (1 − β₁ᵗ), v̂ = v′ / (1 − β₂ᵗ)",
        "m": "β₁ m + (1 − β₁) g",
        "v": "β₂ v + (1 − β₂) g²",
        "t": "t + 1",
    }

    def start(self, spec: TensorSpec) -> tuple[TensorSpec, ...]:
        state = spec.like(dtype="float32") if spec.dtype in NARROW else spec.like()
        return state, state, TensorSpec((), state.dtype)

    def forward(self, xp, p, g, m, v, t):
        if p.dtype != m.dtype:
            wide = self.forward(xp, xp.astype(p, m.dtype), xp.astype(g, m.dtype), m, v, t)
            return xp.astype(wide[0], p.dtype), *wide[1:]
        t = t + 1
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * (g * g)
        mean = m / -xp.expm1(t * _log(self.beta1))
        size = xp.sqrt(v / -xp.expm1(t * _log(self.beta2))) + self.epsilon
        return p - self.lr * (mean / size), m, v, t


def _log(beta):
    """ln β, and for β = 0 a number so negative that βᵗ is 0."""
    return log(beta) if beta else -1e4
