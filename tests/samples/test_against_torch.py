"""Every sample agrees with PyTorch in float64: all values, all gradients, and the parameters after three iterations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope.app.samples import samples
from tests.oracle.torch_ops import evaluate, leaves, optimizer

torch: Any = pytest.importorskip(
    "torch", reason="PyTorch, with which the samples are compared, is not installed"
)
torch.set_num_threads(1)

TOLERANCE = 1e-10
NAMES = [sample.name for sample in samples()]


def agree(ours: np.ndarray | None, theirs: Any, name: str) -> None:
    expected = theirs.detach().numpy()
    assert ours is not None, name
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    np.testing.assert_allclose(ours, expected, rtol=0, atol=TOLERANCE * scale, err_msg=name)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_trains_as_pytorch_does(name: str) -> None:
    with gs.open(name, dtype="float64", seed=1) as session:
        model = session.model
        tensors = leaves(torch, model, 1, model.feed.take(0, 1))
        parameters = [tensors[each] for each in session.graph.parameters]
        update = optimizer(torch, model.optimizer, parameters)  # type: ignore[arg-type]
        for iteration in range(3):
            for each, array in model.feed.take(iteration, 1).items():
                spec = session.graph.value(each).spec
                tensors[each] = torch.tensor(array.astype(spec.dtype)).requires_grad_(
                    session.graph.value(each).gradient and spec.floating
                )
            update.zero_grad()
            values = evaluate(torch, session.graph, tensors, {})
            values[model.loss or ""].backward()
            session.step()
            while session.next.phase != "update":
                session.step()
            for each in session.graph.values:
                agree(session.value(each), values[each], each)
                gradient = session.gradient(each)
                assert (gradient is None) == (values[each].grad is None), each
                if gradient is not None:
                    agree(gradient, values[each].grad, f"gradient of {each}")
            update.step()
            session.seek(session.bounds[1])
            for each in session.graph.parameters:
                agree(session.value(each), tensors[each], f"{each} after iteration {iteration}")
