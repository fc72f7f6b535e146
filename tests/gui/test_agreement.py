"""A captured run says in the window whether it agrees with its framework, and opens at its NaN."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import graphscope as gs
from graphscope.model import archive
from graphscope.model.captured import Captured, Trouble
from tests.gui.conftest import position, settle


@pytest.fixture
def captured(tmp_path):
    def make(value, loss, *, trouble: Trouble = ""):
        g = gs.Builder("root")
        x = g.input("x", (2,), gradient=False)
        w = g.parameter("w", [1.0, value])
        g.loss(g.call(gs.ops.ReduceSum(), g.call(gs.ops.Log(), x * w)))
        g.feed({"x": [1.0, 1.0]})
        with np.errstate(divide="ignore"):
            slope = np.divide(1.0, np.array([1.0, value], np.float32))
        told = Captured("PyTorch 9", loss, {"w": slope}, step=7, trouble=trouble)
        archive.write(tmp_path / "run.gscope", replace(g.build(), captured=told))
        return tmp_path / "run.gscope"

    return make


def told(window):
    settle(window)
    return window.message.sentence.text()


def test_agreement_is_told_when_the_file_is_open(captured, opened):
    window = opened(str(captured(1.0, 0.0)))
    assert told(window) == "This run agrees with PyTorch 9: the loss to 0, 1 gradients to 0."
    assert window.message.property("kind") == "notice"
    assert position(window) == 0


def test_agreement_is_told_in_korean(captured, opened):
    window = opened(str(captured(1.0, 0.0)), language="ko")
    assert "PyTorch 9와 일치합니다" in told(window)


def test_a_difference_is_an_alarm(captured, opened):
    window = opened(str(captured(1.0, 3.0)))
    assert "differs from PyTorch 9: the loss is 0 here and 3 there" in told(window)
    assert window.message.property("kind") == "alarm"


def test_a_run_that_was_captured_for_its_nan_stands_at_the_operation_that_made_it(captured, opened):
    window = opened(str(captured(0.0, -np.inf, trouble="output")))
    assert "Log made the first −Inf in log[1]" in told(window)
    assert window.desk.moved.moment.last.op == "Log"


def test_a_model_that_was_not_captured_says_nothing(opened):
    window = opened("xor")
    settle(window)
    assert not window.message.isVisible()
