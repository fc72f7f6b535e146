"""Rows of recurrent ops; PyTorch's own where it has one, else its tensors step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, Source

TIMES, SAMPLES, FEATURES, UNITS = 3, 2, 2, 2


def rows() -> Iterator[Case]:
    yield from _plain()
    yield from _gated()
    yield from _memory()


def _operands(
    gates: int, ways: int = 1, *, b: bool = True, h: bool = True, **more: Any
) -> tuple[Source, ...]:
    """Operands up to the first state, those that are wanted."""
    time, samples = more.get("time", TIMES), more.get("samples", SAMPLES)
    lengths = more.get("lengths")
    state = (ways, samples, UNITS)
    x: tuple[int, ...] = (time, samples, FEATURES)
    if more.get("batch_first"):
        x, state = (samples, time, FEATURES), (samples, ways, UNITS)
    weights = ((ways, gates * UNITS, FEATURES), (ways, gates * UNITS, UNITS))
    ends: Source = None if lengths is None else lambda rng: np.array(lengths, dtype=np.int32)
    return (x, *weights, (ways, 2 * gates * UNITS) if b else None, ends, state if h else None)


def _plain() -> Iterator[Case]:
    yield Case(ops.RNN(), _operands(1), _torch("rnn_tanh", (0,)))
    yield Case(ops.RNN(activation="relu"), _operands(1), _torch("rnn_relu", (0,)), "ReLU")
    both = ops.RNN("bidirectional", batch_first=True)
    yield Case(
        both, _operands(1, 2, batch_first=True), _torch("rnn_tanh", (0,), batch_first=True), "both ways"
    )
    bare = _operands(1, b=False, h=False)
    yield Case(ops.RNN("reverse"), bare, _steps(_rnn_step, 1, "reverse"), "reverse")
    ragged = _operands(1, 2, lengths=(3, 1))
    yield Case(ops.RNN("bidirectional"), ragged, _steps(_rnn_step, 1, "bidirectional"), "lengths")


def _gated() -> Iterator[Case]:
    yield Case(ops.GRU(reset_after=True), _operands(3), _torch("gru", (1, 0, 2)))
    wide = _operands(3, 2, batch_first=True)
    yield Case(
        ops.GRU("bidirectional", batch_first=True, reset_after=True),
        wide,
        _torch("gru", (1, 0, 2), batch_first=True),
        "both ways",
    )
    bare = ops.GRU(reset_after=True)
    yield Case(bare, _operands(3, b=False, h=False, time=1), _torch("gru", (1, 0, 2)), "one step")
    yield Case(ops.GRU(), _operands(3), _steps(_gru_step, 3, "forward"), "reset before")
    yield Case(ops.GRU("reverse"), _operands(3, b=False), _steps(_gru_step, 3, "reverse"), "reverse")
    for after, said in ((False, "lengths"), (True, "lengths, reset after")):
        step = _gru_step_after if after else _gru_step
        yield Case(
            ops.GRU("bidirectional", reset_after=after),
            _operands(3, 2, lengths=(2, 3)),
            _steps(step, 3, "bidirectional"),
            said,
        )


def _memory() -> Iterator[Case]:
    h = (1, SAMPLES, UNITS)
    yield Case(ops.LSTM(), (*_operands(4), h), _torch("lstm", (0, 2, 3, 1)))
    state = (SAMPLES, 2, UNITS)
    yield Case(
        ops.LSTM("bidirectional", batch_first=True),
        (*_operands(4, 2, batch_first=True), state),
        _torch("lstm", (0, 2, 3, 1), batch_first=True),
        "both ways",
    )
    bare = _operands(4, b=False, h=False)
    yield Case(ops.LSTM(), bare, _torch("lstm", (0, 2, 3, 1)), "nothing but weights")
    yield Case(ops.LSTM(), _operands(4, samples=1, h=False), _torch("lstm", (0, 2, 3, 1)), "one sample")
    yield Case(ops.LSTM("reverse"), (*_operands(4), h), _steps(_lstm_step, 4, "reverse"), "reverse")
    peephole = (*_operands(4), h, (1, 3 * UNITS))
    yield Case(ops.LSTM(), peephole, _steps(_lstm_step, 4, "forward"), "peepholes")
    everything = (*_operands(4, 2, lengths=(1, 3)), (2, SAMPLES, UNITS), (2, 3 * UNITS))
    yield Case(
        ops.LSTM("bidirectional"), everything, _steps(_lstm_step, 4, "bidirectional"), "lengths and peepholes"
    )


def _torch(name: str, order: tuple[int, ...], *, batch_first: bool = False) -> Callable[..., Any]:
    """PyTorch's own, its gates in an order of its own."""

    def run(t: Any, x: Any, w: Any, r: Any, b: Any, lengths: Any, h: Any, c: Any = None) -> Any:
        rows = [gate * UNITS + unit for gate in order for unit in range(UNITS)]
        both = [*rows, *(len(rows) + row for row in rows)]
        flat: list[Any] = []
        for d in range(w.shape[0]):
            flat += [w[d][rows], r[d][rows]]
            flat += list(b[d][both].chunk(2)) if b is not None else []
        x = x.transpose(0, 1) if batch_first else x
        zeros = t.zeros(w.shape[0], x.shape[1], UNITS, dtype=x.dtype)
        states = [zeros if each is None else each for each in ((h, c) if name == "lstm" else (h,))]
        states = [each.transpose(0, 1) if batch_first and each is not zeros else each for each in states]
        states = [each.contiguous() for each in states]
        hidden = tuple(states) if name == "lstm" else states[0]
        y, *ends = getattr(t._VF, name)(x, hidden, flat, b is not None, 1, 0.0, True, w.shape[0] == 2, False)
        y = y.reshape(*y.shape[:2], w.shape[0], UNITS)
        if batch_first:
            return (y.transpose(0, 1), *(end.transpose(0, 1) for end in ends))
        return (y.transpose(1, 2), *ends)

    return run


