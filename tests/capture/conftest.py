"""What tests of capturing share: ways to take a step down, and the comparison with PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphscope

gs: Any = graphscope
"""Much of what is asked may be None."""


@pytest.fixture
def recording(monkeypatch):
    """``torch.export`` fails, so that the step is recorded."""
    from graphscope.capture import torch_export

    def refuse(step):
        raise torch_export.NotExported("not today")

    monkeypatch.setattr(torch_export, "_program", refuse)


@pytest.fixture
def agrees():
    """Whether loss and every gradient are PyTorch's, relative to the largest gradient of all."""

    def check(model, tolerance):
        captured = model.captured
        with gs.open(model) as session:
            session.seek(sum(step.phase != "update" for step in session.iteration_steps))
            assert session.loss == pytest.approx(captured.loss, rel=tolerance)
            size = max(float(np.abs(each).max()) for each in captured.gradients.values())
            assert set(captured.gradients) == set(session.graph.parameters)
            for name, theirs in captured.gradients.items():
                np.testing.assert_allclose(
                    session.gradient(name), theirs, rtol=tolerance, atol=tolerance * size, err_msg=name
                )
            return session

    return check
