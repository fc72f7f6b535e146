"""Shape rules: what stays known of symbolic sizes, and the sentences for operands that do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from graphscope import ops
from graphscope.errors import InputError, ShapeError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op


def spec(*shape: Any, dtype: str = "float32") -> TensorSpec:
    return TensorSpec(shape, dtype)


@pytest.mark.parametrize(
    ("op", "operands", "shape"),
    [
        (ops.Add(), (spec("batch", 4), spec(4)), ("batch", 4)),
        (ops.MatMul(), (spec("batch", 2), spec(2, 4)), ("batch", 4)),
        (ops.MatMul(), (spec("batch", 5, 2), spec(2)), ("batch", 5)),
        (ops.Gemm(transpose_w=True), (spec("batch", 2), spec(4, 2), spec(4)), ("batch", 4)),
        (ops.Reshape((-1, 12)), (spec("batch", 3, 4),), ("batch", 12)),
        (ops.Reshape((0, 3, 4)), (spec("batch", 12),), ("batch", 3, 4)),
        (ops.Reshape((0, -1)), (spec("batch", 3, 4),), ("batch", 12)),
        (ops.Flatten(), (spec("batch", 8, 13, 13),), ("batch", 1352)),
        (ops.Conv2d(padding=(1, 1)), (spec("batch", 1, 28, 28), spec(8, 1, 3, 3)), ("batch", 8, 28, 28)),
        (ops.Conv2d(), (spec("batch", 1, "rows", 28), spec(8, 1, 3, 3)), ("batch", 8, None, 26)),
        (
            ops.Conv(auto_pad="same_upper"),
            (spec("batch", 1, "length"), spec(8, 1, 3)),
            ("batch", 8, "length"),
        ),
        (ops.ConvTranspose((2, 2)), (spec("batch", 1, 5, "n"), spec(1, 8, 3, 3)), ("batch", 8, 11, None)),
        (ops.MaxPool2d(), (spec("batch", 8, 27, 26),), ("batch", 8, 13, 13)),
        (ops.Gather(), (spec(100, 16), spec("batch", "time", dtype="int64")), ("batch", "time", 16)),
        (ops.ReduceMean(axes=(1,)), (spec("batch", 8, 3),), ("batch", 3)),
        (ops.Concat(axis=1), (spec("batch", 2), spec("batch", 3)), ("batch", 5)),
        (ops.Transpose(), (spec("batch", 2),), (2, "batch")),
        (ops.Slice((0,), (2**31 - 1,)), (spec("batch", 2),), ("batch", 2)),
        (ops.BatchNorm(), (spec("batch", 3), spec(3), spec(3)), ("batch", 3)),
        (ops.SoftmaxCrossEntropy(), (spec("batch", 10), spec("batch", dtype="int64")), ()),
        (ops.SoftmaxCrossEntropy("none"), (spec("batch", 10), spec("batch", dtype="int64")), ("batch",)),
        (ops.MaxOf(), (spec("batch", 4), spec(4), spec()), ("batch", 4)),
        (ops.ArgMax(axis=-1, keepdims=True), (spec("batch", 4),), ("batch", 1)),
        (ops.ReduceVariance(axes=(1,)), (spec("batch", 4),), ("batch",)),
        (ops.CumSum(), (spec("batch", 4),), ("batch", 4)),
        (ops.RandomUniformLike(), (spec("batch", 4),), ("batch", 4)),
    ],
    ids=lambda item: item.name if isinstance(item, Op) else "",
)
def test_what_is_known_of_a_size_stays_known(op: Op, operands: tuple[TensorSpec, ...], shape: Any) -> None:
    assert op.specs(*operands)[0].shape == shape


@pytest.mark.parametrize(
    ("op", "operands", "sentence"),
    [
        (ops.Add(), (spec(2, 3), spec(4)), "x (2×3) and y (4) do not fit together"),
        (ops.Add(), (spec(2), spec(2, dtype="float64")), "different types float32, float64 meet; cast one"),
        (ops.MatMul(), (spec(2, 4), spec(3, 5)), "x has 4 columns but w has 3 rows (x is 2×4, w is 3×5)"),
        (ops.MatMul(), (spec(4), spec()), "x (4) and w (scalar) must have an axis or more"),
        (ops.Reshape((5, -1)), (spec(2, 6),), "2×6 (12 elements) cannot become 5×-1"),
        (ops.Reshape((5, 2)), (spec(2, 6),), "2×6 (12 elements) cannot become 5×2"),
        (ops.Squeeze((0,)), (spec(2, 1),), "axis 0 of x (2×1) has size 2; only axes of size 1"),
        (ops.Transpose((0,)), (spec(2, 1),), "x (2×1) has 2 axes, but (0) names 1"),
        (ops.Transpose((0, 0)), (spec(2, 1),), "the axes 0, 0 do not fit"),
        (ops.Concat(), (spec(2, 3), spec(2, 4)), "2×3, 2×4 do not fit together along axis 0"),
        (ops.Concat(), (spec(2, 3), spec(2)), "2×3, 2 do not fit together along axis 0"),
        (ops.Split(sizes=(1, 1)), (spec(3),), "parts of sizes 1, 1 do not add up to 3"),
        (ops.Softmax(axis=2), (spec(2, 3),), "the axes 2 do not fit an operand with 2 axes"),
        (ops.ReduceSum(axes=(0, -2)), (spec(2, 3),), "name each at most once, from -2 to 1"),
        (ops.Slice((0,), (1, 2)), (spec(2, 3),), "need one number per axis each"),
        (ops.Gather(), (spec(2, 3), spec(2)), "the indices must be integers, but they are float32"),
        (ops.Where(), (spec(2), spec(2), spec(2)), "the condition must be true or false, but it is float32"),
        (ops.Conv2d(), (spec(2, 3), spec(1, 1, 3, 3)), "must have the axes sample, channel, height, width"),
        (ops.Conv2d(), (spec(2, 3, 9, 9), spec(1, 3, 3)), "w (1×3×3) must have the axes out channel"),
        (ops.Conv2d(), (spec(2, 3, 9, 9), spec(4, 1, 3, 3)), "x has 3 channels but w wants 1"),
        (
            ops.Conv2d(),
            (spec(2, 1, 9, 9), spec(4, 1, 3, 3), spec(3)),
            "b (3) must have one number per filter",
        ),
        (ops.Conv2d(), (spec(2, 1, 2, 9), spec(4, 1, 3, 3)), "the window spans 3×3 but x (2×1×2×9)"),
        (ops.MaxPool2d(), (spec(2, 1, 1, 9),), "make the window smaller or pad more"),
        (ops.BatchNorm(), (spec(4, 3), spec(4), spec(3)), "scale (4) must have one number per channel"),
        (ops.BatchNorm(training=False), (spec(4, 3), spec(3), spec(3)), "needs the mean and variance"),
        (ops.MeanSquaredError(), (spec(4, 1), spec(4)), "the prediction (4×1) and the target (4) must have"),
        (ops.SoftmaxCrossEntropy(), (spec(4, 3), spec(4)), "class numbers (integers 4) or probabilities"),
        (ops.SGD(), (spec(4), spec(3)), "the parameter (4) and its gradient (3)"),
        (ops.Sin(), (spec(2, dtype="int64"),), "sin: x must hold floating numbers, but it is int64; cast it"),
        (ops.Mul(), (spec(2), spec(2, dtype="bool")), "×: y must hold numbers, but it holds true and false"),
        (ops.LogicalAnd(), (spec(2), spec(2)), "and: x must be true or false, but it is float32"),
        (ops.BitwiseNot(), (spec(2),), "bit not: x must hold whole numbers, but it is float32"),
        (ops.SumOf(), (), "sum takes one operand or more (none given)"),
        (ops.MaxOf(), (spec(2), spec(3)), "xs0 (2) and xs1 (3) do not fit together"),
        (ops.PRelu(), (spec(3), spec(2, 3)), "the slope (2×3) has more axes than x (3)"),
        (ops.ArgMax(axis=2), (spec(2, 3),), "the axes 2 do not fit an operand with 2 axes"),
        (ops.CumSum(axis=-3), (spec(2, 3),), "the axes -3 do not fit an operand with 2 axes"),
        (
            ops.SoftmaxCrossEntropy(),
            (spec(4, 3), spec(4, dtype="int64"), spec(4)),
            "the weights (4) must be one number per class, axis 1 of x (4×3)",
        ),
        (
            ops.NegativeLogLikelihood(),
            (spec(4, 3), spec(4)),
            "must hold class numbers (integers 4), but it is 4",
        ),
        (ops.RandomNormal((2,), "int64"), (), "out must hold floating numbers, but it is int64"),
    ],
    ids=lambda item: item.name if isinstance(item, Op) else "",
)
def test_operands_that_do_not_fit_are_told_with_their_shapes(op: Op, operands: Any, sentence: str) -> None:
    with pytest.raises(ShapeError) as caught:
        op.specs(*operands)
    assert sentence in str(caught.value)


def test_a_dropout_that_keeps_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="not including, 1, but it is 1"):
        ops.Dropout(1)
