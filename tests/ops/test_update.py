"""Updates follow PyTorch's optimizers step for step, from the state in which they start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphscope import ops
from graphscope.graph.spec import TensorSpec
from graphscope.model import optimizers
from graphscope.ops.base import Op

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

RULES = [
    (optimizers.SGD(lr=0.1), lambda p: torch.optim.SGD([p], lr=0.1)),
    (optimizers.SGD(0.1, 0.9), lambda p: torch.optim.SGD([p], lr=0.1, momentum=0.9)),
    (
        optimizers.SGD(0.1, 0.9, nesterov=True),
        lambda p: torch.optim.SGD([p], lr=0.1, momentum=0.9, nesterov=True),
    ),
    (optimizers.Adam(lr=0.1), lambda p: torch.optim.Adam([p], lr=0.1)),
    (optimizers.Adam(0.01, beta1=0.0, beta2=0.5), lambda p: torch.optim.Adam([p], 0.01, (0.0, 0.5))),
    (optimizers.SGD(0.1, weight_decay=0.2), lambda p: torch.optim.SGD([p], lr=0.1, weight_decay=0.2)),
    (
        optimizers.SGD(0.1, 0.5, nesterov=True, weight_decay=0.2),
        lambda p: torch.optim.SGD([p], lr=0.1, momentum=0.5, nesterov=True, weight_decay=0.2),
    ),
    (optimizers.Adam(0.1, weight_decay=0.2), lambda p: torch.optim.Adam([p], 0.1, weight_decay=0.2)),
    (
        optimizers.Adam(0.1, weight_decay=0.2, amsgrad=True),
        lambda p: torch.optim.Adam([p], 0.1, weight_decay=0.2, amsgrad=True),
    ),
    (optimizers.AdamW(0.1), lambda p: torch.optim.AdamW([p], 0.1)),
    (
        optimizers.AdamW(0.1, weight_decay=0.3, amsgrad=True),
        lambda p: torch.optim.AdamW([p], 0.1, weight_decay=0.3, amsgrad=True),
    ),
    (optimizers.RMSprop(), lambda p: torch.optim.RMSprop([p])),
    (optimizers.RMSprop(0.1, alpha=0.5), lambda p: torch.optim.RMSprop([p], 0.1, alpha=0.5)),
    (
        optimizers.RMSprop(0.1, momentum=0.5, weight_decay=0.1),
        lambda p: torch.optim.RMSprop([p], 0.1, momentum=0.5, weight_decay=0.1),
    ),
    (optimizers.RMSprop(0.1, centered=True), lambda p: torch.optim.RMSprop([p], 0.1, centered=True)),
    (
        optimizers.RMSprop(0.1, momentum=0.5, centered=True),
        lambda p: torch.optim.RMSprop([p], 0.1, momentum=0.5, centered=True),
    ),
    (optimizers.Adagrad(0.1), lambda p: torch.optim.Adagrad([p], 0.1)),
    (
        optimizers.Adagrad(0.1, lr_decay=0.2, weight_decay=0.1),
        lambda p: torch.optim.Adagrad([p], 0.1, lr_decay=0.2, weight_decay=0.1),
    ),
]


def _trained(op: Op, dtype: str, gradients: np.ndarray) -> np.ndarray:
    p = np.array([1.0, -2.0, 0.5], dtype)
    state: list[Any] = [
        np.zeros(spec.shape, spec.dtype)  # type: ignore[arg-type]
        for spec in op.start(TensorSpec(p.shape, dtype))
    ]
    for g in gradients.astype(dtype):
        made = op.forward(np, p, g, *state)  # type: ignore[attr-defined]
        p, *state = made if op.signature.packed else (made,)
    return p


def _reference(make: Callable[[Any], Any], dtype: str, gradients: np.ndarray) -> np.ndarray:
    p = torch.tensor(np.array([1.0, -2.0, 0.5], dtype), requires_grad=True)
    optimizer = make(p)
    for g in gradients.astype(dtype):
        p.grad = torch.tensor(g)
        optimizer.step()
    return p.detach().numpy()


@pytest.mark.parametrize(("dtype", "exact"), [("float64", 1e-12), ("float32", 2e-6)])
@pytest.mark.parametrize(("op", "make"), RULES, ids=lambda item: repr(item) if isinstance(item, Op) else "")
def test_twenty_steps_end_where_pytorchs_do(op: Op, make: Any, dtype: str, exact: float) -> None:
    gradients = np.random.default_rng(2).normal(size=(20, 3))
    made = _trained(op, dtype, gradients)
    assert made.dtype == dtype
    np.testing.assert_allclose(made, _reference(make, dtype, gradients), rtol=exact, atol=exact)


def test_the_state_of_adam_has_a_count_without_axes() -> None:
    assert [spec.shape for spec in ops.Adam().start(TensorSpec((2, 3)))] == [(2, 3), (2, 3), ()]
    assert ops.SGD().start(TensorSpec((2, 3))) == ()


def test_in_float16_adam_follows_its_steps_in_float32() -> None:
    op = optimizers.Adam(lr=0.01)
    gradients = np.random.default_rng(3).normal(size=(20, 3)) * 1e-4  # their squares are 0 in float16
    made = _trained(op, "float16", gradients)
    assert made.dtype == np.float16
    np.testing.assert_allclose(made, _trained(op, "float32", gradients.astype(np.float16)), rtol=5e-3)


def test_in_float16_adam_makes_no_number_that_is_not_finite_of_a_gradient_that_is_zero() -> None:
    made = _trained(optimizers.Adam(lr=0.01), "float16", np.zeros((3, 3)))
    np.testing.assert_array_equal(made, np.array([1.0, -2.0, 0.5], np.float16))


def test_the_digits_train_in_float16_as_in_float32() -> None:
    import graphscope as gs

    ends = {}
    for dtype in ("float16", "float32"):
        session = gs.open("digits_cnn", dtype=dtype)
        session.iterate(30)
        assert all(loss is not None and np.isfinite(loss) for loss in session.losses())
        ends[dtype] = session.losses()[-1]
    assert ends["float16"] == pytest.approx(ends["float32"], rel=0.1)
