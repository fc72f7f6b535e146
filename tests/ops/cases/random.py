"""Rows of what draws at random."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case


def rows() -> Iterator[Case]:
    yield Case(ops.Dropout(0.4), ((5, 6),), lambda t, x, mask: x * mask / (1 - 0.4))
    yield Case(ops.Dropout(0.4, training=False), ((5, 6),), lambda t, x, mask: x, "not training")
