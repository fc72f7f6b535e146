"""Rows of running sums and products."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case, Host, exactly, whole

ZEROS = exactly([2.0, 0.0, 3.0, 4.0], [1.0, 0.0, 0.0, 5.0], [0.0, 2.0, 3.0, 0.0])


def rows() -> Iterator[Case]:
    yield Case(ops.CumSum(), ((3, 2),), lambda t, x: x.cumsum(0))
    yield Case(ops.CumSum(axis=-1, exclusive=True), ((2, 4),), lambda t, x: x.cumsum(-1) - x, "exclusive")
    yield Case(ops.CumSum(reverse=True), ((4,),), lambda t, x: x.flip(0).cumsum(0).flip(0), "reverse")
    both = ops.CumSum(axis=1, exclusive=True, reverse=True)
    yield Case(both, ((2, 3),), lambda t, x: x.flip(1).cumsum(1).flip(1) - x, "both")
    yield Case(ops.CumSum(), ((2, 3), Host(1)), lambda t, x, axis: x.cumsum(axis), "axis as operand")
    yield Case(ops.CumSum(), (whole(9, 4),), lambda t, x: x.cumsum(0), "whole")
    yield Case(ops.CumProd(axis=1), ((2, 4),), lambda t, x: x.cumprod(1))
    yield Case(ops.CumProd(axis=1), (ZEROS,), lambda t, x: x.cumprod(1), "zeros")
    yield Case(ops.CumProd(axis=1, exclusive=True), (ZEROS,), _exclusive_product, "exclusive")
    back = ops.CumProd(axis=-1, reverse=True)
    yield Case(back, (ZEROS,), lambda t, x: x.flip(1).cumprod(1).flip(1), "reverse")


def _exclusive_product(t: Any, x: Any) -> Any:
    return t.cat([t.ones_like(x[:, :1]), x.cumprod(1)[:, :-1]], 1)
