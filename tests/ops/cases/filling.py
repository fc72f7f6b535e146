"""Rows of what is made from numbers and sizes alone."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope import ops
from tests.ops.cases.base import Case, Host, exactly, whole


def rows() -> Iterator[Case]:
    yield Case(ops.Range(2, 9, 3), (), lambda t: t.arange(2, 9, 3))
    yield Case(
        ops.Range(dtype="float64"),
        (Host(3.0), Host(0.5), Host(-1.0)),
        lambda t, *n: t.arange(3.0, 0.5, -1.0),
        "as operands",
    )
    yield Case(ops.Range(5, 2), (), lambda t: t.arange(0), "nothing")
    yield Case(ops.ConstantOfShape((2, 3), 1.5, "float64"), (), lambda t: t.full((2, 3), 1.5))
    yield Case(
        ops.ConstantOfShape(value=4, dtype="int64"), (Host((0, 2)),), lambda t, s: t.full(s, 4), "as operand"
    )
    yield Case(ops.ConstantOfShape(()), (), lambda t: t.zeros(()), "scalar")
    yield Case(ops.EyeLike(), ((2, 3),), lambda t, x: t.eye(2, 3))
    yield Case(
        ops.EyeLike(k=-1, dtype="int64"),
        ((3, 2),),
        lambda t, x: t.eye(3, 3)[:, 1:] * 0 + t.tensor([[0, 0], [1, 0], [0, 1]]),
        "below",
    )
    yield Case(ops.OneHot(3), (whole(3, 2, 2),), lambda t, i: t.nn.functional.one_hot(i, 3))
    values = (exactly(0, -1, 5), Host(3), exactly(0.5, 2.0))
    yield Case(
        ops.OneHot(axis=0),
        values,
        lambda t, i, n, v: t.stack([v[[1, 0, 0]], v[[0, 0, 0]], v[[0, 1, 0]]]),
        "values",
    )
    yield Case(ops.Shape(), ((2, 3, 4),), lambda t, x: t.tensor(x.shape))
    yield Case(ops.Shape(-2, -1), ((2, 3, 4),), lambda t, x: t.tensor([3]), "part")
    yield Case(ops.Shape(), ((),), None, "scalar")
    yield Case(ops.Size(), ((2, 3),), lambda t, x: t.tensor(6))
