"""Every override of the NumPy backend gives bit for bit what the op's own kernel gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphscope import ops
from graphscope.backends.base import open_backend
from graphscope.backends.numpy_kernels import OVERRIDES, SMALL
from graphscope.ops.base import Op
from tests.ops.cases import CASES as ROWS
from tests.ops.cases import Case
from tests.ops.running import graph_outputs, weights

SHAPES = [(), (3,), (2, SMALL), (5, 7, 97)]
AWKWARD = [np.nan, np.inf, -np.inf, -0.0, 0.0]


def numbers(shape: tuple[int, ...], dtype: str, seed: int) -> np.ndarray:
    """Normal numbers with NaN, infinities and zeros of both signs among them."""
    array = np.array(np.random.default_rng(seed).normal(size=shape))
    flat = array.reshape(-1)
    flat[: len(AWKWARD) * (seed + 1) : seed + 1] = AWKWARD[
        : len(flat[: len(AWKWARD) * (seed + 1) : seed + 1])
    ]
    return array.astype(dtype)


CASES: dict[tuple[str, str], tuple[Op, int]] = {
    ("Relu", "vjp"): (ops.Relu(), 3),
    ("SGD", "forward"): (ops.SGD(lr=0.3), 2),
}
"""The op of each override and how many arrays of one shape its method takes."""
FROM_THE_TABLE = {("LSTM", "forward"), ("LSTM", "vjp")}
"""Overrides of ops with operands of different shapes: held to every row of the table of ops."""


def test_every_override_has_a_case() -> None:
    assert CASES.keys() | FROM_THE_TABLE == OVERRIDES.keys()


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("key", CASES, ids=".".join)
def test_every_override_agrees_with_the_kernel_of_its_op(
    key: tuple[str, str], shape: tuple[int, ...], dtype: str
) -> None:
    op, count = CASES[key]
    xp: Any = open_backend("numpy").xp
    arrays = [numbers(shape, dtype, seed) for seed in range(count)]
    for array in arrays:
        array.setflags(write=False)
    with xp.errstate():
        made, expected = OVERRIDES[key](op, xp, *arrays), getattr(op, key[1])(xp, *arrays)
    for one, other in zip(
        *(each if isinstance(each, tuple) else (each,) for each in (made, expected)), strict=True
    ):
        assert np.asarray(one).dtype == np.asarray(other).dtype
        assert np.array_equal(one, other, equal_nan=True)


LARGE = Case(
    ops.LSTM("reverse"), ((9, 7, 17), (1, 4 * 33, 17), (1, 4 * 33, 33), (1, 8 * 33)), variant="large"
)
LSTMS = [LARGE, *(case for case in ROWS if case.op.name == "LSTM")]


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("case", LSTMS, ids=lambda case: case.id)
def test_an_lstm_gives_the_same_bits_written_in_place(case: Case, dtype: str) -> None:
    op, arrays, needs = case.op, case.arrays(dtype), (True,) * len(case.operands)
    xp: Any = open_backend("numpy").xp
    with xp.errstate():
        out = op.forward(xp, *arrays)  # type: ignore[attr-defined]
        made = OVERRIDES["LSTM", "forward"](op, xp, *arrays)
        g = weights(graph_outputs(op, out))
        theirs = op.vjp(xp, g, out, *arrays, needs=needs)  # type: ignore[attr-defined]
        ours = OVERRIDES["LSTM", "vjp"](op, xp, g, out, *arrays, needs=needs)
    for one, other in zip((*made, *ours), (*out, *theirs), strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            assert one.dtype == other.dtype
            assert np.array_equal(one, other)


def test_a_gradient_that_was_broadcast_is_read_right() -> None:
    xp: Any = open_backend("numpy").xp
    x = numbers((64, 64), "float32", 0)
    g = np.broadcast_to(np.float32(2), x.shape)
    (made,) = OVERRIDES["Relu", "vjp"](ops.Relu(), xp, g, np.maximum(x, 0), x)
    assert np.array_equal(made, np.where(x > 0, g, 0))
