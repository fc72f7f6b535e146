"""Rows of what draws at random."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, Host


def rows() -> Iterator[Case]:
    yield Case(ops.Dropout(0.4), ((5, 6),), lambda t, x, mask: x * mask / (1 - 0.4))
    yield Case(ops.Dropout(0.4, training=False), ((5, 6),), lambda t, x, mask: x, "not training")
    yield Case(ops.DropoutMask(0.4), ((5, 6),), lambda t, x, c: (x * (c >= 0.4) / (1 - 0.4), c >= 0.4))
    given = ((5, 6), Host(0.2), Host(True))
    yield Case(ops.DropoutMask(), given, lambda t, x, r, _, c: (x * (c >= r) / (1 - r), c >= r), "operands")
    given = ((5, 6), None, Host(False))
    yield Case(ops.DropoutMask(), given, lambda t, x, r, _, c: (x, c >= 0), "not training")
    yield Case(ops.RandomNormal((2, 3), mean=1.0, scale=0.5), (), lambda t, noise: 1.0 + 0.5 * noise)
    yield Case(ops.RandomUniform((2, 3), "float64", -1.0, 1.0), (), lambda t, noise: 2 * noise - 1)
    yield Case(ops.RandomNormalLike(scale=2.0), ((2, 3),), lambda t, x, noise: 2.0 * noise)
    yield Case(ops.RandomNormalLike("float32"), ((2, 3),), lambda t, x, noise: noise, "of a type")
    yield Case(ops.RandomUniformLike(low=1.0, high=3.0), ((2, 3),), lambda t, x, noise: 1 + 2 * noise)
    yield Case(ops.RandomUniformLike("float64"), ((2, 3),), lambda t, x, noise: noise, "of a type")
    chance = lambda rng: rng.uniform(0.0, 1.0, (4, 5))  # noqa: E731
    yield Case(ops.Bernoulli(), (chance,), lambda t, x, c: (c < x).to(x.dtype))
    yield Case(ops.Bernoulli("bool"), (chance,), lambda t, x, c: c < x, "truth")
