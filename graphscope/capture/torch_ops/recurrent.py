"""Recurrent layers of PyTorch, layer by layer; the rows of its weights are brought into our order of gates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from graphscope.capture.lowering import Lowering, Tensor, Unsayable
from graphscope.capture.operands import op, shape_of
from graphscope.capture.tape import several

GATES = {"LSTM": (0, 3, 1, 2), "GRU": (1, 0, 2), "RNN": (0,)}
"""For each of our gates its place among PyTorch's: i, f, a, o become i, o, f, a; r, z, n become z, r, n."""


def _recurrent(name: str, **fields: Any) -> Callable[..., Any]:
    """A rule for one kind of layer."""

    def rule(
        g: Lowering,
        x: Tensor,
        first: Any,
        weights: Any,
        has_biases: bool,
        layers: int,
        dropout: float,
        train: bool,
        bidirectional: bool,
        batch_first: bool,
    ) -> Any:
        if isinstance(weights, bool):  # sequences packed into one
            raise Unsayable(f"{g.now.name} of packed sequences")
        states = several(first)
        ways = 2 if bidirectional else 1
        each = len(weights) // (layers * ways)
        if each != (4 if has_biases else 2):
            raise Unsayable(f"{g.now.name} with projections")
        layer_op = op(
            name,
            direction="bidirectional" if bidirectional else "forward",
            batch_first=batch_first,
            **fields,
        )
        ends: list[list[Any]] = [[] for _ in states]
        for layer in range(layers):
            own = [weights[(layer * ways + way) * each :][:each] for way in range(ways)]
            starts = [_start(g, state, layer, ways, batch_first=batch_first) for state in states]
            w, r, b = _weights(g, own, GATES[name])
            y, *ended = g.call(layer_op, x, w, r, b, None, *starts)
            for found, end in zip(ends, ended, strict=True):
                found.append(g.call(op("Transpose", order=(1, 0, 2)), end) if batch_first else end)
            x = _joined(g, y, ways, batch_first=batch_first)
            if dropout and train and layer < layers - 1:
                x = _dropped(g, x, layer, dropout, batch_first=batch_first)
        return x, *(_stacked(g, found) for found in ends)

    return rule


def _weights(g: Lowering, own: list[list[Tensor]], gates: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """Weights of x, weights of the state and biases, with an axis of directions in front."""
    rows = shape_of(own[0][0])[0]
    order = np.arange(rows).reshape(len(gates), -1)[list(gates)].reshape(1, -1)
    w, r = ([g.call(op("Gather"), way[place], order) for way in own] for place in (0, 1))
    b = None
    if len(own[0]) == 4:
        both = np.concatenate([order, order + rows], axis=1)
        b = _beside(g, [g.call(op("Gather"), g.call(op("Concat"), way[2], way[3]), both) for way in own])
    return _beside(g, w), _beside(g, r), b


def _beside(g: Lowering, ways: list[Any]) -> Any:
    return ways[0] if len(ways) == 1 else g.call(op("Concat"), *ways)


def _start(g: Lowering, state: Any, layer: int, ways: int, *, batch_first: bool) -> Any:
    """A layer's state at the start, [direction, sample, unit]; None where it is 0, as usual."""
    if isinstance(state, np.ndarray):
        own = cast("np.ndarray", state)[layer * ways : (layer + 1) * ways]
        if not own.any():
            return None
        return np.ascontiguousarray(own.swapaxes(0, 1)) if batch_first else own
    if shape_of(state)[0] > ways:
        state = g.call(op("Slice", starts=(layer * ways,), ends=((layer + 1) * ways,), axes=(0,)), state)
    return g.call(op("Transpose", order=(1, 0, 2)), state) if batch_first else state


def _joined(g: Lowering, y: Any, ways: int, *, batch_first: bool) -> Any:
    """Both directions side by side: PyTorch has no axis for them."""
    axis = 2 if batch_first else 1
    if ways == 1:
        return g.call(op("Squeeze", axes=(axis,)), y)
    y = y if batch_first else g.call(op("Transpose", order=(0, 2, 1, 3)), y)
    outer, inner, _, units = shape_of(y)
    return g.call(op("Reshape", shape=(outer, inner, ways * units)), y)


def _dropped(g: Lowering, x: Any, layer: int, rate: float, *, batch_first: bool) -> Any:
    """Dropout between layers, with the mask that was drawn."""
    if g.now.mask is None:
        raise Unsayable(f"{g.now.name} with dropout")
    mask = g.now.mask[layer]
    mask = np.ascontiguousarray(mask.swapaxes(0, 1)) if batch_first else mask
    return g.call(op("GivenDropout", rate=rate), x, g.cast(mask, "bool"))


def _stacked(g: Lowering, found: list[Any]) -> Any:
    return found[0] if len(found) == 1 else g.call(op("Concat"), *found)


RULES = {
    "lstm": _recurrent("LSTM"),
    "gru": _recurrent("GRU", reset_after=True),
    "rnn_tanh": _recurrent("RNN"),
    "rnn_relu": _recurrent("RNN", activation="relu"),
}
