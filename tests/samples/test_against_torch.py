"""Every sample, written once more in plain PyTorch, has the same values, gradients and parameters to 1e-10."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope.app.samples import samples
from graphscope.debug.session import Session

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")

TOLERANCE = 1e-10
ITERATIONS = 3

Tensors = dict[str, Any]
"""By the names of the sample; each keeps its gradient."""


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


# ---- the samples in PyTorch: what stands in p is data and parameters -------------------------------------


def apple_shop(p: Tensors) -> Tensors:
    apples = p["apple_price"] * p["apple_count"]
    oranges = p["orange_price"] * p["orange_count"]
    subtotal = apples + oranges
    return {"apples": apples, "oranges": oranges, "subtotal": subtotal, "total": subtotal * p["tax"]}


def fan_out(p: Tensors) -> Tensors:
    square = p["x"] * p["x"]
    return {"square": square, "y": square + p["x"]}


def linear_regression(p: Tensors) -> Tensors:
    scaled = p["x"] @ p["slope"]
    prediction = scaled + p["intercept"]
    error = prediction - p["y"]
    squared = error * error
    return {
        "scaled": scaled,
        "prediction": prediction,
        "error": error,
        "squared": squared,
        "loss": squared.mean(),
    }


def xor(p: Tensors) -> Tensors:
    m1 = p["x"] @ p["W1"]
    s1 = m1 + p["b1"]
    h = torch.tanh(s1)
    m2 = h @ p["W2"]
    score = m2 + p["b2"]
    loss = torch.nn.functional.binary_cross_entropy_with_logits(score, p["y"])
    return {"m1": m1, "s1": s1, "h": h, "m2": m2, "score": score, "loss": loss}


def digits_softmax(p: Tensors) -> Tensors:
    product = p["x"] @ p["output.weight"]
    scores = product + p["output.bias"]
    return {
        "output.matmul": product,
        "scores": scores,
        "loss": torch.nn.functional.cross_entropy(scores, p["y"]),
    }


def digits_cnn(p: Tensors) -> Tensors:
    convolve, pool = torch.nn.functional.conv2d, torch.nn.functional.max_pool2d
    first = convolve(p["image"], p["conv 1.weight"], p["conv 1.bias"], padding=1)
    edges = torch.relu(first)
    smaller = pool(edges, 2)
    second = convolve(smaller, p["conv 2.weight"], p["conv 2.bias"], padding=1)
    shapes = torch.relu(second)
    smallest = pool(shapes, 2)
    flat = smallest.flatten(1)
    product = flat @ p["output.weight"]
    scores = product + p["output.bias"]
    return {
        "conv 1.conv2d": first,
        "conv 1.relu": edges,
        "pool 1": smaller,
        "conv 2.conv2d": second,
        "conv 2.relu": shapes,
        "pool 2": smallest,
        "flatten": flat,
        "output.matmul": product,
        "scores": scores,
        "loss": torch.nn.functional.cross_entropy(scores, p["label"]),
    }


def sgd(rate: float) -> Callable[[list[Any]], Any]:
    return lambda parameters: torch.optim.SGD(parameters, lr=rate)


WRITTEN: dict[str, tuple[Callable[[Tensors], Tensors], Callable[[list[Any]], Any]]] = {
    "apple_shop": (apple_shop, sgd(0.0001)),
    "fan_out": (fan_out, sgd(0.1)),
    "linear_regression": (linear_regression, sgd(0.1)),
    "xor": (xor, sgd(0.5)),
    "digits_softmax": (digits_softmax, sgd(0.5)),
    "digits_cnn": (digits_cnn, lambda parameters: torch.optim.Adam(parameters, lr=0.01)),
}


def test_every_sample_is_written_here() -> None:
    assert set(WRITTEN) == {sample.name for sample in samples()}


@pytest.mark.parametrize("name", list(WRITTEN))
def test_a_sample_agrees_with_pytorch_in_everything(name: str) -> None:
    write, optimize = WRITTEN[name]
    with gs.open(name, dtype="float64") as session:
        parameters = {each: leaf(session.value(each), trained=True) for each in session.graph.parameters}
        optimizer = optimize(list(parameters.values()))
        for _ in range(ITERATIONS):
            session.iterate()
            given = {each: leaf(session.value(each)) for each in session.graph.inputs}
            optimizer.zero_grad()
            made = write({**parameters, **given})
            for tensor in (*made.values(), *(each for each in given.values() if each.requires_grad)):
                tensor.retain_grad()
            made[str(session.model.loss)].backward()
            compare(session, {**parameters, **given}, made)
            optimizer.step()
            for each, tensor in parameters.items():
                same(f"{each} after the update", session.value(each), tensor.detach())


def leaf(array: np.ndarray | None, *, trained: bool = False) -> Any:
    assert array is not None
    tensor = torch.tensor(np.array(array))
    return tensor.requires_grad_(tensor.is_floating_point() or trained)


def compare(session: Session, leaves: Tensors, made: Tensors) -> None:
    """Hold every value that nodes made, and every gradient, to PyTorch's."""
    graph = session.graph
    assert set(made) == {each.name for each in graph.table if each.kind == "node"}
    for name, tensor in made.items():
        same(name, session.value(name), tensor.detach())
    wanted = {each.name for each in graph.table if each.gradient and each.spec.floating}
    for name, tensor in {**leaves, **made}.items():
        if name in wanted:
            same(f"the gradient of {name}", session.gradient(name), tensor.grad)
        else:
            assert session.gradient(name) is None


def same(what: str, ours: np.ndarray | None, theirs: Any) -> None:
    assert ours is not None, what
    assert theirs is not None, what
    assert ours.dtype == np.float64, what
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=TOLERANCE, atol=TOLERANCE, err_msg=what)
