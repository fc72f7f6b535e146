"""Every value, gradient and update of random graphs is that of PyTorch's autograd, in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from graphscope.backends.base import open_backend
from graphscope.debug.session import Session
from graphscope.engine.step import Ref
from graphscope.model.model import Model
from tests.oracle.random_graphs import models
from tests.oracle.torch_ops import evaluate, leaves, optimizer

torch: Any = pytest.importorskip(
    "torch", reason="PyTorch, with which gradients are compared, is not installed"
)
torch.set_num_threads(1)

SEED = 3
QUICK = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@QUICK
@given(models())
def test_every_value_and_every_gradient_is_that_of_autograd(model: Model) -> None:
    session = Session(model, open_backend("numpy"), seed=SEED)
    tensors = leaves(torch, model, SEED, model.feed.take(0, SEED))
    values = forward(session, tensors)
    if not values[model.loss or ""].requires_grad:
        assert {step.kind for step in session.iteration_steps} == {"data", "zero", "forward"} | randoms(model)
        return
    values[model.loss or ""].sum().backward()
    session.iterate()
    for name in model.graph.values:
        gradient = session.gradient(name)
        expected = values[name].grad
        assert (gradient is None) == (expected is None), name
        if gradient is not None:
            agree(gradient, expected, name)


@QUICK
@given(models())
def test_three_updates_are_those_of_the_optimizer(model: Model) -> None:
    session = Session(model, open_backend("numpy"), seed=SEED)
    tensors = leaves(torch, model, SEED, model.feed.take(0, SEED))
    parameters = [tensors[name] for name in model.graph.parameters]
    update = optimizer(torch, model.optimizer, parameters)  # type: ignore[arg-type]
    for _ in range(3):
        update.zero_grad()
        values = forward(session, tensors)
        if values[model.loss or ""].requires_grad:
            values[model.loss or ""].sum().backward()
        update.step()
        session.seek(session.bounds[1])
    for name in model.graph.parameters:
        value = session.value(name)
        assert value is not None
        agree(value, tensors[name], name)


def forward(session: Session, tensors: dict[str, Any]) -> dict[str, Any]:
    """Run both sides through the forward phase, with the same draws, and compare all values."""
    session.step()
    while session.next.phase in ("prepare", "forward") and session.position != session.bounds[1]:
        session.step()
    graph = session.graph
    drawn = {
        node.name: tuple(
            torch.from_numpy(np.array(session.array(Ref("drawn", node.name, slot))))
            for slot in range(len(node.op.drawn))
        )
        for node in graph.nodes
        if node.op.drawn
    }
    values = evaluate(torch, graph, tensors, drawn)
    for name in graph.values:
        value = session.value(name)
        assert value is not None, name
        agree(value, values[name], name)
    return values


def randoms(model: Model) -> set[str]:
    return {"random"} if any(node.op.drawn for node in model.graph.nodes) else set()


def agree(ours: np.ndarray, theirs: Any, name: str) -> None:
    """Equal to 1e-10 of the largest number."""
    expected = theirs.detach().numpy()
    assert ours.shape == expected.shape, name
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-10 * scale, err_msg=name)


FEATURES = {
    "a gradient of several contributions": lambda steps, model: any(s.kind == "accumulate" for s in steps),
    "an operand twice": lambda steps, model: any(
        len(set(n.inputs)) < len(n.inputs) for n in model.graph.nodes
    ),
    "several outputs": lambda steps, model: any(len(n.outputs) > 1 for n in model.graph.nodes),
    "a parameter that the loss does not reach": lambda steps, model: (
        len({s.node for s in steps if s.kind == "update"}) < len(model.graph.parameters)
    ),
    "no backward at all": lambda steps, model: all(s.kind != "seed" for s in steps),
    "random draws": lambda steps, model: any(s.kind == "random" for s in steps),
    "a loss of shape (1,)": lambda steps, model: model.graph.value(model.loss).spec.shape == (1,),
}


@pytest.mark.filterwarnings(
    "ignore:Generating overly large repr"
)  # hypothesis of a large graph that it found
@pytest.mark.parametrize("feature", FEATURES)
def test_the_random_graphs_have(feature: str) -> None:
    def has(model: Model) -> bool:
        session = Session(model, open_backend("numpy"))
        return FEATURES[feature](session.iteration_steps, model)

    find(models(), has, settings=settings(QUICK, phases=[Phase.generate]))