def _steps(step: Callable[..., Any], gates: int, direction: str) -> Callable[..., Any]:
    """The definition, one sample and one step after another."""

    def run(
        t: Any, x: Any, w: Any, r: Any, b: Any, lengths: Any, h: Any, c: Any = None, peephole: Any = None
    ) -> Any:
        ways = w.shape[0]
        zeros = t.zeros(ways, x.shape[1], UNITS, dtype=x.dtype)
        b = t.zeros(ways, 2 * gates * UNITS, dtype=x.dtype) if b is None else b
        p = t.zeros(ways, 3 * UNITS, dtype=x.dtype) if peephole is None else peephole
        h, c = zeros if h is None else h, zeros if c is None else c
        ends = [x.shape[0]] * x.shape[1] if lengths is None else [int(each) for each in lengths]
        y = [[[t.zeros(UNITS, dtype=x.dtype)] * x.shape[1] for _ in range(ways)] for _ in range(x.shape[0])]
        last: list[list[Any]] = []
        for d in range(ways):
            for sample, end in enumerate(ends):
                state = (h[d, sample], c[d, sample])
                times = range(end)[::-1] if direction == "reverse" or d else range(end)
                for time in times:
                    state = step(t, x[time, sample], state, w[d], r[d], b[d].chunk(2), p[d])
                    y[time][d][sample] = state[0]
                last.append(list(state))
        shape = (ways, x.shape[1], UNITS)
        made = t.stack([t.stack([t.stack(way) for way in time]) for time in y])
        hs, cs = (t.stack([each[k] for each in last]).reshape(shape) for k in range(2))
        return (made, hs, cs) if gates == 4 else (made, hs)

    return run


def _rnn_step(t: Any, x: Any, state: Any, w: Any, r: Any, b: Any, p: Any) -> Any:
    return t.tanh(w @ x + b[0] + r @ state[0] + b[1]), state[1]


def _gru_step(t: Any, x: Any, state: Any, w: Any, r: Any, b: Any, p: Any, *, after: bool = False) -> Any:
    h, n = state[0], UNITS
    gate = t.sigmoid((w @ x + b[0] + r @ h + b[1])[: 2 * n])
    z, q = gate[:n], gate[n:]
    looked = q * (r[2 * n :] @ h + b[1][2 * n :]) if after else r[2 * n :] @ (q * h) + b[1][2 * n :]
    new = t.tanh((w @ x + b[0])[2 * n :] + looked)
    return (1 - z) * new + z * h, state[1]


def _gru_step_after(*operands: Any) -> Any:
    return _gru_step(*operands, after=True)


def _lstm_step(t: Any, x: Any, state: Any, w: Any, r: Any, b: Any, p: Any) -> Any:
    h, c = state
    i, o, f, a = (w @ x + b[0] + r @ h + b[1]).chunk(4)
    see_i, see_o, see_f = p.chunk(3)
    c_new = t.sigmoid(f + see_f * c) * c + t.sigmoid(i + see_i * c) * t.tanh(a)
    return t.sigmoid(o + see_o * c_new) * t.tanh(c_new), c_new
