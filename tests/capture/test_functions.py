"""Every function that a rule says gives PyTorch's numbers, forwards and backwards, recorded and exported."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="captures a run of PyTorch")

import graphscope  # noqa: E402
from tests.capture.functions import functions  # noqa: E402

gs: Any = graphscope
"""Much of what is asked may be None."""

FUNCTIONS = functions(torch)
ROUNDED_THERE = {"hardsigmoid"}
"""PyTorch keeps a sixth in float32, whatever the type."""
NOT_RECORDED = {"into a part in place"}
"""What is written in place into a part is refused by the recorder; ``torch.export`` says it."""

NOT_EXPORTED = {"in place without gradients", "without gradients"}
"""``torch.export`` forgets that gradients were off."""


class Table(torch.nn.Module):
    """Each function on a weight of its own, all in one sum."""

    def __init__(self, names):
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        draws = (torch.randn(3, 4, dtype=torch.float64, generator=generator) for _ in names)
        self.weights = torch.nn.ParameterList(torch.nn.Parameter(each) for each in draws)
        self.names = names

    def forward(self, x):
        made = (FUNCTIONS[name](x * weight) for name, weight in zip(self.names, self.weights, strict=True))
        return sum(
            (each * torch.linspace(0.5, 1.5, each.numel(), dtype=each.dtype).view(each.shape)).sum()
            for each in made
        )


X = torch.linspace(0.4, 1.9, 12, dtype=torch.float64).view(3, 4)


def compare(names):
    model = gs.capture(Table(names), X)
    with gs.open(model) as session:
        session.iterate()
        for place, name in enumerate(names):
            theirs = model.captured.gradients[f"weights.{place}"]
            close = 1e-7 if name in ROUNDED_THERE else 1e-9
            ours = session.gradient(f"weights.{place}")
            np.testing.assert_allclose(ours, theirs, rtol=close, atol=1e-12, err_msg=name)
        assert session.loss == pytest.approx(model.captured.loss, rel=1e-12)
    return model


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in NOT_RECORDED])
def test_recorded(name, recording):
    compare([name])


@pytest.mark.parametrize("part", range(4))
def test_exported(part):
    names = [name for name in FUNCTIONS if name not in NOT_EXPORTED][part::4]
    assert not compare(names).captured.recorded


@pytest.mark.parametrize("name", sorted(NOT_EXPORTED))
def test_what_export_would_lose_is_recorded(name):
    assert compare([name]).captured.recorded


@pytest.mark.parametrize("name", sorted(NOT_RECORDED))
def test_what_cannot_be_recorded_is_refused_with_advice(name, recording):
    with pytest.raises(gs.GraphScopeError, match="in place"):
        compare([name])
