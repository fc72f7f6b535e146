"""Every sample, written once more in plain PyTorch, has the same values, gradients and parameters but for rounding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope.app.samples import samples
from graphscope.debug.session import Session

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")

from tests.samples.written import SMALL, Tensors  # noqa: E402
from tests.samples.written_large import LARGE  # noqa: E402

TOLERANCE = 1e-10
ROUNDING = 1e-9
"""Absolute: Adam divides by 1e-8 what is only rounding, such as the gradient of a key's bias, which is 0."""
ITERATIONS = 3
WRITTEN = SMALL | LARGE


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_every_sample_is_written_here() -> None:
    assert set(WRITTEN) == {sample.name for sample in samples()}


@pytest.mark.parametrize("name", list(WRITTEN))
def test_a_sample_agrees_with_pytorch_in_everything(name: str) -> None:
    written = WRITTEN[name]
    with gs.open(name, dtype="float64") as session:
        graph = session.graph
        parameters = {each: leaf(session, each) for each in graph.parameters}
        optimizer = written.optimize(list(parameters.values()))
        for _ in range(ITERATIONS):
            kept = {each: leaf(session, each) for each in graph.buffers}
            session.iterate()
            fed = (each.name for each in graph.table if each.kind in ("input", "constant"))
            given = {**kept, **{each: leaf(session, each) for each in fed}}
            optimizer.zero_grad()
            made = written.write({**parameters, **given})
            for tensor in (*made.values(), *given.values()):
                if tensor.requires_grad:
                    tensor.retain_grad()
            made[str(session.model.loss)].backward()
            if written.clip is not None:
                torch.nn.utils.clip_grad_norm_(parameters.values(), written.clip)
            compare(session, {**parameters, **given}, made)
            optimizer.step()
            for each, tensor in parameters.items():
                same(f"{each} after the update", session.value(each), tensor.detach())
            for carry in graph.carries:
                same(
                    f"{carry.buffer} after the iteration",
                    session.value(carry.buffer),
                    made[carry.value].detach(),
                )


def leaf(session: Session, name: str) -> Any:
    """A value that no node makes, as a tensor; with a gradient where the sample wants one."""
    array, value = session.value(name), session.graph.value(name)
    assert array is not None
    return torch.tensor(np.array(array)).requires_grad_(value.gradient and value.spec.floating)


def compare(session: Session, leaves: Tensors, made: Tensors) -> None:
    """Hold every value that nodes made, and every gradient, to PyTorch's."""
    graph = session.graph
    assert set(made) == {each.name for each in graph.table if each.kind == "node"}
    for name, tensor in made.items():
        same(name, session.value(name), tensor.detach())
    wanted = {each.name for each in graph.table if each.gradient and each.spec.floating}
    for name, tensor in {**leaves, **made}.items():
        ours = session.gradient(name)
        if name not in wanted:
            assert ours is None
        elif tensor.grad is None:
            assert ours is None or not ours.any(), f"the gradient of {name}"
        else:
            same(f"the gradient of {name}", ours, tensor.grad)


def same(what: str, ours: np.ndarray | None, theirs: Any) -> None:
    assert ours is not None, what
    assert theirs is not None, what
    assert ours.dtype == np.float64 or not theirs.is_floating_point(), what
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=TOLERANCE, atol=ROUNDING, err_msg=what)
