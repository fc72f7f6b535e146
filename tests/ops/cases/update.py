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
    yield Case(ops.Adam(lr=0.1), ((2, 3), (2, 3), (2, 3), positive(2, 3), lambda rng: np.array(3.0)))
