"""A model without loss or data gets both in the window, and what was made up for it is said."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import graphscope as gs
from graphscope.errors import Sentence
from graphscope.gui.dialogs.training import TrainingDialog
from graphscope.model.model import Model
from graphscope.model.note import Note
from tests.gui.conftest import settle

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def bare() -> Model:
    """A model that only runs forward, with data that was made up."""
    from dataclasses import replace

    g = gs.Builder("bare")
    x = g.input("x", ("batch", 3))
    g.output(x @ g.parameter("w", np.ones((3, 2))))
    g.feed({"x": np.ones((4, 3))})
    told = Sentence("the file brings no data, so the inputs are made up ({inputs})", inputs="x 4×3")
    return replace(g.build(), notes=(Note.of(told),))


@pytest.fixture
def window(opened, bare):
    return opened(bare)


def dialog(window) -> TrainingDialog:
    window.canvas.setFocus()
    QTest.keyClick(window, Qt.Key.Key_L, CONTROL)
    found = window.findChild(TrainingDialog)
    assert found is not None
    return found


def test_what_was_made_up_is_said_and_the_dialog_is_offered(window):
    assert "made up (x 4×3)" in window.message.sentence.text()
    QTest.mouseClick(window.message.offer, Qt.MouseButton.LeftButton)
    assert window.findChild(TrainingDialog) is not None


def test_a_model_without_loss_is_given_one_and_trains(window, tmp_path):
    np.savez(tmp_path / "d.npz", x=np.eye(3), target=np.zeros((3, 2)))
    asked = dialog(window)
    asked.loss.setCurrentText("mse")
    asked.optimizer.setCurrentText("sgd")
    asked.rate.setText("0.5")
    asked.take([tmp_path / "d.npz"])
    QTest.keyClick(asked.rate, Qt.Key.Key_Return)
    settle(window)
    opened = window.desk.opened
    assert opened is not None
    assert opened.model.loss == "mse"
    assert opened.model.optimizer == gs.optimizers.SGD(0.5)
    assert opened.specs["x"].shape == (3, 3)


def test_what_was_chosen_stands_there_the_next_time(window):
    asked = dialog(window)
    asked.loss.setCurrentIndex(asked.loss.findData("sum"))
    asked.batch.setText("2")
    QTest.keyClick(asked.batch, Qt.Key.Key_Return)
    settle(window)
    dialog(window)
    shown = next(each for each in window.findChildren(TrainingDialog) if each.isVisible())
    assert shown.loss.currentData() == "sum"
    assert shown.batch.text() == "2"
    assert window.desk.opened.specs["x"].shape == (2, 3)


def test_a_file_that_is_no_data_is_said_in_the_dialog(window, tmp_path):
    (tmp_path / "t.csv").write_text("")
    asked = dialog(window)
    asked.take([tmp_path / "t.csv"])
    assert asked.trouble.isVisible()
    assert "it is empty" in asked.trouble.text()


def test_a_rate_is_asked_for_only_where_an_optimizer_is_chosen(window):
    asked = dialog(window)
    assert not asked.rate.isEnabled()
    asked.optimizer.setCurrentText("adam")
    assert asked.rate.isEnabled()


def test_escape_leaves_the_model_as_it_is(window):
    before = window.desk.opened
    asked = dialog(window)
    asked.loss.setCurrentText("mse")
    QTest.keyClick(asked, Qt.Key.Key_Escape)
    settle(window)
    assert window.desk.opened is before
