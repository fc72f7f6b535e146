"""Where an op has a kink, its gradient is the one that PyTorch takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphscope import ops
from graphscope.ops.base import Op
from tests.ops.running import NUMPY, forward, vjp

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
F = torch.nn.functional

EQUAL = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
ZERO = np.array([[-1.0, 0.0, 2.0]])
PICTURE = np.array([[[[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]]])


@pytest.mark.parametrize(
    ("op", "operands", "theirs"),
    [
        (ops.ReduceMax(axes=(1,)), (EQUAL,), lambda x: x.amax(1)),
        (ops.ReduceMin(axes=(0,)), (EQUAL,), lambda x: x.amin(0)),
        (ops.Maximum(), (EQUAL, EQUAL[::-1].copy()), torch.maximum),
        (ops.Minimum(), (EQUAL, EQUAL[::-1].copy()), torch.minimum),
        (ops.Relu(), (ZERO,), torch.relu),
        (ops.LeakyRelu(), (ZERO,), F.leaky_relu),
        (ops.Abs(), (ZERO,), torch.abs),
        (ops.Clip(0.0, 2.0), (ZERO,), lambda x: torch.clamp(x, 0.0, 2.0)),
        (ops.MaxPool2d((2, 2), (1, 1)), (PICTURE,), lambda x: F.max_pool2d(x, 2, 1)),
        (ops.MaxPool2d((3, 3), (1, 1), (1, 1)), (PICTURE,), lambda x: F.max_pool2d(x, 3, 1, 1)),
        (ops.Pow(), (ZERO, np.zeros(3)), torch.pow),
        (ops.Pow(), (np.zeros(3), np.array([0.0, 1.0, 2.0])), torch.pow),
    ],
    ids=lambda item: item.name if isinstance(item, Op) else "",
)
def test_at_a_kink_the_gradient_is_pytorchs(op: Op, operands: Any, theirs: Callable[..., Any]) -> None:
    arrays = list(operands)
    out = forward(op, NUMPY.xp, arrays)
    g = np.random.default_rng(1).normal(size=out[0].shape)
    made = vjp(op, NUMPY.xp, (g,), out, arrays, (True,) * len(arrays))
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    theirs(*tensors).backward(torch.tensor(g))
    for ours, tensor in zip(made, tensors, strict=True):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), atol=1e-12)


def test_a_class_that_does_not_exist_raises_instead_of_giving_a_wrong_loss() -> None:
    with pytest.raises(IndexError):
        ops.SoftmaxCrossEntropy().forward(NUMPY.xp, np.zeros((2, 3)), np.array([0, 3]))
