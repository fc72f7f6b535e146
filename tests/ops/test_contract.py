"""The contract of an op, held to prototypes: several and saved outputs, optional and variadic operands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphscope import ops
from graphscope.errors import GraphError, ShapeError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op, Operand, registered
from tests.ops.running import NUMPY


class LSTMCell(Op, abstract=True):
    """One step of an LSTM; its gates are saved for the vjp and for people to look at."""

    outputs = ("h", "c")
    saved = ("gates",)

    def infer(
        self, x: TensorSpec, h0: TensorSpec, c0: TensorSpec, w: TensorSpec, b: TensorSpec | None = None
    ):
        return h0.like(), c0.like()

    def forward(self, xp, x, h0, c0, w, b=None):
        z = xp.matmul(xp.concat([x, h0], axis=1), w)
        i, f, o, a = self._parts(z if b is None else z + b)
        i, f, o, a = _sigmoid(xp, i), _sigmoid(xp, f), _sigmoid(xp, o), xp.tanh(a)
        c = f * c0 + i * a
        return o * xp.tanh(c), c, xp.concat([i, f, o, a], axis=1)

    def vjp(self, xp, g, out, x, h0, c0, w, b=None, *, needs):
        (gh, gc), (_, c, gates) = g, out
        i, f, o, a = self._parts(gates)
        t = xp.tanh(c)
        from_h = 0 if gh is None else gh * o * (1 - t * t)
        dc = from_h if gc is None else gc + from_h
        do = 0 * o if gh is None else gh * t
        dz = [dc * a * i * (1 - i), dc * c0 * f * (1 - f), do * o * (1 - o), dc * i * (1 - a * a)]
        dz = xp.concat(dz, axis=1)
        joined = xp.matmul(dz, xp.matrix_transpose(w))
        n = x.shape[1]
        dw = xp.matmul(xp.matrix_transpose(xp.concat([x, h0], axis=1)), dz) if needs[3] else None
        return joined[:, :n], joined[:, n:], dc * f, dw, dz

    def _parts(self, z):
        n = z.shape[1] // 4
        return [z[:, k * n : (k + 1) * n] for k in range(4)]


def _sigmoid(xp: Any, x: Any) -> Any:
    return 1 / (1 + xp.exp(-x))


def _cell() -> tuple[list[np.ndarray], tuple[np.ndarray, ...]]:
    rng = np.random.default_rng(3)
    shapes = ((2, 3), (2, 4), (2, 4), (7, 16), (16,))
    arrays = [rng.normal(size=shape) for shape in shapes]
    return arrays, LSTMCell().forward(NUMPY.xp, *arrays)


@pytest.mark.parametrize("used", [(True, True), (True, False), (False, True)])
@pytest.mark.parametrize("slot", range(5))
def test_a_cell_with_saved_gates_has_right_gradients_whichever_output_is_used(slot: int, used: Any) -> None:
    arrays, out = _cell()
    g = tuple(np.full((2, 4), 0.5 + k) if use else None for k, use in enumerate(used))
    moved = np.random.default_rng(5).normal(size=arrays[slot].shape)
    made = LSTMCell().vjp(NUMPY.xp, g, out, *arrays, needs=(True,) * 5)[slot]
    sums = []
    for h in (1e-5, -1e-5):
        changed = [array + h * moved if k == slot else array for k, array in enumerate(arrays)]
        ends = LSTMCell().forward(NUMPY.xp, *changed)
        sums.append(sum(np.sum(a * b) for a, b in zip(g, ends, strict=False) if a is not None))
    assert made is not None
    assert np.sum(made * moved) == pytest.approx((sums[0] - sums[1]) / 2e-5, rel=1e-7)


def test_the_signature_tells_the_engine_how_to_call_an_op() -> None:
    cell, split, norm, add = (
        LSTMCell.signature,
        ops.Split.signature,
        ops.BatchNorm.signature,
        ops.Add.signature,
    )
    assert (cell.several, cell.packed, cell.wants_needs) == (True, True, True)
    assert (split.several, split.packed, split.wants_needs) == (True, True, False)
    assert (norm.several, norm.packed) == (False, True)
    assert (add.several, add.packed, add.differentiable) == (False, False, True)
    assert not ops.Greater.signature.differentiable
    assert cell.operands[-1] == Operand("b", optional=True)
    assert ops.Concat.signature.operands == (Operand("xs", variadic=True),)


def test_variadic_operands_and_outputs_are_numbered() -> None:
    assert ops.Concat().operand(2) == "xs[2]"
    assert ops.Split().output(1) == "outs[1]"
    assert LSTMCell().output(1) == "c"
    assert ops.MatMul().operand(1) == "w"


def test_a_missing_or_surplus_operand_is_said_with_the_names() -> None:
    x = TensorSpec((2, 3))
    with pytest.raises(ShapeError, match=r"MatMul takes x, w \(1 given\)"):
        ops.MatMul().specs(x)
    with pytest.raises(ShapeError, match=r"Tanh takes x \(2 given\)"):
        ops.Tanh().specs(x, x)
    with pytest.raises(ShapeError, match=r"MatMul takes x, w \(1 given\)"):
        ops.MatMul().specs(x, None)


def test_two_operations_of_one_name_are_refused() -> None:
    with pytest.raises(GraphError, match="two operations named Tanh"):
        type("Tanh", (Op,), {"__doc__": "out = x"})
    assert registered()["Tanh"] is ops.Tanh


def test_lists_become_tuples_so_that_ops_can_be_compared() -> None:
    assert ops.Reshape([2, 3]) == ops.Reshape((2, 3))  # type: ignore[arg-type]


def test_an_unknown_operation_is_answered_with_those_there_are() -> None:
    with pytest.raises(AttributeError, match="there is no operation named Lion; there are AMSGrad, Abs"):
        ops.Lion  # noqa: B018


class TestHostOperands:
    def test_the_operand_takes_the_place_of_the_field(self) -> None:
        x = np.arange(6.0)
        assert ops.Reshape((6,)).forward(NUMPY.xp, x, (2, 3)).shape == (2, 3)

    def test_a_shape_that_is_only_known_while_running_leaves_sizes_open(self) -> None:
        (out,) = ops.Reshape().specs(TensorSpec((2, 6)), TensorSpec((3,), "int64"))
        assert out.shape == (None, None, None)
        (out,) = ops.Expand().specs(TensorSpec((2, 6)), TensorSpec((3,), "int64"))
        assert out.shape == (None, 2, 6)
        (out,) = ops.Slice().specs(TensorSpec((2, 6)), TensorSpec((1,), "int64"), TensorSpec((1,), "int64"))
        assert out.shape == (None, None)

    def test_axes_that_are_only_known_while_running_leave_sizes_open(self) -> None:
        axes = TensorSpec((1,), "int64")
        assert ops.ReduceSum(keepdims=True).specs(TensorSpec((2, 3)), axes)[0].shape == (None, None)
        assert ops.ReduceSum().specs(TensorSpec((2, 3)), axes)[0].shape == (None,)
        assert ops.Squeeze().specs(TensorSpec((2, 1)), axes)[0].shape == (None,)
        assert ops.Unsqueeze().specs(TensorSpec((2, 1)), axes)[0].shape == (None, None, None)

    def test_a_number_of_axes_that_cannot_be_known_is_refused(self) -> None:
        with pytest.raises(ShapeError, match="vector of known length"):
            ops.Reshape().specs(TensorSpec((2, 6)), TensorSpec(("n",), "int64"))
        for op in (ops.ReduceSum(), ops.Squeeze(), ops.Unsqueeze()):
            with pytest.raises(ShapeError, match="axes"):
                op.specs(TensorSpec((2, 6)), TensorSpec(("n",), "int64"))
