"""Rows of pooling."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case


def rows() -> Iterator[Case]:
    x = (2, 4, 7, 6)
    yield Case(ops.MaxPool2d(), ((2, 3, 4, 6),), lambda t, x: t.nn.functional.max_pool2d(x, 2))
    yield Case(
        ops.MaxPool2d((3, 2), (2, 1), (1, 1)),
        (x,),
        lambda t, x: t.nn.functional.max_pool2d(x, (3, 2), (2, 1), (1, 1)),
        "overlap",
    )
    yield Case(
        ops.MaxPool2d((2, 2), (1, 1), dilation=(2, 3)),
        (x,),
        lambda t, x: t.nn.functional.max_pool2d(x, 2, 1, 0, (2, 3)),
        "dilation",
    )
    yield Case(ops.MaxPool2d((2, 2)), ((2, 1, 5, 5),), lambda t, x: t.nn.functional.max_pool2d(x, 2), "rest")
    yield Case(ops.AvgPool2d(), ((2, 3, 4, 6),), lambda t, x: t.nn.functional.avg_pool2d(x, 2))
    yield Case(
        ops.AvgPool2d((3, 3), (2, 2), (1, 1)),
        (x,),
        lambda t, x: t.nn.functional.avg_pool2d(x, 3, 2, 1),
        "border",
    )
    yield Case(
        ops.AvgPool2d((3, 3), (2, 2), (1, 1), border_counts=False),
        (x,),
        lambda t, x: t.nn.functional.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
        "border does not count",
    )
