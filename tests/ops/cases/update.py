"""Rows of the updates of optimizers; that they follow PyTorch's over many steps is tested by itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, positive


def rows() -> Iterator[Case]:
    yield Case(ops.SGD(lr=0.1), ((2, 3), (2, 3)), lambda t, p, g: p - 0.1 * g)
    yield Case(ops.Momentum(lr=0.1), ((2, 3), (2, 3), (2, 3)))
    yield Case(ops.Momentum(lr=0.1, nesterov=True), ((2, 3), (2, 3), (2, 3)), None, "nesterov")
    decayed = ops.SGD(lr=0.1, weight_decay=0.2)
    yield Case(decayed, ((2, 3), (2, 3)), lambda t, p, g: p - 0.1 * (g + 0.2 * p), "weight decay")
    four, count = ((2, 3), (2, 3), (2, 3), positive(2, 3)), lambda rng: np.array(3.0)
    yield Case(ops.Adam(lr=0.1, weight_decay=0.1), (*four, count), None, "weight decay")
    yield Case(ops.AdamW(lr=0.1), (*four, count))
    yield Case(ops.AMSGrad(lr=0.1), (*four, positive(2, 3), count))
    both = ops.AMSGrad(lr=0.1, weight_decay=0.1, decoupled=True)
    yield Case(both, (*four, positive(2, 3), count), None, "decoupled")
    zero = lambda rng: np.array(0.0)  # noqa: E731
    rms = ((2, 3), (2, 3), positive(2, 3))
    yield Case(ops.RMSprop(lr=0.1), (*rms, zero, zero))
    rolling = ops.RMSprop(lr=0.1, momentum=0.5, centered=True, weight_decay=0.1)
    small = lambda rng: rng.uniform(-0.1, 0.1, (2, 3))  # noqa: E731
    yield Case(rolling, (*rms, small, (2, 3)), None, "centered, with momentum")
    yield Case(ops.Adagrad(lr=0.1, lr_decay=0.1), (*rms, count))
    yield Case(ops.Adam(lr=0.1), ((2, 3), (2, 3), (2, 3), positive(2, 3), lambda rng: np.array(3.0)))
