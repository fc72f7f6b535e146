"""Updates that measure how large the gradients of a parameter usually are: Adam, RMSprop, Adagrad and kin."""

from __future__ import annotations

from math import log
from typing import Any

from graphscope.graph.spec import TensorSpec
from graphscope.ops.update import NARROW, Decaying


class Adaptive(Decaying, abstract=True):
    """An update with state in float32 for parameters of 16 bits, in which squares of gradients would be 0."""

    def start(self, spec: TensorSpec) -> tuple[TensorSpec, ...]:
        state = spec.like(dtype="float32") if spec.dtype in NARROW else spec.like()
        number = TensorSpec((), state.dtype)
        return tuple(state if name in self.shaped() else number for name in self.state)

    def shaped(self) -> tuple[str, ...]:
        """The state that has the shape of p; the rest is one number each."""
        return tuple(name for name in self.state if name != "t")

    def widened(self, xp: Any, p: Any, g: Any, *state: Any) -> Any:
        """The update computed in the type of the state, of which only the parameter is rounded."""
        kind = state[0].dtype
        kernel: Any = self
        out, *kept = kernel.forward(xp, xp.astype(p, kind), xp.astype(g, kind), *state)
        return xp.astype(out, p.dtype), *kept


class Adam(Adaptive):
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
        weight_decay: how much of p is added to g, to draw it to 0.
    """

    lr: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0

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

    def forward(self, xp, p, g, m, v, t):
        if p.dtype != m.dtype:
            return self.widened(xp, p, g, m, v, t)
        g = self.decayed(p, g)
        t = t + 1
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * (g * g)
        mean = m / -xp.expm1(t * _log(self.beta1))
        size = xp.sqrt(v / -xp.expm1(t * _log(self.beta2))) + self.epsilon
        return self.drawn_in(p) - self.lr * (mean / size), m, v, t

    def drawn_in(self, p):
        """The parameter before its step: as it is where the gradient has drawn it to 0 already."""
        return p


class AdamW(Adam):
    """out = p · (1 − lr · weight_decay) − lr · m̂ / (√v̂ + ε), m̂ and v̂ as in Adam.

    The parameter is drawn to 0 by itself, not through its gradient, so the usual size does not weaken it.

    Source: Loshchilov and Hutter 2019, "Decoupled weight decay regularization"; PyTorch ``AdamW``.

    Args:
        lr: the learning rate.
        beta1: how much of the mean gradient m is kept.
        beta2: how much of the mean squared gradient v is kept.
        epsilon: added to the divisor, so that it is never 0.
        weight_decay: how fast p is drawn to 0.
    """

    weight_decay: float = 0.01

    symbol = "AdamW"
    says = "Draw {p} a little to 0, then move it against the mean of its recent gradients, divided by their usual size."
    why = "Every parameter is drawn to 0 equally fast, however large its gradients are."
    formulas = {
        **Adam.formulas,
        "out": "p · (1 − lr · weight_decay) − lr · m̂ / (√v̂ + ε), m̂ = m′ / (1 − β₁ᵗ), v̂ = v′ / (1 − β₂ᵗ)",
    }

    def formula(self, name, given):
        return self.formulas.get(name)

    def decayed(self, p, g):
        return g

    def drawn_in(self, p):
        return p * (1 - self.lr * self.weight_decay)


class AMSGrad(Adaptive):
    """out = p − lr · m̂ / (√(peak' / (1 − β₂ᵗ)) + ε), peak' = max(peak, v'), m̂ and v' as in Adam.

    Source: Reddi et al. 2018, "On the convergence of Adam and beyond"; PyTorch ``Adam`` with amsgrad.

    Args:
        lr: the learning rate.
        beta1: how much of the mean gradient m is kept.
        beta2: how much of the mean squared gradient v is kept.
        epsilon: added to the divisor, so that it is never 0.
        weight_decay: how much of p is added to g, to draw it to 0.
        decoupled: whether p is drawn to 0 by itself instead, as in AdamW.
    """

    lr: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    decoupled: bool = False

    outputs = ("out", "m", "v", "peak", "t")
    state = ("m", "v", "peak", "t")

    symbol = "AMSGrad"
    says = (
        "Move {p} against the mean of its recent gradients, divided by the largest size that was ever usual."
    )
    why = "A size that never shrinks keeps steps from growing again where gradients are rare."
    formulas = {
        "m": "β₁ m + (1 − β₁) g",
        "v": "β₂ v + (1 − β₂) g²",
        "peak": "max(peak, v′)",
        "t": "t + 1",
    }

    def formula(self, name, given):
        return self.formulas.get(name) if self.decoupled else super().formula(name, given)

    def decayed(self, p, g):
        return g if self.decoupled else super().decayed(p, g)

    def forward(self, xp, p, g, m, v, peak, t):
        if p.dtype != m.dtype:
            return self.widened(xp, p, g, m, v, peak, t)
        g = self.decayed(p, g)
        t = t + 1
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * (g * g)
        peak = xp.maximum(peak, v)
        mean = m / -xp.expm1(t * _log(self.beta1))
        size = xp.sqrt(peak / -xp.expm1(t * _log(self.beta2))) + self.epsilon
        kept = p * (1 - self.lr * self.weight_decay) if self.decoupled else p
        return kept - self.lr * (mean / size), m, v, peak, t


class RMSprop(Adaptive):
    """velocity' = momentum · velocity + g / (√v' + ε); out = p − lr · velocity'.

    v' = α v + (1 − α) g² is the mean of the squared gradient; centered, the square of the mean gradient
    mean' = α mean + (1 − α) g is taken away from it under the root. What is not needed, the mean or the velocity,
    is one number that stays 0.

    Source: Tieleman and Hinton 2012, "Lecture 6.5: RMSprop"; PyTorch ``RMSprop``.

    Args:
        lr: the learning rate.
        alpha: how much of the means is kept.
        epsilon: added to the divisor, so that it is never 0.
        momentum: how much of the velocity is kept.
        centered: whether the deviation of the gradient counts, not its size.
        weight_decay: how much of p is added to g, to draw it to 0.
    """

    lr: float = 0.01
    alpha: float = 0.99
    epsilon: float = 1e-8
    momentum: float = 0.0
    centered: bool = False
    weight_decay: float = 0.0

    outputs = ("out", "v", "mean", "velocity")
    state = ("v", "mean", "velocity")

    symbol = "RMSprop"
    says = "Move {p} against its gradient {g}, divided by its usual size."
    why = "Steep directions get smaller steps and flat ones larger, so all advance about equally fast."

    def shaped(self) -> tuple[str, ...]:
        return "v", *(("mean",) if self.centered else ()), *(("velocity",) if self.momentum else ())

    def forward(self, xp, p, g, v, mean, velocity):
        if p.dtype != v.dtype:
            return self.widened(xp, p, g, v, mean, velocity)
        g = self.decayed(p, g)
        v = self.alpha * v + (1 - self.alpha) * (g * g)
        mean = self.alpha * mean + (1 - self.alpha) * g if self.centered else mean
        step = g / (xp.sqrt(v - mean * mean if self.centered else v) + self.epsilon)
        velocity = self.momentum * velocity + step if self.momentum else velocity
        return p - self.lr * (velocity if self.momentum else step), v, mean, velocity


class Adagrad(Adaptive):
    """out = p − lr / (1 + (t' − 1) · lr_decay) · g / (√total' + ε), total' = total + g².

    Source: Duchi et al. 2011, "Adaptive subgradient methods for online learning and stochastic optimization";
    PyTorch ``Adagrad``.

    Args:
        lr: the learning rate.
        lr_decay: how fast the learning rate falls with the count t of steps.
        epsilon: added to the divisor, so that it is never 0.
        weight_decay: how much of p is added to g, to draw it to 0.
    """

    lr: float = 0.01
    lr_decay: float = 0.0
    epsilon: float = 1e-10
    weight_decay: float = 0.0

    outputs = ("out", "total", "t")
    state = ("total", "t")

    symbol = "Adagrad"
    says = "Move {p} against its gradient {g}, divided by the root of all its squares so far."
    why = "What has moved much gets ever smaller steps; what is rarely touched keeps large ones."

    def forward(self, xp, p, g, total, t):
        if p.dtype != total.dtype:
            return self.widened(xp, p, g, total, t)
        g = self.decayed(p, g)
        t = t + 1
        total = total + g * g
        rate = self.lr / (1 + (t - 1) * self.lr_decay)
        return p - rate * (g / (xp.sqrt(total) + self.epsilon)), total, t


def _log(beta):
    """ln β, and for β = 0 a number so negative that βᵗ is 0."""
    return log(beta) if beta else -1e4
