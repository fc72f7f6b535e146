"""Rows of parts cut out by position and rows looked up by number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, Host, exactly, whole


def rows() -> Iterator[Case]:
    yield from _slices()
    yield Case(ops.Gather(), ((5, 3), whole(5, 2, 4)), lambda t, x, i: x[i])
    yield Case(ops.Gather(axis=1), ((2, 5, 3), whole(5, 4, low=-5)), lambda t, x, i: x[:, i], "negative")
    yield Case(ops.Gather(), ((5, 3), lambda rng: np.array(2)), lambda t, x, i: x[i], "one row")
    yield Case(ops.Gather(axis=-1), ((2, 3), whole(3, 2, 2)), lambda t, x, i: x[:, i], "last axis")
    yield Case(ops.Gather(), ((3, 2), exactly(1, 1, -2)), lambda t, x, i: x[i], "repeated")
    yield Case(ops.Gather(), ((3, 2), whole(3, 0)), lambda t, x, i: x[i], "nothing")
    yield from _elements()


def _slices() -> Iterator[Case]:
    yield Case(ops.Slice((1,), (3,)), ((4, 3),), lambda t, x: x[1:3])
    yield Case(ops.Slice((0, -2), (2**31 - 1, -1), (0, 2)), ((2, 3, 4),), lambda t, x: x[:, :, -2:-1], "axes")
    every = ops.Slice((1, 0), (9, 3), (1, 0), (2, 1))
    yield Case(every, ((4, 6),), lambda t, x: x[0:3, 1:9:2], "steps")
    back = ops.Slice((-1,), (-9,), (1,), (-2,))
    yield Case(back, ((2, 5),), lambda t, x: x.flip(1)[:, ::2], "backwards")
    hosts = (Host((1,)), Host((3,)), Host((1,)), None)
    yield Case(ops.Slice(), ((2, 4), *hosts), lambda t, x, *_: x[:, 1:3], "cuts as operands")
    yield Case(ops.Slice((3,), (1,), (0,)), ((4, 2),), lambda t, x: x[3:1], "nothing")
    far = ops.Slice((-99, 99), (99, -(2**63)), (0, 1), (1, -1))
    yield Case(far, ((2, 3),), lambda t, x: x.flip(1), "far out")


def _elements() -> Iterator[Case]:
    gather = ops.GatherElements(axis=1)
    yield Case(gather, ((3, 4), whole(4, 3, 2, low=-4)), lambda t, x, i: x.gather(1, i % 4))
    yield Case(
        ops.GatherElements(), ((3, 4, 2), whole(3, 5, 2, 1)), lambda t, x, i: x.gather(0, i), "smaller"
    )
    yield Case(ops.GatherElements(), ((3,), exactly(2, 2, 2, 0)), lambda t, x, i: x.gather(0, i), "repeated")
    yield Case(
        ops.GatherND(),
        ((3, 4, 2), lambda rng: rng.integers(-3, 3, (5, 2))),
        lambda t, x, i: x[i[:, 0], i[:, 1]],
        known=True,
    )
    yield Case(ops.GatherND(), ((3, 2), whole(3, 2, 2, 1)), lambda t, x, i: x[i[..., 0]], "rows")
    yield Case(
        ops.GatherND(batch_dims=1),
        ((2, 4, 3), whole(4, 2, 5, 1)),
        lambda t, x, i: t.stack([x[n, i[n, :, 0]] for n in range(2)]),
        "samples",
    )
    yield Case(
        ops.GatherND(),
        ((2, 2), exactly([0, 1], [0, 1])),
        lambda t, x, i: x[i[:, 0], i[:, 1]],
        "one element twice",
        known=True,
    )
    yield Case(ops.Compress((False, True, True), axis=-1), ((2, 4),), lambda t, x: x[:, [1, 2]])
    yield Case(
        ops.Compress(),
        ((2, 2), Host((True, False, True))),
        lambda t, x, c: x.reshape(-1)[[0, 2]],
        "read in order",
    )
    yield Case(ops.Compress((False, False), axis=0), ((2, 3),), lambda t, x: x[:0], "nothing")
    yield Case(
        ops.NonZero(), (exactly([1.0, 0.0, 2.0], [0.0, 0.0, -3.0]),), lambda t, x: t.nonzero(x).T, waits=True
    )
    yield Case(ops.NonZero(), (lambda rng: np.array(2.0),), None, "scalar", waits=True)
