"""Rows of pooling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, Source, exactly

X = (2, 4, 7, 6)


def rows() -> Iterator[Case]:
    yield from _pictures()
    yield from _largest()
    yield from _means()
    yield from _norms()
    yield from _whole()


def _pictures() -> Iterator[Case]:
    yield Case(ops.MaxPool2d(), ((2, 3, 4, 6),), _torch("max_pool2d", 2))
    yield Case(
        ops.MaxPool2d((3, 2), (2, 1), (1, 1)), (X,), _torch("max_pool2d", (3, 2), (2, 1), 1), "overlap"
    )
    dilated = ops.MaxPool2d((2, 2), (1, 1), dilation=(2, 3))
    yield Case(dilated, (X,), _torch("max_pool2d", 2, 1, 0, (2, 3)), "dilation")
    yield Case(ops.MaxPool2d((2, 2)), ((2, 1, 5, 5),), _torch("max_pool2d", 2), "rest")
    yield Case(ops.AvgPool2d(), ((2, 3, 4, 6),), _torch("avg_pool2d", 2))
    yield Case(ops.AvgPool2d((3, 3), (2, 2), (1, 1)), (X,), _torch("avg_pool2d", 3, 2, 1), "border")
    yield Case(
        ops.AvgPool2d((3, 3), (2, 2), (1, 1), border_counts=False),
        (X,),
        _torch("avg_pool2d", 3, 2, 1, count_include_pad=False),
        "border does not count",
    )


def _largest() -> Iterator[Case]:
    yield Case(ops.MaxPool((3,), (2,), (1,)), ((2, 3, 8),), _torch("max_pool1d", 3, 2, 1), "sequence")
    yield Case(
        ops.MaxPool((2, 2, 2), (1, 2, 1), (1, 0, 1)),
        ((1, 2, 3, 4, 3),),
        _torch("max_pool3d", 2, (1, 2, 1), (1, 0, 1)),
        "volume",
    )
    yield Case(
        ops.MaxPool((3, 3), (2, 2), (1, 1), ceil=True),
        ((1, 2, 6, 4),),
        _torch("max_pool2d", 3, 2, 1, ceil_mode=True),
        "ceil",
    )
    yield Case(
        ops.MaxPool((2, 2), (3, 3), ceil=True),
        ((1, 2, 6, 4),),
        _torch("max_pool2d", 2, 3, ceil_mode=True),
        "ceil, one begins behind the end",
    )
    sided = lambda t, x: t.nn.functional.max_pool2d(  # noqa: E731
        t.nn.functional.pad(x, (0, 2, 1, 0), value=-np.inf), 3, 2
    )
    yield Case(ops.MaxPool((3, 3), (2, 2), (1, 0, 0, 2)), ((1, 2, 6, 5),), sided, "four paddings")
    yield Case(ops.MaxPool((1, 1), (2, 2)), ((1, 2, 4, 3),), _torch("max_pool2d", 1, 2), "window of one")
    yield Case(ops.MaxPool(), ((0, 2, 4, 4),), lambda t, x: x[:, :, ::2, ::2] * 1, "no sample")
    upper = lambda t, x: t.nn.functional.max_pool2d(  # noqa: E731
        t.nn.functional.pad(x, (0, 1, 0, 1), value=-np.inf), 2, 1
    )
    yield Case(ops.MaxPool((2, 2), (1, 1), auto_pad="same_upper"), ((1, 2, 3, 4),), upper, "same")
    found = _torch("max_pool2d", 3, 2, 1, return_indices=True)
    yield Case(ops.MaxPoolIndices((3, 3), (2, 2), (1, 1), by_channel=True), ((2, 3, 5, 6),), found)
    yield Case(
        ops.MaxPoolIndices((2,), (1,), by_channel=True),
        (exactly([[2.0, 1.0, 2.0, 0.0], [0.0, 3.0, -3.0, 2.5]]),),
        _torch("max_pool1d", 2, 1, return_indices=True),
        "sequence",
    )
    yield Case(ops.MaxPoolIndices(columns_first=True), ((2, 3, 4, 6),), None, "columns first")
    places: Source = lambda rng: np.array([[[0, 3], [9, 15]], [[16, 19], [24, 31]]]).reshape(1, 2, 2, 2)  # noqa: E731
    unpooled = lambda t, x, i: t.nn.functional.max_unpool2d(x, i, 2)  # noqa: E731
    yield Case(ops.MaxUnpool((1, 2, 4, 4)), ((1, 2, 2, 2), places), None)
    within: Source = lambda rng: np.array([[[0, 3], [9, 15]], [[0, 3], [8, 15]]]).reshape(1, 2, 2, 2)  # noqa: E731
    yield Case(
        ops.MaxUnpool((1, 2, 4, 4), by_channel=True), ((1, 2, 2, 2), within), unpooled, "places by channel"
    )


def _means() -> Iterator[Case]:
    yield Case(ops.AvgPool((3,), (1,)), ((2, 3, 7),), _torch("avg_pool1d", 3, 1), "sequence")
    yield Case(
        ops.AvgPool((2, 1, 2), padding=(1, 0, 1)),
        ((1, 2, 3, 2, 4),),
        _torch("avg_pool3d", (2, 1, 2), padding=(1, 0, 1)),
        "volume",
    )
    for counts, said in ((True, "ceil"), (False, "ceil, border does not count")):
        yield Case(
            ops.AvgPool((3, 3), (2, 2), (1, 1), ceil=True, border_counts=counts),
            ((1, 2, 6, 4),),
            _torch("avg_pool2d", 3, 2, 1, ceil_mode=True, count_include_pad=counts),
            said,
        )
    yield Case(
        ops.AvgPool((2, 2), dilation=(2, 2), stride=(1, 1)), ((1, 2, 4, 5),), _torch_dilated, "dilation"
    )


def _norms() -> Iterator[Case]:
    yield Case(ops.LpPool(), ((2, 3, 4, 6),), _torch("lp_pool2d", 2.0, 2))
    cubes = lambda t, x: (t.nn.functional.avg_pool1d(x.abs() ** 3, 3, 2, 1) * 3) ** (1 / 3)  # noqa: E731
    yield Case(ops.LpPool((3,), (2,), (1,), power=3), ((2, 3, 8),), cubes, "cubes")
    yield Case(
        ops.LpPool(power=1), ((1, 2, 4, 4),), lambda t, x: t.nn.functional.avg_pool2d(x.abs(), 2) * 4, "sums"
    )


def _whole() -> Iterator[Case]:
    yield Case(ops.GlobalAvgPool(), ((2, 3, 4, 2),), _torch("adaptive_avg_pool2d", 1))
    yield Case(ops.GlobalMaxPool(), ((2, 3, 4, 2),), _torch("adaptive_max_pool2d", 1))
    yield Case(ops.GlobalMaxPool(), ((2, 3, 5),), _torch("adaptive_max_pool1d", 1), "sequence")
    yield Case(ops.GlobalLpPool(), ((2, 3, 4, 2),), lambda t, x: t.linalg.vector_norm(x, 2, (2, 3), True))
    yield Case(
        ops.GlobalLpPool(3), ((2, 3, 4),), lambda t, x: t.linalg.vector_norm(x, 3, (2,), True), "cubes"
    )
    yield Case(ops.AdaptiveAvgPool(), ((2, 3, 4, 5),), _torch("adaptive_avg_pool2d", 1))
    yield Case(ops.AdaptiveAvgPool((3, 2)), ((2, 3, 7, 5),), _torch("adaptive_avg_pool2d", (3, 2)), "overlap")
    yield Case(
        ops.AdaptiveAvgPool((5,)), ((2, 3, 3),), _torch("adaptive_avg_pool1d", 5), "more than there are"
    )
    volume = _torch("adaptive_avg_pool3d", (2, 1, 3))
    yield Case(ops.AdaptiveAvgPool((2, 1, 3)), ((1, 2, 3, 2, 4),), volume, "volume")


def _torch(name: str, *given: Any, **fields: Any) -> Callable[..., Any]:
    return lambda t, x: getattr(t.nn.functional, name)(x, *given, **fields)


def _torch_dilated(t: Any, x: Any) -> Any:
    return (x[:, :, :-2, :-2] + x[:, :, 2:, :-2] + x[:, :, :-2, 2:] + x[:, :, 2:, 2:]) / 4
