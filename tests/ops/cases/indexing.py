"""Rows of parts cut out by position and rows looked up by number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, Host, whole


def rows() -> Iterator[Case]:
    yield Case(ops.Slice((1,), (3,)), ((4, 3),), lambda t, x: x[1:3])
    yield Case(ops.Slice((0, -2), (2**31 - 1, -1), (0, 2)), ((2, 3, 4),), lambda t, x: x[:, :, -2:-1], "axes")
    every = ops.Slice((1, 0), (9, 3), (1, 0), (2, 1))
    yield Case(every, ((4, 6),), lambda t, x: x[0:3, 1:9:2], "steps")
    back = ops.Slice((-1,), (-9,), (1,), (-2,))
    yield Case(back, ((2, 5),), lambda t, x: x.flip(1)[:, ::2], "backwards")
    hosts = (Host((1,)), Host((3,)), Host((1,)), None)
    yield Case(ops.Slice(), ((2, 4), *hosts), lambda t, x, *_: x[:, 1:3], "cuts as operands")
    yield Case(ops.Gather(), ((5, 3), whole(5, 2, 4)), lambda t, x, i: x[i])
    yield Case(ops.Gather(axis=1), ((2, 5, 3), whole(5, 4, low=-5)), lambda t, x, i: x[:, i], "negative")
    yield Case(ops.Gather(), ((5, 3), lambda rng: np.array(2)), lambda t, x, i: x[i], "one row")
