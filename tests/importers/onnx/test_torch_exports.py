"""What PyTorch exports opens, and trains with PyTorch's own loss and gradients."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import graphscope as gs

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("onnx", reason="onnx is not installed")

from tests.importers.onnx.torch_models import CLASSES, MODELS, export, made, reference  # noqa: E402


@pytest.fixture(params=[False, True], ids=["old-exporter", "new-exporter"])
def new(request: pytest.FixtureRequest) -> bool:
    if request.param:
        pytest.importorskip("onnxscript", reason="PyTorch's newer exporter needs onnxscript")
    return request.param


@pytest.mark.parametrize("name", MODELS)
def test_loss_and_every_gradient_agree_with_pytorch(name: str, new: bool, tmp_path: Path) -> None:
    model, x = made(name)
    target = torch.arange(len(x)) % CLASSES
    path = tmp_path / f"{name}.onnx"
    export(model, x, path, new=new)
    loss, expected = reference(model, x, target)
    inputs = {"x": x.numpy(), "target": target.numpy()}
    with gs.open(path, loss="cross_entropy", inputs=inputs) as session:
        session.iterate()
        assert session.loss == pytest.approx(loss, rel=1e-5)
        found = {name: session.gradient(name) for name in session.graph.parameters}
    for parameter, gradient in expected.items():
        mine = found[parameter]
        assert mine is not None
        np.testing.assert_allclose(mine, gradient, rtol=2e-4, atol=2e-6, err_msg=parameter)
    assert set(found) == set(expected)
