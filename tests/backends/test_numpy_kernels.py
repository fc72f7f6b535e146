"""Every override of the NumPy backend gives what the op's own kernel gives, in place bit for bit."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from graphscope import ops
from graphscope.backends import numpy_rows
from graphscope.backends.base import open_backend
from graphscope.backends.numpy_kernels import OVERRIDES
from graphscope.backends.numpy_rows import SMALL
from graphscope.ops.base import Op
from tests.ops.cases import CASES as TABLE
from tests.ops.cases import Case
from tests.ops.running import assert_same, forward, graph_outputs, vjp, weights

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
TABLED = {name for name, _ in OVERRIDES.keys() - CASES.keys()}
"""Ops with operands of different shapes or that add up in another order: held to every row of the table of ops."""
ROWS = tuple(case for case in TABLE if case.op.name in TABLED)


def test_every_override_has_a_case() -> None:
    assert {case.op.name for case in ROWS} == TABLED


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
LSTMS = [LARGE, *(case for case in TABLE if case.op.name == "LSTM")]


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


PICTURE, CHANNEL = (6, 5, 12, 14), (5,)
WIDE = (
    Case(ops.BatchNorm(), (PICTURE, CHANNEL, CHANNEL), variant="wide"),
    Case(ops.BatchNorm(axis=-1), ((40, 50, 7), (7,), (7,)), variant="channels last"),
    Case(ops.RunningBatchNorm(unbiased=True), (PICTURE, CHANNEL, CHANNEL, CHANNEL, CHANNEL), variant="wide"),
    Case(ops.LayerNorm(), ((9, 11, 31), (31,), (31,)), variant="wide"),
    Case(ops.LayerNorm(axis=1), ((9, 11, 31), (11, 31)), variant="two axes"),
    Case(ops.MaxPool2d(), (PICTURE,), variant="wide"),
    Case(ops.MaxPool2d((3, 3), (2, 2), (1, 1)), (PICTURE,), variant="wide overlap"),
    Case(ops.Softmax(), ((9, 11, 31),), variant="wide"),
    Case(ops.Softmax(axis=1), ((9, 11, 31),), variant="wide middle"),
)
"""Large enough that nothing must be turned on."""


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("case", [*WIDE, *ROWS], ids=lambda case: case.id)
def test_an_override_gives_the_same_but_for_rounding(
    case: Case, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    op, arrays, needs = case.op, case.arrays(dtype), (True,) * len(case.operands)
    xp: Any = open_backend("numpy").xp
    out = forward(op, xp, arrays)
    g = weights(graph_outputs(op, out))
    if op.name == "RunningBatchNorm":
        g = (g[0], None, None)
    expected = out, vjp(op, xp, g, out, arrays, needs)
    monkeypatch.setattr(numpy_rows, "SMALL", 0)
    quick: Any = Overridden(op)
    assert_same((forward(quick, xp, arrays), vjp(quick, xp, g, out, arrays, needs)), expected, dtype)


class Overridden:
    """An op as the engine calls it on NumPy."""

    def __init__(self, op: Any) -> None:
        self.signature = op.signature
        self.forward, self.vjp = (
            partial(OVERRIDES[op.name, name], op) if (op.name, name) in OVERRIDES else getattr(op, name)
            for name in ("forward", "vjp")
        )


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("case", WIDE, ids=lambda case: case.id)
def test_what_is_not_finite_comes_out_at_the_same_places(case: Case, number: float) -> None:
    op, arrays = case.op, case.arrays("float32")
    xp: Any = open_backend("numpy").xp
    arrays[0] = np.array(arrays[0])
    arrays[0].reshape(-1)[::97] = number
    for one, other in zip(forward(Overridden(op), xp, arrays), forward(op, xp, arrays), strict=True):  # type: ignore[arg-type]
        np.testing.assert_array_equal(np.isfinite(one), np.isfinite(other))
        np.testing.assert_array_equal(np.isnan(one), np.isnan(other))


def test_a_gradient_that_was_broadcast_is_read_right() -> None:
    xp: Any = open_backend("numpy").xp
    x = numbers((64, 64), "float32", 0)
    g = np.broadcast_to(np.float32(2), x.shape)
    (made,) = OVERRIDES["Relu", "vjp"](ops.Relu(), xp, g, np.maximum(x, 0), x)
    assert np.array_equal(made, np.where(x > 0, g, 0))
