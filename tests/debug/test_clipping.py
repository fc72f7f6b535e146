"""Clipped gradients: one step or one a parameter, as PyTorch clips, with the norm and the factor told."""

# pyright: reportArgumentType=false, reportCallIssue=false, reportInvalidTypeForm=false, reportOptionalSubscript=false

from __future__ import annotations

import numpy as np
import pytest

import graphscope as gs
from graphscope.debug.gradcheck import check_gradients
from graphscope.errors import InputError
from graphscope.model.adapt import with_dtype
from graphscope.view.explain import explain
from graphscope.view.telling import step_title
from graphscope.view.text import Text
from tests.engine.examples import clipped, session

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

WAYS = ({"global_norm": 0.1}, {"global_norm": 99.0}, {"norm": 0.05}, {"value": 0.02})


def _clip(parameters: list[torch.Tensor], how: dict[str, float]) -> None:
    (kind, limit), *_ = how.items()
    if kind == "global_norm":
        torch.nn.utils.clip_grad_norm_(parameters, limit)
    elif kind == "norm":
        for parameter in parameters:
            torch.nn.utils.clip_grad_norm_([parameter], limit)
    else:
        torch.nn.utils.clip_grad_value_(parameters, limit)


@pytest.mark.parametrize("how", WAYS, ids=str)
def test_training_with_clipped_gradients_follows_pytorch(how: dict[str, float]) -> None:
    with session(with_dtype(clipped(**how), "float64")) as run:
        run.step()
        x, y = (torch.tensor(np.array(run.value(name))) for name in ("x", "y"))
        run.seek(0)
        w, b = (torch.tensor(np.array(run.value(name)), requires_grad=True) for name in ("w", "b"))
        optimizer = torch.optim.SGD([w, b], lr=0.5)
        for _ in range(3):
            run.iterate()
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(torch.tanh(x @ w + b), y).backward()
            _clip([w, b], how)
            np.testing.assert_allclose(run.gradient("w"), w.grad.numpy(), rtol=1e-10)
            optimizer.step()
            np.testing.assert_allclose(run.value("w"), w.detach().numpy(), rtol=1e-10)
            np.testing.assert_allclose(run.value("b"), b.detach().numpy(), rtol=1e-10)


def test_the_step_stands_between_the_last_gradient_and_the_first_update() -> None:
    with session(clipped()) as run:
        kinds = [step.kind for step in run.iteration_steps]
        assert kinds.count("clip") == 1
        place = kinds.index("clip")
        assert kinds[place - 1] in ("backward", "accumulate")
        assert kinds[place + 1] == "update"
        assert run.iteration_steps[place].phase == "update"
    with session(clipped(value=1.0)) as run:
        clips = [step for step in run.iteration_steps if step.kind == "clip"]
        assert [step.value for step in clips] == ["w", "b"]
        assert len({step.key for step in clips}) == 2


def test_before_the_step_the_gradient_is_that_of_backward_and_going_back_shows_it_again() -> None:
    with session(clipped()) as run:
        while run.next.kind != "clip":
            run.step()
        before, print_before = run.gradient("w"), run.fingerprint()
        run.step()
        after = run.gradient("w")
        assert np.linalg.norm(after) < np.linalg.norm(before)
        assert run.moment().added["w"] == (1, 1)
        run.back()
        assert run.fingerprint() == print_before
        np.testing.assert_array_equal(run.gradient("w"), before)


def test_gradients_are_checked_as_backward_makes_them() -> None:
    with session(with_dtype(clipped(), "float64")) as run:
        assert all(check.right for check in check_gradients(run))


def test_what_an_edit_does_is_predicted_by_the_gradients_that_are_not_clipped() -> None:
    with session(with_dtype(clipped(), "float64")) as run:
        run.step(2)
        told = run.what_if("w", (0, 0), float(run.value("w")[0, 0]) + 1e-6)
        assert told.predicted == pytest.approx(told.actual, rel=1e-4)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("how", WAYS, ids=str)
def test_the_step_tells_the_norm_and_the_factor(how: dict[str, float], language: str) -> None:
    with session(clipped(**how)) as run:
        while run.last is None or run.last.kind != "clip":
            run.step()
        text = Text(language)
        told = explain(run, run.last, text=text)
        said = " ".join(line.plain for line in told.at("say"))
        if "value" not in how:
            assert f"{next(iter(how.values())):g}" in said
        assert told.at("formula")
        assert told.at("why")
        assert "∂L/∂w′" in " ".join(line.plain for line in told.at("formula"))
        assert step_title(run.last, run.graph, text)


@pytest.mark.parametrize("wrong", [{}, {"norm": 1.0, "value": 1.0}, {"norm": 0}, {"value": "much"}])
def test_clipping_to_nothing_or_in_two_ways_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        gs.Builder("wrong").clip(**wrong)  # type: ignore[arg-type]


def test_clipping_is_part_of_what_a_model_is() -> None:
    assert clipped().digest() != clipped(global_norm=0.2).digest()
