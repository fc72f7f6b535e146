"""Rows of activations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, exactly


def rows() -> Iterator[Case]:
    yield from _classics()
    yield from _smooth()
    yield from _bent()


def _classics() -> Iterator[Case]:
    yield Case(ops.Tanh(), ((2, 3),), lambda t, x: t.tanh(x))
    yield Case(ops.Sigmoid(), ((2, 3),), lambda t, x: t.sigmoid(x))
    yield Case(
        ops.Sigmoid(), (exactly(-800.0, 0.0, 800.0),), lambda t, x: t.sigmoid(x), "far out", smooth=False
    )
    yield Case(ops.Relu(), ((2, 3),), lambda t, x: t.relu(x))
    yield Case(ops.LeakyRelu(0.2), ((2, 3),), lambda t, x: t.nn.functional.leaky_relu(x, 0.2))
    yield Case(ops.Gelu(), ((2, 3),), lambda t, x: t.nn.functional.gelu(x))
    tanh = ops.Gelu(approximate="tanh")
    yield Case(tanh, ((2, 3),), lambda t, x: t.nn.functional.gelu(x, approximate="tanh"), "tanh")
    yield Case(ops.Softmax(), ((2, 3),), lambda t, x: t.softmax(x, -1))
    yield Case(ops.Softmax(axis=1), ((2, 3, 2),), lambda t, x: t.softmax(x, 1), "middle")
    far = exactly([1000.0, 999.0], [-1000.0, 0.0])
    yield Case(ops.Softmax(), (far,), lambda t, x: t.softmax(x, -1), "large")
    yield Case(ops.LogSoftmax(), ((2, 3),), lambda t, x: t.log_softmax(x, -1))
    yield Case(ops.LogSoftmax(axis=0), (far,), lambda t, x: t.log_softmax(x, 0), "large")


FAR = exactly(-800.0, -30.0, 0.0, 30.0, 800.0)
"""Where an exponential overflows."""


def _smooth() -> Iterator[Case]:
    yield Case(ops.Elu(), ((2, 3),), lambda t, x: t.nn.functional.elu(x))
    yield Case(ops.Elu(0.5), (FAR,), lambda t, x: t.nn.functional.elu(x, 0.5), "far out", smooth=False)
    yield Case(ops.Selu(), ((2, 3),), lambda t, x: t.nn.functional.selu(x))
    yield Case(ops.Celu(0.5), ((2, 3),), lambda t, x: t.nn.functional.celu(x, 0.5))
    yield Case(ops.Softplus(), ((2, 3),), lambda t, x: t.nn.functional.softplus(x))
    yield Case(ops.Softplus(2.0), ((2, 3),), lambda t, x: t.nn.functional.softplus(x, 2.0), "sharper")
    yield Case(ops.Softplus(), (FAR,), lambda t, x: t.nn.functional.softplus(x), "far out", smooth=False)
    yield Case(ops.LogSigmoid(), ((2, 3),), lambda t, x: t.nn.functional.logsigmoid(x))
    yield Case(ops.LogSigmoid(), (FAR,), lambda t, x: t.nn.functional.logsigmoid(x), "far out", smooth=False)
    yield Case(ops.Softsign(), ((2, 3),), lambda t, x: t.nn.functional.softsign(x))
    yield Case(ops.Swish(), ((2, 3),), lambda t, x: t.nn.functional.silu(x))
    yield Case(ops.Swish(0.5), ((2, 3),), lambda t, x: x * t.sigmoid(0.5 * x), "softer")
    yield Case(ops.Swish(), (FAR,), lambda t, x: t.nn.functional.silu(x), "far out", smooth=False)
    yield Case(ops.Mish(), ((2, 3),), lambda t, x: t.nn.functional.mish(x))
    yield Case(ops.Mish(), (FAR,), lambda t, x: t.nn.functional.mish(x), "far out", smooth=False)


def _bent() -> Iterator[Case]:
    edges = exactly(-4.0, -3.0, -1.0, 0.0, 0.5, 1.0, 3.0, 6.0)
    yield Case(ops.PRelu(), ((2, 3, 4), (3, 1)), lambda t, x, s: t.where(x > 0, x, s * x))
    yield Case(ops.PRelu(), ((2, 3), (1,)), _prelu, "one slope")
    yield Case(ops.PRelu(), (exactly(-1.0, 0.0, 1.0), (1,)), _prelu, "at 0", smooth=False)
    yield Case(ops.HardSigmoid(), ((2, 3),), lambda t, x: t.clamp(0.2 * x + 0.5, 0, 1))
    sixth = ops.HardSigmoid(alpha=1 / 6)
    yield Case(
        sixth, (edges,), lambda t, x: t.nn.functional.hardtanh(x / 6 + 0.5, 0, 1), "edges", smooth=False
    )
    yield Case(ops.HardSwish(), ((2, 3),), lambda t, x: t.nn.functional.hardswish(x))
    yield Case(ops.HardSwish(), (edges,), lambda t, x: t.nn.functional.hardswish(x), "edges", smooth=False)
    yield Case(ops.HardTanh(), ((2, 3),), lambda t, x: t.nn.functional.hardtanh(x))
    six = ops.HardTanh(0.0, 6.0)
    yield Case(six, (edges,), lambda t, x: t.nn.functional.relu6(x), "edges", smooth=False)
    yield Case(ops.ThresholdedRelu(), ((2, 3),), lambda t, x: t.nn.functional.threshold(x, 1.0, 0.0))
    at_it = ops.ThresholdedRelu(3.0)
    yield Case(at_it, (edges,), lambda t, x: t.nn.functional.threshold(x, 3.0, 0.0), "edges", smooth=False)
    yield Case(ops.Shrink(), ((2, 3),), lambda t, x: t.nn.functional.hardshrink(x))
    odd = exactly(np.nan, np.inf, -np.inf, 1.0)
    yield Case(ops.Shrink(), (odd,), lambda t, x: t.nn.functional.hardshrink(x), "not a number", smooth=False)
    kept = lambda t, x: t.nn.functional.threshold(x, 1.0, 0.0)  # noqa: E731
    yield Case(ops.ThresholdedRelu(), (odd,), kept, "not a number", smooth=False)
    soft = ops.Shrink(0.5, 0.5)
    yield Case(soft, (edges,), lambda t, x: t.nn.functional.softshrink(x), "soft", smooth=False)
    yield Case(ops.Hardmax(), (exactly([1.0, 3.0, 3.0], [2.0, 0.0, 1.0]),), None, smooth=False)
    yield Case(ops.Hardmax(axis=0), ((2, 3),), None, "first axis")


def _prelu(t: Any, x: Any, slope: Any) -> Any:
    return t.nn.functional.prelu(x, slope)
