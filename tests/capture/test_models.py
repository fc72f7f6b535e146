"""Whole models in training mode agree with PyTorch: the loss and every gradient, exported and recorded."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="captures a run of PyTorch")

import graphscope  # noqa: E402
from tests.capture.models import trial  # noqa: E402

gs: Any = graphscope
"""Much of what is asked may be None."""

NAMES = ("convolutional", "lstm", "gru", "rnn", "gpt", "encoder", "perceptron")


@pytest.mark.parametrize("name", ["convolutional", "lstm", "gpt", "encoder"])
def test_exported_in_float32(name, agrees):
    model = gs.capture(*trial(name))
    assert not model.captured.recorded
    agrees(model, 1e-5)


@pytest.mark.parametrize("name", [*NAMES, "branching"])
def test_recorded_in_float64(name, agrees, recording):
    model = gs.capture(*trial(name, torch.float64))
    assert model.captured.recorded
    agrees(model, 1e-9)


def test_exported_in_float64(agrees):
    agrees(gs.capture(*trial("convolutional", torch.float64)), 1e-9)


def test_a_program_whose_way_depends_on_a_number_is_recorded(agrees):
    model = gs.capture(*trial("branching"))
    assert model.captured.recorded
    agrees(model, 1e-5)


def test_both_ways_say_layers_by_the_same_operations(recording):
    recorded = gs.capture(*trial("lstm"))
    assert [node.op.name for node in recorded.graph.nodes if node.op.name == "LSTM"] == ["LSTM"] * 2


def test_running_averages_are_buffers_and_become_what_pytorch_makes_of_them(recording):
    model, x, y, loss = trial("convolutional", torch.float64)
    captured = gs.capture(model, x, y, loss)
    model(x)
    with gs.open(captured) as session:
        session.iterate()
        for name in ("features.1.running_mean", "features.1.running_var"):
            assert name in session.graph.buffers
            assert session.value(name) == pytest.approx(model.get_buffer(name).numpy(), rel=1e-9)
    assert not any("num_batches_tracked" in name for name in captured.graph.values)


def test_a_weight_that_two_layers_share_is_one_parameter(recording):
    model = gs.capture(*trial("gpt"))
    assert "tokens.weight" in model.graph.parameters
    assert "head.weight" not in model.graph.values


def test_groups_are_modules_and_lines_are_the_users(recording):
    model = gs.capture(*trial("gpt"))
    assert model.captured.classes["blocks.0 Block"] == "Block"
    assert model.captured.classes["blocks.1 Block/mlp"] == "Sequential"
    matmul = next(node for node in model.graph.nodes if node.scope[:2] == ("blocks.1 Block", "mlp"))
    assert matmul.name == "blocks.1.mlp.0.linear"
    assert matmul.origin.file.endswith("models.py")
    assert "self.mlp(self.norm_2(x))" in model.source.text.splitlines()[matmul.origin.line - 1]
    assert model.graph.value("blocks.1.mlp.0.weight").scope == ("blocks.1 Block", "mlp", "0 Linear")


def test_lines_are_the_users_when_exported_too():
    model = gs.capture(*trial("perceptron"))
    files = {node.origin.file for node in model.graph.nodes if node.origin is not None}
    assert all("site-packages" not in file for file in files)
