"""Whole networks, trained step by step, hold the same parameters as PyTorch's after each iteration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
F = torch.nn.functional
L = gs.layers

RNG = np.random.default_rng(0)
PICTURES, CLASSES = RNG.normal(size=(20, 2, 9, 9)), RNG.integers(0, 5, 20)


def _ours() -> gs.Model:
    g = gs.Builder("picture", dtype="float64")
    x = g.input("x", ("batch", 2, 9, 9), gradient=False)
    y = g.input("y", ("batch",), dtype="int64")
    before = [
        L.Conv2d(4, 3, padding=1, activation="relu", name="c1"),
        L.MaxPool2d(2),
        L.BatchNorm(name="bn"),
        L.Conv2d(6, 3, activation="gelu", name="c2"),
        L.Flatten(),
    ]
    a, b = g.call(ops.Split(axis=1), L.Sequential(before)(x))
    same = g.call(ops.Split(parts=1), a)
    out = L.Dense(5, name="fc")(L.Dropout(0.0)(a * same + b))
    g.loss(gs.losses.cross_entropy, out, y)
    g.optimizer(gs.optimizers.Adam(lr=0.01))
    g.feed({"x": PICTURES, "y": CLASSES}, batch=8)
    return g.build()


def _theirs(p: dict[str, Any], x: Any, y: Any) -> Any:
    h = F.max_pool2d(F.conv2d(x, p["c1.weight"], p["c1.bias"], padding=1).relu(), 2)
    h = F.batch_norm(h, None, None, p["bn.scale"], p["bn.bias"], training=True)
    h = F.gelu(F.conv2d(h, p["c2.weight"], p["c2.bias"])).flatten(1)
    a, b = h.chunk(2, 1)
    return F.cross_entropy((a * a + b) @ p["fc.weight"] + p["fc.bias"], y)


def test_a_network_for_pictures_trains_as_in_pytorch() -> None:
    model = _ours()
    parameters = {
        name: torch.tensor(array, requires_grad=True)
        for name, array in model.initial(0).items()
        if name in model.graph.parameters
    }
    optimizer = torch.optim.Adam(parameters.values(), lr=0.01)
    with gs.open(model) as session:
        for batch in (slice(0, 8), slice(8, 16), slice(16, 20)) * 2:
            loss = _theirs(parameters, torch.tensor(PICTURES[batch]), torch.tensor(CLASSES[batch]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            session.iterate()
            assert session.loss == pytest.approx(loss.item(), rel=1e-12)
            for name, tensor in parameters.items():
                np.testing.assert_allclose(
                    np.asarray(session.value(name)), tensor.detach().numpy(), atol=1e-12
                )
