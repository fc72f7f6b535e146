"""Rows of folding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case, Host


def rows() -> Iterator[Case]:
    yield Case(ops.Fold((4, 6), stride=(2, 2)), ((2, 8, 6),), _torch((4, 6), (2, 2), stride=2))
    overlap = ops.Fold((4, 5), (3, 2), (1, 2), (1, 1), (1, 2))
    yield Case(overlap, ((1, 12, 12),), _torch((4, 5), (3, 2), (1, 2), (1, 1), (1, 2)), "all fields")
    sequence = ops.Fold((5,), (3,), (2,), (0, 1))
    yield Case(sequence, ((2, 6, 2),), None, "sequence")
    handed = (Host((4, 6)), Host((2, 2)))
    late = _torch((4, 6), (2, 2), stride=2)
    yield Case(
        ops.Fold(stride=(2, 2)), ((2, 8, 6), *handed), lambda t, x, *_: late(t, x), "sizes as operands"
    )
    yield Case(ops.Fold((2, 3, 2), (1, 2, 2)), ((1, 8, 4),), None, "volume")


def _torch(size: Any, window: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> Any:
    return lambda t, x: t.nn.functional.fold(x, size, window, dilation, padding, stride)
