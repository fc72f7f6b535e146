"""Gated recurrent units: a recurrent op whose gates decide how much of the state is kept and looked at."""

from __future__ import annotations

from typing import Any

from graphscope.graph.spec import TensorSpec
from graphscope.ops.recurrent import Recurrent, Taken, Way, over_all, sigmoid, summed


class GRU(Recurrent):
    """y = (1 − z) ⊙ n + z ⊙ h, h the y of the time before; z, q = σ(x·wᵀ + h·rᵀ + b), n = tanh(…) with q ⊙ h.

    x is [time, sample, feature], w [direction, 3 × unit, feature], r [direction, 3 × unit, unit], b
    [direction, 6 × unit], the gates in the order z (update), q (reset), n; lengths the number of times of
    each sample. The gates are kept to be looked at: [time, direction, sample, 3 × unit].

    Source: Cho et al. 2014, "Learning phrase representations"; ONNX operator ``GRU`` 22; PyTorch ``nn.GRU``,
    which orders the gates q, z, n and resets after the product.

    Args:
        direction: "forward", "reverse" (from the end of each sequence) or "bidirectional" (both).
        batch_first: whether the axis of samples comes first in x, y and the states.
        reset_after: whether q multiplies h · rᵀ + b instead of h alone.
    """

    reset_after: bool = False

    gates = 3
    outputs = ("y", "y_h")
    saved = ("gates_kept",)
    symbol = "GRU"
    says = (
        "Go through the sequence {x} step by step: gates decide how much of the state is kept and how much of it "
        "the new one looks at. {y} has all states, {y_h} the last."
    )
    backward_says = (
        "Go back from the last step to the first: the gradient passes where the gates kept the state; {x} and the "
        "weights {w} and {r} get theirs through the gates."
    )
    backward_parts = {
        "x": "From the last step to the first, each step of {x} gets the gradient of what it was fed into.",
        "w": "From the last step to the first, {w} collects the gradient at each step, times {x}.",
        "r": "From the last step to the first, {r} collects the gradient at each step, times the state before.",
        "b": "From the last step to the first, the bias collects the gradient at every step.",
        "initial_h": "From the last step to the first, the initial state gets what is left of the gradient.",
    }
    why = "Where a gate keeps the state it is handed on as it is, so its gradient lasts longer."
    formulas = {
        "y": "(1 − zₜ) ⊙ nₜ + zₜ ⊙ hₜ₋₁",
        "y_h": "(1 − zₙ) ⊙ nₙ + zₙ ⊙ hₙ₋₁",
        "x": "dₜ · w, d = ∂L/∂(z, q, n)",
        "w": "Σₜ dₜᵀ · xₜ",
        "r": "Σₜ dₜᵀ · hₜ₋₁",
        "b": "(Σₜ dₜ, Σₜ dₜ)",
        "initial_h": "z₁ ⊙ ∂L/∂h₁ + d₁ · r",
    }

    def infer(
        self,
        x: TensorSpec,
        w: TensorSpec,
        r: TensorSpec,
        b: TensorSpec | None = None,
        lengths: TensorSpec | None = None,
        initial_h: TensorSpec | None = None,
    ) -> tuple[TensorSpec, ...]:
        return self.output_specs(x, w, r, b=b, lengths=lengths, initial_h=initial_h)

    def forward(self, xp, x, w, r, b=None, lengths=None, initial_h=None):
        ways = self.ways(xp, x, w, r, b, lengths, initial_h)
        ys, hs, gates = zip(*(self._run(xp, way) for way in ways), strict=True)
        last = self.swapped(xp, self.joined(xp, hs))
        return self.outputs_of(xp, ys), last, self.joined(xp, gates, 1)

    def _run(self, xp, way: Way):
        """One direction: outputs, last state, and the gates of all times."""
        n, parts, late = way.r.shape[1], way.inputs(xp), None
        if way.b is not None:
            ours, theirs = way.biases()
            parts = parts + ours
            late = theirs
        h, zero = way.h, xp.zeros_like(way.h)
        ys: list[Any] = [None] * parts.shape[0]
        gates = list(ys)
        for time in way.steps:
            gate, new = self._step(xp, parts[time, ...], h, way.r, late, n)
            made = new + gate[:, :n] * (h - new)
            gates[time] = (gate, new)
            h, ys[time] = way.kept(xp, time, made, h), way.kept(xp, time, made, zero)
        open_, offered = (xp.stack(list(each), axis=0) for each in zip(*gates, strict=True))
        return xp.stack(ys, axis=0), h, xp.concat([open_, offered], axis=2)

    def _step(self, xp, part, h, r, b, n: int):
        """The gates z and q side by side, and what is offered."""
        if self.reset_after:
            both = xp.matmul(h, xp.matrix_transpose(r))
            both = both if b is None else both + b
            gate = sigmoid(xp, part[:, : 2 * n] + both[:, : 2 * n])
            return gate, xp.tanh(part[:, 2 * n :] + gate[:, n:] * both[:, 2 * n :])
        part = part if b is None else part + b
        gate = sigmoid(xp, part[:, : 2 * n] + xp.matmul(h, xp.matrix_transpose(r[: 2 * n, :])))
        looked = xp.matmul(gate[:, n:] * h, xp.matrix_transpose(r[2 * n :, :]))
        return gate, xp.tanh(part[:, 2 * n :] + looked)

    def vjp(self, xp, g, out, x, w, r, b=None, lengths=None, initial_h=None, *, needs):
        ways = self.ways(xp, x, w, r, b, lengths, initial_h)
        gy, y = self.by_time(xp, g[0]), self.by_time(xp, out[0])
        taken = [
            self._back(
                xp,
                way,
                self.of_way(gy, d),
                self.part(xp, g[1], d),
                y[:, d, ...],
                out[2][:, d, ...],
            )
            for d, way in enumerate(ways)
        ]
        return tuple(self.gathered(xp, ways, taken, needs, initial_h))

    def _back(self, xp, way: Way, gy: Any, dh: Any, y, gates) -> Taken:
        """The gradients of one direction from those of its outputs and its last state."""
        n, zero = way.r.shape[1], xp.zeros_like(way.h)
        dh, before = zero if dh is None else dh, way.before(xp, y)
        z, q, new = (gates[..., k * n : (k + 1) * n] for k in range(3))
        to_new, to_z = (1 - z) * (1 - new * new), (before - new) * z * (1 - z)
        looked = self._looked(xp, way, before) if self.reset_after else before
        to_q = looked * q * (1 - q)
        ds: list[Any] = [None] * y.shape[0]
        for time in reversed(way.steps):
            here = dh if gy is None else dh + way.kept(xp, time, gy[time, ...], zero)
            dn, dz = here * to_new[time, ...], here * to_z[time, ...]
            through = dn if self.reset_after else xp.matmul(dn, way.r[2 * n :, :])
            dq, on = through * to_q[time, ...], through * q[time, ...]
            d = xp.concat([dz, dq, dn], axis=1)
            if self.reset_after:
                back = xp.matmul(xp.concat([dz, dq, on], axis=1), way.r)
            else:
                back = on + xp.matmul(d[:, : 2 * n], way.r[: 2 * n, :])
            ds[time] = d if way.valid is None else way.kept(xp, time, d, 0 * d)
            dh = way.kept(xp, time, here * z[time, ...] + back, dh)
        d = xp.stack(ds, axis=0)
        return Taken(d, *self._weights(xp, d, before, q, n), dh)

    def _looked(self, xp, way: Way, before):
        """What the gate q multiplied, of all times."""
        n = way.r.shape[1]
        looked = xp.matmul(before, xp.matrix_transpose(way.r[2 * n :, :]))
        return looked if way.b is None else looked + way.biases()[1][2 * n :]

    def _weights(self, xp, d, before, q, n: int):
        """The gradients of the state's weights and of the biases."""
        bias = summed(xp, d)
        if not self.reset_after:
            r = xp.concat(
                [over_all(xp, d[..., : 2 * n], before), over_all(xp, d[..., 2 * n :], q * before)], axis=0
            )
            return r, xp.concat([bias, bias])
        reset = xp.concat([d[..., : 2 * n], d[..., 2 * n :] * q], axis=2)
        return over_all(xp, reset, before), xp.concat([bias, summed(xp, reset)])
