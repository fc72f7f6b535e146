"""Optimizers of ``torch.optim`` move the weights here as there, from the state that they were in."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="captures a run of PyTorch")

import graphscope  # noqa: E402
from tests.capture.models import trial  # noqa: E402

gs: Any = graphscope
"""Much of what is asked may be None."""

optim = torch.optim
pytestmark = pytest.mark.usefixtures("recording")
OPTIMIZERS = {
    "SGD": lambda p: optim.SGD(p, lr=0.1),
    "SGD with decay": lambda p: optim.SGD(p, lr=0.1, weight_decay=0.01),
    "momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9),
    "Nesterov": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda p: optim.Adam(p, lr=0.01),
    "Adam with decay": lambda p: optim.Adam(p, lr=0.01, betas=(0.8, 0.99), weight_decay=0.1),
    "AMSGrad": lambda p: optim.Adam(p, lr=0.01, amsgrad=True),
    "AdamW": lambda p: optim.AdamW(p, lr=0.01),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.01),
    "centered RMSprop": lambda p: optim.RMSprop(p, lr=0.01, momentum=0.5, centered=True),
    "Adagrad": lambda p: optim.Adagrad(p, lr=0.1),
    "Adagrad that slows down": lambda p: optim.Adagrad(
        p, lr=0.1, lr_decay=0.1, initial_accumulator_value=0.5
    ),
}


def steps(model, x, y, loss, optimizer, count):
    for _ in range(count):
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()


@pytest.mark.parametrize("before", [0, 2])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_three_iterations_move_every_weight_as_pytorch_does(name, before):
    model, x, y, loss = trial("perceptron", torch.float64)
    optimizer = OPTIMIZERS[name](model.parameters())
    steps(model, x, y, loss, optimizer, before)
    captured = gs.capture(model, x, y, loss, optimizer=optimizer)
    steps(model, x, y, loss, optimizer, 3)
    with gs.open(captured) as session:
        session.iterate(3)
        for path, weight in model.named_parameters():
            assert session.value(path) == pytest.approx(weight.detach().numpy(), rel=1e-9, abs=1e-12), path


def test_groups_keep_their_own_settings_and_weights_outside_stay():
    model, x, y, loss = trial("perceptron", torch.float64)
    groups = [
        {"params": [model[0].weight, model[2].weight], "weight_decay": 0.1},
        {"params": [model[0].bias]},
    ]
    optimizer = optim.SGD(groups, lr=0.1, momentum=0.9)
    captured = gs.capture(model, x, y, loss, optimizer=optimizer)
    assert captured.update_of("2.bias") is None
    steps(model, x, y, loss, optimizer, 2)
    with gs.open(captured) as session:
        session.iterate(2)
        for path, weight in model.named_parameters():
            assert session.value(path) == pytest.approx(weight.detach().numpy(), rel=1e-9), path


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (optim.LBFGS, "LBFGS is not known"),
        (lambda p: optim.Adam(p, maximize=True), "maximize=True"),
        (lambda p: optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.5), "dampening=0.5"),
    ],
)
def test_what_is_not_known_is_refused_with_its_setting(made, words):
    model, x, y, loss = trial("perceptron")
    with pytest.raises(gs.GraphScopeError, match=words):
        gs.capture(model, x, y, loss, optimizer=made(model.parameters()))
