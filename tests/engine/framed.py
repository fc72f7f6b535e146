"""Models with choices, loops and scans, each with what PyTorch computes of the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import graphscope as gs
from graphscope import ops
from graphscope.model.model import Model


@dataclass(frozen=True)
class Framed:
    """A model and the same in Python.

    Args:
        reference: the loss from torch, the inputs and the parameters.
        fixed: whether every iteration decides alike.
    """

    model: Callable[[], Model]
    reference: Callable[..., Any]
    fixed: bool = False


def _data(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    source = np.random.default_rng(3)
    return [source.normal(size=shape) for shape in shapes]


def _begun(name: str) -> tuple[gs.Builder, Any, Any, Any]:
    g = gs.Builder(name, dtype="float64")
    x, y = g.input("x", (3, 4)), g.input("y", (3, 4), gradient=False)
    w = g.parameter("w", np.random.default_rng(0).normal(size=(4, 4)) * 0.6)
    return g, x, y, w


def _ended(g: gs.Builder, h: Any, y: Any) -> Model:
    g.loss(gs.losses.mse, h, y)
    g.optimizer("sgd:0.1")
    one, two = _data((3, 4), (3, 4))
    g.feed({"x": one, "y": two})
    return g.build()


def counted() -> Model:
    """A choice in a loop of four trips; the choices change as the weights do."""
    g, x, y, w = _begun("counted")

    def body(h: Any) -> Any:
        z = (h @ w).named("z")
        positive = g.call(ops.Greater(), g.call(ops.ReduceSum(), z), 0.0)
        return g.cond(positive, lambda: g.call(ops.Tanh(), z), lambda: z * 0.5)

    return _ended(g, g.loop(4, x, body), y)


def _counted(torch: Any, x: Any, y: Any, w: Any) -> Any:
    h = x
    for _ in range(4):
        z = h @ w
        h = torch.tanh(z) if z.sum() > 0 else z * 0.5
    return torch.nn.functional.mse_loss(h, y)


def until() -> Model:
    """A loop that ends when the state has become small, after another number of trips each iteration."""
    g, x, y, w = _begun("until")

    def large(h: Any) -> Any:
        return g.call(ops.Greater(), g.call(ops.ReduceSum(), h * h), 0.3)

    h = g.loop(40, x * 2.0, lambda h: g.call(ops.Tanh(), h @ w) * 0.8, condition=large)
    return _ended(g, h, y)


def _until(torch: Any, x: Any, y: Any, w: Any) -> Any:
    h = x * 2.0
    for _ in range(40):
        if not (h * h).sum() > 0.3:
            break
        h = torch.tanh(h @ w) * 0.8
    return torch.nn.functional.mse_loss(h, y)


def data_count() -> Model:
    """A loop whose count is computed, which collects a layer each trip, and reads the number of the trip."""
    g, x, y, w = _begun("data_count")
    square = g.call(ops.ReduceSum(), w * w)
    count = g.call(ops.Cast("int64"), g.call(ops.Minimum(), square, 6.0))

    def body(number: Any, h: Any) -> Any:
        scale = g.call(ops.Cast("float64"), number) * 0.1 + 0.5
        h = g.call(ops.Tanh(), h @ w) * scale
        return h, g.call(ops.ReduceMean(), h)

    h, means = g.loop(count, (x,), body, collect=1, numbered=True)
    return _ended(g, h + g.call(ops.ReduceSum(), means), y)


def _data_count(torch: Any, x: Any, y: Any, w: Any) -> Any:
    h, means = x, []
    for number in range(int(min(float((w * w).sum().detach()), 6.0))):
        h = torch.tanh(h @ w) * (number * 0.1 + 0.5)
        means.append(h.mean())
    return torch.nn.functional.mse_loss(h + sum(means), y)


def scanned() -> Model:
    """A recurrent network from the last row to the first, whose states are stacked."""
    g, x, y, w = _begun("scanned")
    start = g.parameter("start", np.zeros(4))

    def body(h: Any, row: Any) -> Any:
        h = g.call(ops.Tanh(), h @ w + row)
        return h, h * 2.0

    last, rows = g.scan(start, x, body, backward=True)
    return _ended(g, rows + last, y)


def _scanned(torch: Any, x: Any, y: Any, w: Any, start: Any) -> Any:
    h, rows = start, []
    for row in reversed(range(3)):
        h = torch.tanh(h @ w + x[row])
        rows.insert(0, h * 2.0)
    return torch.nn.functional.mse_loss(torch.stack(rows) + h, y)


def nested() -> Model:
    """A function called twice in a loop in a choice; after six iterations the other way, with a weight of its own."""
    g, x, y, w = _begun("nested")
    v = g.parameter("v", np.random.default_rng(9).normal(size=(4, 4)) * 0.3)

    def twice(h: Any) -> Any:
        def part(h: Any) -> Any:
            return g.call(ops.Sigmoid(), h @ w)

        return g.function(part, g.function(part, h, name="part"), name="part")

    size = g.call(ops.ReduceSum(), w)
    h = g.cond(
        g.call(ops.Greater(), size, -2.7), lambda: g.loop(2, x, twice), lambda: g.loop(3, x, lambda h: h @ v)
    )
    return _ended(g, h, y)


def _nested(torch: Any, x: Any, y: Any, w: Any, v: Any) -> Any:
    h = x
    if w.sum() > -2.7:
        for _ in range(4):
            h = torch.sigmoid(h @ w)
    else:
        for _ in range(3):
            h = h @ v
    return torch.nn.functional.mse_loss(h, y)


FRAMED: dict[str, Framed] = {
    "counted": Framed(counted, _counted),
    "until": Framed(until, _until),
    "data count": Framed(data_count, _data_count),
    "scanned": Framed(scanned, _scanned, fixed=True),
    "nested": Framed(nested, _nested),
}
