"""Rows of activations."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, exactly


def rows() -> Iterator[Case]:
    yield Case(ops.Tanh(), ((2, 3),), lambda t, x: t.tanh(x))
    yield Case(ops.Sigmoid(), ((2, 3),), lambda t, x: t.sigmoid(x))
    yield Case(ops.Sigmoid(), (exactly(-800.0, 0.0, 800.0),), lambda t, x: t.sigmoid(x), "far out")
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
