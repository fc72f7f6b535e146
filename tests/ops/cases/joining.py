"""Rows of tensors put together and cut apart."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, Host


def rows() -> Iterator[Case]:
    yield Case(ops.Concat(axis=-1), ((2, 3), (2, 1), (2, 2)), lambda t, *xs: t.cat(xs, -1))
    yield Case(ops.Concat(), ((2, 3),), lambda t, *xs: t.cat(xs, 0), "one")
    yield Case(ops.Concat(axis=1), ((2, 0), (2, 3)), lambda t, *xs: t.cat(xs, 1), "empty")
    yield Case(ops.Split(axis=1), ((2, 4),), lambda t, x: t.split(x, 2, 1))
    yield Case(
        ops.Split(sizes=(1, 3, 2), axis=-1), ((2, 6),), lambda t, x: t.split(x, (1, 3, 2), -1), "sizes"
    )
    hosts = ((2, 6), Host((4, 0, 2)))
    yield Case(ops.Split(axis=1), hosts, lambda t, x, sizes: t.split(x, sizes, 1), "sizes as operand")
    yield Case(ops.Split(parts=1), ((2, 4),), lambda t, x: t.split(x, 2), "one part")
    yield Case(ops.Split(parts=3), ((5, 2),), lambda t, x: t.split(x, 2), "unequal")
    yield Case(ops.Stack(axis=1), ((2, 3), (2, 3)), lambda t, *xs: t.stack(xs, 1))
    yield Case(ops.Stack(axis=-1), ((), (), ()), lambda t, *xs: t.stack(xs, -1), "scalars")
    yield Case(ops.Unstack(3, axis=-1), ((2, 3),), lambda t, x: t.unbind(x, -1))
    yield Case(ops.Unstack(1), ((1, 2),), lambda t, x: t.unbind(x, 0), "one layer")
