"""A training loop that makes NaN is captured at the step that did, as it was before, and opens at the producer."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="captures a run of PyTorch")

import graphscope  # noqa: E402
from graphscope.capture.watching import NotFiniteError  # noqa: E402

gs: Any = graphscope
"""Much of what is asked may be None."""

nn = torch.nn
pytestmark = pytest.mark.usefixtures("recording")


class Chances(nn.Module):
    """The logarithm of 1 − p, which is −∞ as soon as p is rounded to 1."""

    def __init__(self):
        super().__init__()
        self.hidden, self.norm, self.out = nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Linear(8, 1)
        self.drop = nn.Dropout(0.2)

    def forward(self, x):
        h = torch.relu(self.norm(self.hidden(x)))
        p = torch.sigmoid(self.out(self.drop(h)))
        return torch.log(1 - p)


def train(watched, model, optimizer, *, steps=200):
    torch.manual_seed(1)
    x, y = torch.randn(64, 2), torch.ones(64, 1)
    for _ in range(steps):
        optimizer.zero_grad()
        watched(model(x), y).backward()
        optimizer.step()


def chances():
    torch.manual_seed(0)
    model = Chances()
    return model, torch.optim.SGD(model.parameters(), lr=2.0, momentum=0.9)


def rising(output, target):
    return (output * target).mean()


def test_the_step_that_first_makes_infinity_is_captured_and_its_producer_found(tmp_path):
    model, optimizer = chances()
    loss = gs.watch(model, optimizer, rising, save=tmp_path / "nan.gscope")
    with pytest.raises(NotFiniteError, match=r"in step \d+ the output of a layer was not finite"), loss:
        train(loss, model, optimizer)
    assert loss.found == "output"
    with gs.open(tmp_path / "nan.gscope") as session:
        assert session.model.captured.step == loss.step > 1
        assert session.agreement().agrees
        assert session.run().reason == "problem"
        assert session.last.op == "Log"
        assert (
            "torch.log(1 - p)"
            in session.model.source.text.splitlines()[session.graph.node("log").origin.line - 1]
        )


def test_weights_and_optimizer_state_in_the_file_are_those_before_the_step(tmp_path):
    model, optimizer = chances()
    seen = []

    def remembered(output, target):
        seen.append((model.hidden.weight.detach().clone(), optimizer.state.get(model.hidden.weight)))
        return rising(output, target)

    with pytest.raises(NotFiniteError), gs.watch(model, optimizer, remembered, save=tmp_path / "a") as loss:
        train(loss, model, optimizer)
    with gs.open(tmp_path / "a.gscope") as session:
        assert session.value("hidden.weight") == pytest.approx(seen[-1][0].numpy())
        assert session.value("hidden.weight@velocity").any()


def test_a_gradient_that_is_not_finite_is_found_before_the_weights_are_spoilt(tmp_path):
    class Root(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.tensor([2.0]))

        def forward(self, x):
            return torch.sqrt(self.w * x).sum()

    model = Root()
    optimizer = torch.optim.Adam(model.parameters())

    def loop():
        for x in (1.0, 1.0, 0.0):
            optimizer.zero_grad()
            model(torch.tensor([x])).backward()
            optimizer.step()

    with (
        pytest.raises(NotFiniteError, match="a gradient"),
        gs.watch(model, optimizer, save=tmp_path / "root"),
    ):
        loop()
    assert torch.isfinite(model.w).all()
    with gs.open(tmp_path / "root.gscope") as session:
        assert session.run().reason == "problem"
        assert (session.last.kind, session.last.op) == ("backward", "Sqrt")


def test_an_update_that_overflows_is_captured_with_the_weights_before_it(tmp_path):
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e30)
    loss = nn.MSELoss()

    def loop():
        for _ in range(5):
            optimizer.zero_grad()
            loss(model(torch.ones(4, 1) * 1e6), torch.zeros(4, 1)).backward()
            optimizer.step()

    with pytest.raises(NotFiniteError), gs.watch(model, optimizer, loss, save=tmp_path / "big"):
        loop()
    with gs.open(tmp_path / "big.gscope") as session:
        assert session.run().reason == "problem"


def test_training_may_go_on_unwatched(tmp_path, capsys):
    model, optimizer = chances()
    with gs.watch(model, optimizer, rising, save=tmp_path / "on", stop=False) as loss:
        train(loss, model, optimizer, steps=20)
    assert loss.found
    assert "open it with graphscope" in capsys.readouterr().err


def test_a_loop_where_all_is_finite_writes_nothing_and_leaves_no_hook(tmp_path):
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with gs.watch(model, optimizer, nn.MSELoss(), save=tmp_path / "none") as loss:
        train(loss, model, optimizer, steps=3)
    assert loss.step == 3
    assert not loss.found
    assert not list(tmp_path.iterdir())
    assert not model._forward_hooks
    assert not model._forward_pre_hooks


def test_evaluation_between_is_not_looked_at(tmp_path):
    model = nn.Sequential(nn.Linear(1, 1))
    with gs.watch(model, None, nn.MSELoss(), save=tmp_path / "none") as loss:
        model.eval()
        loss(model(torch.tensor([[torch.inf]])), torch.zeros(1, 1))
        assert not loss.found


def test_what_is_no_module_is_refused():
    with pytest.raises(gs.GraphScopeError, match="module"):
        gs.watch(lambda x: x)
