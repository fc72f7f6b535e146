"""Long short-term memory: a recurrent op whose gates decide what its cells keep, take in and show."""

from __future__ import annotations

from typing import Any

from graphscope.graph.spec import TensorSpec
from graphscope.ops.recurrent import Recurrent, Taken, Way, over_all, sigmoid, summed


class LSTM(Recurrent):
    """y = o ⊙ tanh(c), c = f ⊙ c of the time before + i ⊙ a; i, o, f = σ(x·wᵀ + h·rᵀ + b), a = tanh(…).

    x is [time, sample, feature], w [direction, 4 × unit, feature], r [direction, 4 × unit, unit], b
    [direction, 8 × unit], the gates in the order i, o, f, a; lengths the number of times of each sample;
    peephole [direction, 3 × unit] lets the gates i, o and f see the cells. The gates are kept to be looked
    at: [time, direction, sample, 4 × unit].

    Source: Hochreiter and Schmidhuber 1997; ONNX operator ``LSTM`` 22; PyTorch ``nn.LSTM``, which orders the
    gates i, f, a, o.

    Args:
        direction: "forward", "reverse" (from the end of each sequence) or "bidirectional" (both).
        batch_first: whether the axis of samples comes first in x, y and the states.
    """

    gates = 4
    outputs = ("y", "y_h", "y_c")
    saved = ("gates_kept", "cells")
    symbol = "LSTM"
    says = (
        "Go through the sequence {x} step by step: gates decide what the cells forget, take in and show. {y} has "
        "what they showed at every step, {y_h} the last of it, {y_c} the last cells."
    )
    backward_says = (
        "Go back from the last step to the first: the gradient of the cells passes where the gates kept them; {x} "
        "and the weights {w} and {r} get theirs through the gates."
    )
    backward_parts = {
        "x": "From the last step to the first, each step of {x} gets the gradient of what it was fed into.",
        "w": "From the last step to the first, {w} collects the gradient at each step, times {x}.",
        "r": "From the last step to the first, {r} collects the gradient at each step, times the state before.",
        "b": "From the last step to the first, the bias collects the gradient at every step.",
        "initial_h": "From the last step to the first, the initial state gets what is left of the gradient.",
        "initial_c": "From the last step to the first, the initial cells get what is left of their gradient.",
        "peephole": "From the last step to the first, the peepholes collect that of the gates, times the cells.",
    }
    why = "The cells are added to, not multiplied by weights at every step, so their gradient lasts longer."
    formulas = {
        "y": "oₜ ⊙ tanh(cₜ), cₜ = fₜ ⊙ cₜ₋₁ + iₜ ⊙ aₜ",
        "y_h": "oₙ ⊙ tanh(cₙ)",
        "y_c": "fₙ ⊙ cₙ₋₁ + iₙ ⊙ aₙ",
        "x": "dₜ · w, d = ∂L/∂(i, o, f, a)",
        "w": "Σₜ dₜᵀ · xₜ",
        "r": "Σₜ dₜᵀ · hₜ₋₁",
        "b": "(Σₜ dₜ, Σₜ dₜ)",
        "initial_h": "d₁ · r",
        "initial_c": "f₁ ⊙ ∂L/∂c₁",
        "peephole": "Σₜ dₜ ⊙ (cₜ₋₁, cₜ, cₜ₋₁)",
    }

    def infer(
        self,
        x: TensorSpec,
        w: TensorSpec,
        r: TensorSpec,
        b: TensorSpec | None = None,
        lengths: TensorSpec | None = None,
        initial_h: TensorSpec | None = None,
        initial_c: TensorSpec | None = None,
        peephole: TensorSpec | None = None,
    ) -> tuple[TensorSpec, ...]:
        y, state = self.output_specs(
            x, w, r, b=b, lengths=lengths, initial_h=initial_h, initial_c=initial_c, peephole=peephole
        )
        return y, state, state

    def forward(self, xp, x, w, r, b=None, lengths=None, initial_h=None, initial_c=None, peephole=None):
        ways = self.ways(xp, x, w, r, b, lengths, initial_h)
        made = [
            self._run(
                xp,
                way,
                self.first(xp, way.x, r, initial_c, d),
                None if peephole is None else peephole[d, ...],
            )
            for d, way in enumerate(ways)
        ]
        ys, hs, cs, gates, cells = zip(*made, strict=True)
        return (
            self.outputs_of(xp, ys),
            self.swapped(xp, self.joined(xp, hs)),
            self.swapped(xp, self.joined(xp, cs)),
            self.joined(xp, gates, 1),
            self.joined(xp, cells, 1),
        )

    def _run(self, xp: Any, way: Way, c: Any, peephole: Any) -> Any:
        """One direction: outputs, last state and cells, gates and cells of all times."""
        n, parts = way.r.shape[1], way.inputs(xp)
        parts = parts if way.b is None else parts + (way.biases()[0] + way.biases()[1])
        turned, h, zero = xp.matrix_transpose(way.r), way.h, xp.zeros_like(way.h)
        ys: list[Any] = [None] * parts.shape[0]
        gates, cells = list(ys), list(ys)
        for time in way.steps:
            z = parts[time, ...] + xp.matmul(h, turned)
            gate, a, new = self._step(xp, z, c, n, peephole)
            shown = gate[:, n : 2 * n] * xp.tanh(new)
            c, cells[time], gates[time] = way.kept(xp, time, new, c), None, (gate, a)
            cells[time] = c
            h, ys[time] = way.kept(xp, time, shown, h), way.kept(xp, time, shown, zero)
        open_, new = (xp.stack(list(each), axis=0) for each in zip(*gates, strict=True))
        return xp.stack(ys, axis=0), h, c, xp.concat([open_, new], axis=2), xp.stack(cells, axis=0)

    def _step(self, xp, z, c, n: int, peephole):
        """The gates i, o and f side by side, what is offered, and the new cells."""
        a = xp.tanh(z[:, 3 * n :])
        if peephole is None:
            gate = sigmoid(xp, z[:, : 3 * n])
            return gate, a, gate[:, 2 * n :] * c + gate[:, :n] * a
        i = sigmoid(xp, z[:, :n] + peephole[:n] * c)
        f = sigmoid(xp, z[:, 2 * n : 3 * n] + peephole[2 * n :] * c)
        new = f * c + i * a
        o = sigmoid(xp, z[:, n : 2 * n] + peephole[n : 2 * n] * new)
        return xp.concat([i, o, f], axis=1), a, new

    def vjp(
        self,
        xp,
        g,
        out,
        x,
        w,
        r,
        b=None,
        lengths=None,
        initial_h=None,
        initial_c=None,
        peephole=None,
        *,
        needs,
    ):
        ways = self.ways(xp, x, w, r, b, lengths, initial_h)
        gy, y = self.by_time(xp, g[0]), self.by_time(xp, out[0])
        taken = [
            self._back(
                xp,
                way,
                (self.of_way(gy, d), self.part(xp, g[1], d), self.part(xp, g[2], d)),
                (y[:, d, ...], out[3][:, d, ...], out[4][:, d, ...]),
                self.first(xp, way.x, r, initial_c, d),
                None if peephole is None else peephole[d, ...],
            )
            for d, way in enumerate(ways)
        ]
        dc = None
        if initial_c is not None:
            dc = self.swapped(xp, self.joined(xp, [each.more[0] for each in taken]))
        dp = None if peephole is None else self.joined(xp, [each.more[1] for each in taken])
        return (*self.gathered(xp, ways, taken, needs, initial_h), dc, dp)

    def _back(self, xp: Any, way: Way, g: Any, made: Any, first: Any, peephole: Any) -> Taken:
        """The gradients of one direction from those of its outputs, last state and last cells."""
        (gy, dh, dc), (y, gates, cells) = g, made
        n, zero = way.r.shape[1], xp.zeros_like(way.h)
        dh, dc = zero if dh is None else dh, zero if dc is None else dc
        before = way.shifted(xp, cells, first)
        i, o, f, a = (gates[..., k * n : (k + 1) * n] for k in range(4))
        shown = xp.tanh(cells)
        through = o * (1 - shown * shown)
        slopes = xp.concat(
            [a * i * (1 - i), shown * o * (1 - o), before * f * (1 - f), i * (1 - a * a)], axis=2
        )
        ds: list[Any] = [None] * y.shape[0]
        for time in reversed(way.steps):
            here = dh if gy is None else dh + way.kept(xp, time, gy[time, ...], zero)
            slope, to_cells = slopes[time, ...], dc + here * through[time, ...]
            if peephole is not None:
                to_cells = to_cells + here * slope[:, n : 2 * n] * peephole[n : 2 * n]
            d = xp.concat([to_cells, here, to_cells, to_cells], axis=1) * slope
            to_before = to_cells * f[time, ...]
            if peephole is not None:
                to_before = to_before + d[:, :n] * peephole[:n] + d[:, 2 * n : 3 * n] * peephole[2 * n :]
            ds[time] = d if way.valid is None else way.kept(xp, time, d, 0 * d)
            dh, dc = way.kept(xp, time, xp.matmul(d, way.r), dh), way.kept(xp, time, to_before, dc)
        d = xp.stack(ds, axis=0)
        seen = None
        if peephole is not None:
            looked = xp.concat([before, cells, before], axis=2)
            seen = summed(xp, d[..., : 3 * n] * looked)
        bias = summed(xp, d)
        r = over_all(xp, d, way.before(xp, y))
        return Taken(d, r, xp.concat([bias, bias]), dh, (dc, seen))
