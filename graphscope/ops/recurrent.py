"""What recurrent ops share: sequences in both directions, of different lengths, one state after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, promote, same_size
from graphscope.ops.base import Op

Direction = Literal["forward", "reverse", "bidirectional"]


class Way(NamedTuple):
    """One direction of a recurrent op, its arrays without the axis of directions.

    Args:
        backwards: whether it begins at the end of each sequence.
        x: [time, sample, feature].
        w: the weights of x, [gate × unit, feature]; ``r`` those of the state, [gate × unit, unit].
        b: the bias of x and then that of the state, [2 × gate × unit], or None.
        valid: which steps are within their sequences, [time, sample, 1]; None where all are.
        h: the state before the first step, [sample, unit].
    """

    backwards: bool
    x: Any
    w: Any
    r: Any
    b: Any
    valid: Any
    h: Any

    @property
    def steps(self) -> Sequence[int]:
        """The times in the order in which they are computed."""
        times = range(self.x.shape[0])
        return times[::-1] if self.backwards else times

    def inputs(self, xp: Any) -> Any:
        """The part of the gates that comes from x, all times in one product: [time, sample, gate × unit]."""
        count, samples, features = self.x.shape
        flat = xp.matmul(xp.reshape(self.x, (count * samples, features)), xp.matrix_transpose(self.w))
        return xp.reshape(flat, (count, samples, self.w.shape[0]))

    def biases(self) -> tuple[Any, Any]:
        """The bias of x and that of the state."""
        half = self.w.shape[0]
        return self.b[:half], self.b[half:]

    def shifted(self, xp: Any, states: Any, first: Any) -> Any:
        """The state before each time, from the states after each."""
        first = xp.expand_dims(first, axis=0)
        if self.backwards:
            return xp.concat([states[1:, ...], first], axis=0)
        return xp.concat([first, states[:-1, ...]], axis=0)

    def before(self, xp: Any, y: Any) -> Any:
        """The state before each time from the outputs, which are 0 outside the sequences."""
        if self.valid is not None and self.backwards:
            y = xp.where(self.valid, y, xp.expand_dims(self.h, axis=0))
        return self.shifted(xp, y, self.h)

    def kept(self, xp, time: int, made, otherwise):
        """What a step made where it is within the sequence, else something else."""
        if self.valid is None:
            return made
        return xp.where(self.valid[time, ...], made, otherwise)


class Taken(NamedTuple):
    """The gradients of one direction.

    Args:
        inputs: of the part of the gates that comes from x, [time, sample, gate × unit].
        r: of the weights of the state.
        b: of both biases.
        h: of the first state.
        more: of what a kind of its own has besides.
    """

    inputs: Any
    r: Any
    b: Any
    h: Any
    more: tuple[Any, ...] = ()


class Recurrent(Op, abstract=True):
    """Sequences x [time, sample, feature], weights with an axis of directions in front, gates one after another.

    Args:
        direction: "forward", "reverse" (from the end of each sequence) or "bidirectional" (both).
        batch_first: whether the axis of samples comes first in x, y and the states.
    """

    direction: Direction = "forward"
    batch_first: bool = False

    gates = 1
    """How many units of each kind a state has."""

    @property
    def directions(self) -> int:
        """How many directions there are."""
        return 2 if self.direction == "bidirectional" else 1

    # ---- shapes -----------------------------------------------------------------------------------------------

    def output_specs(
        self, x: TensorSpec, w: TensorSpec, r: TensorSpec, **given: TensorSpec | None
    ) -> tuple[TensorSpec, TensorSpec]:
        """The specs of the outputs and of a state, once all operands fit.

        Args:
            given: the operands that may be absent.
        """
        if x.rank != 3 or x.shape[1 if self.batch_first else 0] == 0:
            raise ShapeError(
                "{operation}: x ({x}) must have the axes time, sample and feature, and one time or more",
                operation=self.title,
                x=x,
            )
        time, samples, features = x.shape
        if self.batch_first:
            time, samples = samples, time
        units = r.shape[-1] if r.rank == 3 else None
        rows = self.gates * units if isinstance(units, int) else None
        both, lead = 2 * rows if rows is not None else None, self.directions
        state: tuple[Dim, ...] = (samples, lead, units) if self.batch_first else (lead, samples, units)
        wanted: dict[str, tuple[Dim, ...]] = {
            "w": (lead, rows, features),
            "r": (lead, rows, units),
            "b": (lead, both),
            "lengths": (samples,),
            "initial_h": state,
            "initial_c": state,
            "peephole": (lead, 3 * units if isinstance(units, int) else None),
        }
        for name, spec in {"w": w, "r": r, **given}.items():
            self._check(name, spec, wanted[name])
        promote(x, w, r, *(spec for name, spec in given.items() if spec is not None and name != "lengths"))
        y = (samples, time, lead, units) if self.batch_first else (time, lead, samples, units)
        return TensorSpec(y, x.dtype), TensorSpec(state, x.dtype)

    def _check(self, name: str, spec: TensorSpec | None, wanted: tuple[Dim, ...]) -> None:
        if spec is not None and (spec.rank != len(wanted) or not all(map(same_size, spec.shape, wanted))):
            raise ShapeError(
                "{operation}: {name} ({spec}) should have the shape {wanted}, gates one after the other, with "
                "the direction “{direction}”",
                operation=self.title,
                name=name,
                spec=spec,
                wanted=TensorSpec(wanted),
                direction=self.direction,
            )

    # ---- running ----------------------------------------------------------------------------------------------

    def ways(self, xp, x, w, r, b, lengths, initial_h) -> list[Way]:
        """The directions, in order."""
        x = self.swapped(xp, x)
        valid = None
        if lengths is not None:
            times = xp.reshape(xp.arange(x.shape[0], dtype=lengths.dtype), (x.shape[0], 1, 1))
            valid = times < xp.reshape(lengths, (1, lengths.shape[0], 1))
        return [
            Way(
                self.direction == "reverse" or d == 1,
                x,
                w[d, ...],
                r[d, ...],
                None if b is None else b[d, ...],
                valid,
                self.first(xp, x, r, initial_h, d),
            )
            for d in range(self.directions)
        ]

    def swapped(self, xp, x):
        """From samples first to time first, or to the direction first, and back, where they come first."""
        return xp.permute_dims(x, (1, 0, *range(2, x.ndim))) if self.batch_first else x

    def first(self, xp, x, r, initial, d: int):
        """A first state without the axis of directions: what is given, or zeros."""
        if initial is None:
            return xp.zeros((x.shape[1], r.shape[2]), dtype=x.dtype)
        return self.swapped(xp, initial)[d, ...]

    def joined(self, xp, by_way: Sequence[Any], axis: int = 0):
        """Arrays of the directions with an axis of directions."""
        return xp.stack(list(by_way), axis=axis) if len(by_way) > 1 else xp.expand_dims(by_way[0], axis=axis)

    def outputs_of(self, xp, ys: Sequence[Any]):
        """The output of all times from those of the directions."""
        y = self.joined(xp, ys, 1)
        return xp.permute_dims(y, (2, 0, 1, 3)) if self.batch_first else y

    def by_time(self, xp, y: Any) -> Any:
        """All times of an output or of its gradient with the axes time, direction, sample, unit."""
        return xp.permute_dims(y, (1, 2, 0, 3)) if self.batch_first and y is not None else y

    def of_way(self, y: Any, d: int) -> Any:
        """One direction of the gradient of all times, or None."""
        return None if y is None else y[:, d, ...]

    def part(self, xp, state: Any, d: int) -> Any:
        """One direction of the gradient of a state, or None."""
        return None if state is None else self.swapped(xp, state)[d, ...]

    # ---- gradients --------------------------------------------------------------------------------------------

    def gathered(
        self, xp, ways: Sequence[Way], taken: Sequence[Taken], needs: Sequence[bool], initial_h: Any
    ) -> list[Any]:
        """The gradients of x, w, r, b and the first state, if it was given, from those of the directions."""
        pairs = list(zip(ways, taken, strict=True))
        dx = dw = db = None
        if needs[0]:
            parts = [xp.matmul(each.inputs, way.w) for way, each in pairs]
            dx = self.swapped(xp, parts[0] if len(parts) == 1 else parts[0] + parts[1])
        if needs[1]:
            dw = self.joined(xp, [over_all(xp, each.inputs, way.x) for way, each in pairs])
        if ways[0].b is not None and needs[3]:
            db = self.joined(xp, [each.b for each in taken])
        dr = self.joined(xp, [each.r for each in taken]) if needs[2] else None
        dh = None
        if initial_h is not None:
            dh = self.swapped(xp, self.joined(xp, [each.h for each in taken]))
        return [dx, dw, dr, db, None, dh]


def over_all(xp: Any, d: Any, x: Any) -> Any:
    """Σ dᵀ · x over all times and samples, as one product."""
    rows = d.shape[0] * d.shape[1]
    left = xp.matrix_transpose(xp.reshape(d, (rows, d.shape[2])))
    return xp.matmul(left, xp.reshape(x, (rows, x.shape[2])))


def summed(xp: Any, d: Any) -> Any:
    """Σ d over all times and samples."""
    return xp.sum(d, axis=(0, 1))


def sigmoid(xp, x):
    """1 / (1 + e⁻ˣ)."""
    return 1 / (1 + xp.exp(-x))


class RNN(Recurrent):
    """y = f(x · wᵀ + h · rᵀ + b), h the y of the time before; f is tanh or ReLU.

    x is [time, sample, feature], w [direction, unit, feature], r [direction, unit, unit], b [direction, two
    biases one after the other], lengths the number of times of each sample.

    Source: ONNX operator ``RNN`` 22; PyTorch ``nn.RNN``.

    Args:
        direction: "forward", "reverse" (from the end of each sequence) or "bidirectional" (both).
        batch_first: whether the axis of samples comes first in x, y and the states.
        activation: f.
    """

    activation: Literal["tanh", "relu"] = "tanh"

    outputs = ("y", "y_h")
    symbol = "RNN"
    says = (
        "Go through the sequence {x} step by step: each state is made of the step and the state before it. {y} has "
        "all states, {y_h} the last."
    )
    backward_says = (
        "Go back from the last step to the first: each state passes the gradient to its step of {x} and to the "
        "state before; the weights {w} and {r} collect it at every step."
    )
    backward_parts = {
        "x": "From the last step to the first, each step of {x} gets the gradient of what it was fed into.",
        "w": "From the last step to the first, {w} collects the gradient at each step, times {x}.",
        "r": "From the last step to the first, {r} collects the gradient at each step, times the state before.",
        "b": "From the last step to the first, the bias collects the gradient at every step.",
        "initial_h": "From the last step to the first, the initial state gets what is left of the gradient.",
    }
    why = "One set of weights is used at every step, so its gradient adds up over time, and long paths fade."
    formulas = {
        "y": "f(xₜ · wᵀ + hₜ₋₁ · rᵀ + b)",
        "y_h": "f(xₙ · wᵀ + hₙ₋₁ · rᵀ + b)",
        "x": "dₜ · w, dₜ = (gₜ + dₜ₊₁ · r) ⊙ f′",
        "w": "Σₜ dₜᵀ · xₜ",
        "r": "Σₜ dₜᵀ · hₜ₋₁",
        "b": "(Σₜ dₜ, Σₜ dₜ)",
        "initial_h": "d₁ · r",
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
        made = [self._run(xp, way) for way in self.ways(xp, x, w, r, b, lengths, initial_h)]
        last = self.swapped(xp, self.joined(xp, [h for _, h in made]))
        return self.outputs_of(xp, [y for y, _ in made]), last

    def _run(self, xp, way: Way):
        parts = way.inputs(xp)
        parts = parts if way.b is None else parts + (way.biases()[0] + way.biases()[1])
        turned, h = xp.matrix_transpose(way.r), way.h
        zero = xp.zeros_like(h)
        ys: list[Any] = [None] * parts.shape[0]
        for time in way.steps:
            z = parts[time, ...] + xp.matmul(h, turned)
            made = xp.tanh(z) if self.activation == "tanh" else xp.maximum(z, zero)
            h, ys[time] = way.kept(xp, time, made, h), way.kept(xp, time, made, zero)
        return xp.stack(ys, axis=0), h

    def vjp(self, xp, g, out, x, w, r, b=None, lengths=None, initial_h=None, *, needs):
        ways = self.ways(xp, x, w, r, b, lengths, initial_h)
        gy, y = self.by_time(xp, g[0]), self.by_time(xp, out[0])
        taken = [
            self._back(xp, way, self.of_way(gy, d), self.part(xp, g[1], d), y[:, d, ...])
            for d, way in enumerate(ways)
        ]
        return tuple(self.gathered(xp, ways, taken, needs, initial_h))

    def _back(self, xp, way: Way, gy: Any, last, y) -> Taken:
        slopes = 1 - y * y if self.activation == "tanh" else xp.astype(y > 0, y.dtype)
        dh, zero = last, xp.zeros_like(way.h)
        ds: list[Any] = [None] * y.shape[0]
        for time in reversed(way.steps):
            dh = zero if dh is None else dh
            here = dh if gy is None else dh + way.kept(xp, time, gy[time, ...], zero)
            ds[time] = way.kept(xp, time, here * slopes[time, ...], zero)
            dh = way.kept(xp, time, xp.matmul(ds[time], way.r), dh)
        d = xp.stack(ds, axis=0)
        bias = summed(xp, d)
        return Taken(d, over_all(xp, d, way.before(xp, y)), xp.concat([bias, bias]), dh)
