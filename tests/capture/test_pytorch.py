"""What is captured around a PyTorch model, and what is refused in a sentence; the user's own run is not touched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="captures a run of PyTorch")

import graphscope  # noqa: E402
from tests.capture.models import trial  # noqa: E402

gs: Any = graphscope
"""Much of what is asked may be None."""

nn, f = torch.nn, torch.nn.functional
pytestmark = pytest.mark.usefixtures("recording")


def test_weights_buffers_gradients_and_random_numbers_are_afterwards_as_they_were():
    model, x, y, loss = trial("convolutional")
    loss(model(x), y).backward()
    before = {name: each.clone() for name, each in model.state_dict().items()}
    gradients = [each.grad.clone() for each in model.parameters()]
    state = torch.get_rng_state()
    gs.capture(model, x, y, loss)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(before[name], each) for name, each in model.state_dict().items())
    assert all(torch.equal(old, each.grad) for old, each in zip(gradients, model.parameters(), strict=True))


def test_the_masks_are_those_that_pytorch_would_have_drawn(agrees):
    model, x, y, loss = trial("convolutional")
    torch.manual_seed(17)
    captured = gs.capture(model, x, y, loss)
    torch.manual_seed(17)
    assert captured.captured.loss == pytest.approx(float(loss(model(x), y).detach()), rel=1e-6)
    agrees(captured, 1e-5)


def test_evaluation_mode_is_captured_as_it_is(agrees):
    model, x, y, loss = trial("convolutional")
    captured = gs.capture(model.eval(), x, y, loss)
    assert not any("Dropout" in node.op.name for node in captured.graph.nodes)
    agrees(captured, 1e-5)


def test_several_inputs_are_a_tuple_or_named(agrees):
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.mix = nn.Linear(2, 3)

        def forward(self, left, right, *, scale=1.0):
            return (self.mix(left) * right).sum(1, keepdim=True) * scale

    left, right, y = torch.randn(4, 2), torch.randn(4, 3), torch.randn(4, 1)
    model = Two()
    for x in ((left, right), {"left": left, "right": right}):
        captured = gs.capture(model, x, y, nn.MSELoss())
        assert set(captured.graph.inputs) == {"left", "right", "target"}
        agrees(captured, 1e-5)


def test_a_model_that_gives_its_loss_needs_none():
    class Whole(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.ones(3))

        def forward(self, x):
            return (self.w * x).square().mean()

    captured = gs.capture(Whole(), torch.arange(3.0))
    assert captured.loss == "loss"
    assert captured.captured.loss == pytest.approx(5 / 3)


def test_a_frozen_weight_is_a_constant(agrees):
    model, x, y, loss = trial("perceptron")
    model[0].weight.requires_grad_(False)
    captured = gs.capture(model, x, y, loss)
    assert "0.weight" in captured.graph.constants
    agrees(captured, 1e-5)


def test_what_has_no_rule_is_refused_with_its_name_its_count_and_its_line():
    class Odd(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.eye(3))

        def forward(self, x):
            return torch.linalg.eigvalsh(self.w * x).sum() + torch.special.bessel_j0(self.w).sum()

    with pytest.raises(gs.GraphScopeError) as refusal:
        gs.capture(Odd(), torch.ones(3, 3))
    assert "_linalg_eigh (1×, test_pytorch.py:" in str(refusal.value)
    assert "bessel_j0" in str(refusal.value)


@pytest.mark.parametrize(
    ("x", "y", "loss", "words"),
    [
        (torch.ones(5, 3), torch.ones(5), None, "a loss is needed"),
        (torch.ones(5, 3), None, lambda output: output, "one number"),
        (torch.ones(5, 3), None, lambda output: output.sum().detach(), "depends on no weight"),
    ],
)
def test_a_loss_that_is_none_is_refused_in_a_sentence(x, y, loss, words):
    with pytest.raises(gs.GraphScopeError, match=words):
        gs.capture(nn.Linear(3, 2), x, y, loss)


def test_a_type_that_cannot_be_computed_with_is_refused():
    with pytest.raises(gs.GraphScopeError, match="bfloat16"):
        gs.capture(nn.Linear(3, 2).bfloat16(), torch.ones(1, 3).bfloat16(), None, lambda output: output.sum())


def test_what_is_no_model_is_refused():
    with pytest.raises(gs.GraphScopeError, match="no model of"):
        gs.capture(lambda x: x, torch.ones(1))


def test_the_file_is_plain_data_and_opens_to_the_same_numbers(tmp_path, agrees):
    model, x, y, loss = trial("gpt")
    captured = gs.capture(model, x, y, loss, save=tmp_path / "run")
    with gs.open(tmp_path / "run.gscope") as session:
        opened = session.model
    assert opened.captured.framework == captured.captured.framework
    assert opened.source == captured.source
    assert opened.digest() == captured.digest()
    agrees(opened, 1e-5)


def test_a_part_of_pytorch_in_float16_is_said_with_casts(agrees):
    class Mixed(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(3, 2)

        def forward(self, x):
            return (self.layer(x).half() * 2).float().sum()

    captured = gs.capture(Mixed(), torch.ones(1, 3))
    assert "Cast" in {node.op.name for node in captured.graph.nodes}
    agrees(captured, 1e-3)


def test_whole_numbers_and_numbers_mix_as_in_pytorch(agrees):
    class Mixed(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.ones(3))

        def forward(self, tokens):
            return ((tokens + 1) * self.w * (tokens > 1) / 2).sum()

    agrees(gs.capture(Mixed(), torch.arange(3)), 1e-6)


def test_the_name_of_the_model_is_that_of_its_class_or_as_asked():
    model, x, y, loss = trial("perceptron")
    assert gs.capture(model, x, y, loss).name == "Sequential"
    assert gs.capture(model, x, y, loss, name="mine").name == "mine"


def test_gradients_of_inputs_are_there_and_of_targets_not():
    captured = gs.capture(*trial("lstm"))
    with gs.open(captured) as session:
        session.iterate()
        assert session.gradient("x") is not None
        assert session.gradient("target") is None
        assert np.isfinite(session.gradient("x")).all()
