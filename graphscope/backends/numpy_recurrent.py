"""The LSTM for NumPy: bit for bit what the op does, each step written where it stays, in few calls."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from graphscope.ops.lstm import LSTM
from graphscope.ops.recurrent import Taken, Way, over_all, summed


class InPlaceLSTM(LSTM, abstract=True):
    """The loops over time, written for NumPy; lengths and peepholes are left to the op.

    Args:
        direction: as of the op.
        batch_first: as of the op.
    """

    def _run(self, xp: Any, way: Way, c: Any, peephole: Any) -> Any:
        if way.valid is not None or peephole is not None:
            return super()._run(xp, way, c, peephole)
        n, parts, turned = way.r.shape[1], self._parts(xp, way), way.r.T
        gates = np.empty_like(parts)
        ys = np.empty((*parts.shape[:2], n), parts.dtype)
        cells, h = np.empty_like(ys), way.h
        open_, part = np.empty((parts.shape[1], 3 * n), parts.dtype), np.empty_like(h)
        for time in way.steps:
            z = gates[time]
            np.matmul(h, turned, out=z)
            np.add(parts[time], z, out=z)
            np.negative(z[:, : 3 * n], out=open_)
            np.exp(open_, out=open_)
            np.add(open_, 1, out=open_)
            np.divide(1, open_, out=z[:, : 3 * n])
            np.tanh(z[:, 3 * n :], out=z[:, 3 * n :])
            np.multiply(z[:, :n], z[:, 3 * n :], out=part)
            c = np.multiply(z[:, 2 * n : 3 * n], c, out=cells[time])
            np.add(c, part, out=c)
            np.tanh(c, out=part)
            h = np.multiply(z[:, n : 2 * n], part, out=ys[time])
        return ys, h, c, gates, cells

    def _parts(self, xp: Any, way: Way) -> Any:
        """What goes into the gates from x, with the biases."""
        parts = way.inputs(xp)
        return parts if way.b is None else np.add(parts, way.biases()[0] + way.biases()[1], out=parts)

    def _back(self, xp: Any, way: Way, g: Any, made: Any, first: Any, peephole: Any) -> Taken:
        if way.valid is not None or peephole is not None:
            return super()._back(xp, way, g, made, first, peephole)
        (gy, dh, dc), (y, gates, cells) = g, made
        n, zero = way.r.shape[1], np.zeros_like(way.h)
        dh, dc = zero if dh is None else dh, zero if dc is None else dc
        slopes, through = self._slopes(gates, cells, way.shifted(xp, cells, first), n)
        d = np.empty_like(slopes)
        here, to_cells, next_c, next_h = (np.empty_like(zero) for _ in range(4))
        for time in reversed(way.steps):
            arrived = dh if gy is None else np.add(dh, gy[time], out=here)
            np.multiply(arrived, through[time], out=to_cells)
            np.add(dc, to_cells, out=to_cells)
            np.multiply(to_cells[:, None, :], slopes[time], out=d[time])
            np.multiply(arrived, slopes[time, :, 1], out=d[time, :, 1])
            dc = np.multiply(to_cells, gates[time, :, 2 * n : 3 * n], out=next_c)
            dh = np.matmul(d[time].reshape(-1, 4 * n), way.r, out=next_h)
        flat = d.reshape(gates.shape)
        bias, r = summed(xp, flat), over_all(xp, flat, way.before(xp, y))
        return Taken(flat, r, np.concatenate([bias, bias]), dh, (dc, None))

    def _slopes(self, gates: Any, cells: Any, before: Any, n: int) -> tuple[Any, Any]:
        """What the gradient of each gate is multiplied by, [time, sample, gate, unit], and that of the cells."""
        i, o, f, a = (gates[..., k * n : (k + 1) * n] for k in range(4))
        slopes = np.empty((*gates.shape[:2], 4, n), gates.dtype)
        shown = np.tanh(cells)
        for place, (factor, gate) in enumerate(((a, i), (shown, o), (before, f))):
            np.multiply(factor * gate, 1 - gate, out=slopes[:, :, place])
        np.multiply(i, 1 - a * a, out=slopes[:, :, 3])
        return slopes, o * (1 - shown * shown)


@cache
def _in_place(op: LSTM) -> Any:
    return InPlaceLSTM(op.direction, op.batch_first)


def lstm_forward(op: Any, xp: Any, *operands: Any) -> Any:
    """Each gate written over what went into it."""
    return _in_place(op).forward(xp, *operands)


def lstm_vjp(op: Any, xp: Any, g: Any, out: Any, *operands: Any, needs: Any) -> Any:
    """Each gradient of the gates written into the array of all times."""
    return _in_place(op).vjp(xp, g, out, *operands, needs=needs)
