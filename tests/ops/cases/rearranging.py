"""Rows of elements turned round, shifted and moved between axes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case, Host, exactly


def rows() -> Iterator[Case]:
    yield Case(ops.Flip((-1,)), ((2, 3),), lambda t, x: x.flip(1))
    yield Case(ops.Flip(), ((2, 3),), lambda t, x: x.flip(0, 1), "all")
    yield Case(ops.Roll((2,)), ((2, 3),), lambda t, x: x.roll(2))
    yield Case(ops.Roll((1, -1), (1, 0)), ((2, 3),), lambda t, x: x.roll((1, -1), (1, 0)), "axes")
    yield Case(ops.Trilu(), ((3, 4),), lambda t, x: x.triu())
    yield Case(ops.Trilu(upper=False, k=-1), ((2, 3, 3),), lambda t, x: x.tril(-1), "lower")
    yield Case(ops.Trilu(), ((2, 3), Host(7)), lambda t, x, k: x.triu(7), "diagonal as operand")
    yield Case(ops.DepthToSpace(), ((2, 8, 1, 3),), _far)
    yield Case(
        ops.DepthToSpace(2, "CRD"), ((1, 4, 2, 2),), lambda t, x: t.nn.functional.pixel_shuffle(x, 2), "CRD"
    )
    yield Case(ops.SpaceToDepth(), ((1, 2, 4, 2),), _near)
    crd = ops.SpaceToDepth(2, "CRD")
    yield Case(crd, ((1, 2, 4, 2),), lambda t, x: t.nn.functional.pixel_unshuffle(x, 2), "CRD")
    turned = (exactly([1.0, 2.0], [3.0, 4.0], [5.0, 6.0]), exactly(2, 3))
    yield Case(ops.ReverseSequence(), turned, lambda t, x, n: t.stack([x[[1, 0, 2], 0], x[[2, 1, 0], 1]], 1))
    yield Case(
        ops.ReverseSequence(batch_axis=0, time_axis=1),
        ((2, 3, 2), exactly(0, 2)),
        lambda t, x, n: t.stack([x[0], x[1, [1, 0, 2]]]),
        "samples first",
    )


def _far(t: Any, x: Any) -> Any:
    n, c, h, w = x.shape
    split = x.reshape(n, 2, 2, c // 4, h, w).permute(0, 3, 4, 1, 5, 2)
    return split.reshape(n, c // 4, 2 * h, 2 * w)


def _near(t: Any, x: Any) -> Any:
    n, c, h, w = x.shape
    split = x.reshape(n, c, h // 2, 2, w // 2, 2).permute(0, 3, 5, 1, 2, 4)
    return split.reshape(n, 4 * c, h // 2, w // 2)
